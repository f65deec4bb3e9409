#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "gdm/base/chain_average.hpp"
#include "gdm/experiment/experiment.hpp"
#include "gdm/experiments/spins/stored_configurations.hpp"
#include "gdm/physics/chains/thermalisation.hpp"

/// A replica of an experiment on spins: copies of a system, half of them from an ordered start (cold) and half from a random
/// one (hot), which are updated, thermalised and measured together.
namespace gdm {

/// The copies: what they are and how they change is the model's.
class SpinCopies {
  public:
    SpinCopies() = default;
    SpinCopies(const SpinCopies&) = delete;
    SpinCopies& operator=(const SpinCopies&) = delete;
    virtual ~SpinCopies() = default;

    /// One step of every copy, a pure function of (state, stream, number); `is_measured` tells whether `measure` follows.
    virtual void step(const RandomStream& random, std::uint32_t number, bool is_measured) = 0;
    /// |m| averaged over the copies from an ordered start, and over those from a random one.
    [[nodiscard]] virtual std::array<double, 2> order() = 0;
    /// Averages of the quantities over the copies from either start, in the order in which the chain was given their names.
    virtual void measure(std::span<double> cold, std::span<double> hot) = 0;
    /// The energy per site of each copy, as last measured.
    [[nodiscard]] virtual std::span<const double> energies() const = 0;
    [[nodiscard]] virtual std::size_t sites() const = 0;  ///< of all copies
    /// Adds the copy from a random start to the stored configurations.
    virtual void store(StoredConfigurations& stored) const = 0;
    /// Called between windows of the thermalisation: the only time to choose how large a step is.
    virtual void adapt() {}

    virtual void save(ByteWriter& bytes) const = 0;
    virtual void load(ByteReader& bytes) = 0;
};

/// Settings `samples`, `interval`, `thermalisation`, `histogram` (off, on) and its inner axis `e`, and store_parameters.
[[nodiscard]] std::vector<Parameter> spin_chain_parameters(const std::string& samples, const std::string& energies);
/// Of each quantity what chain_observables makes of it; the z of cold against hot starts and of the two halves of the chain,
/// of `energy` and `abs_magnetisation`, which must be among them; thermalisation_steps; energy_histogram; store_observables.
[[nodiscard]] std::vector<Observable> spin_chain_observables(const std::vector<Observable>& quantities, StoredSpins stored);
/// Throws UsageError for more than 2^32 steps, bins that are not equally spaced, or more stored configurations than there
/// are measurements for.
void check_spin_chain(const Point& point);

/// The steps of a replica, of which the thermalisation is guessed.
[[nodiscard]] double spin_chain_steps(const Point& point);
/// A system whose configurations may be stored.
struct StoredSystem {
    std::size_t sites;
    StoredSpins kind;
};
/// The bytes of a chain of so many quantities, beside those of its copies.
[[nodiscard]] std::size_t spin_chain_bytes(const Point& point, std::size_t quantities, StoredSystem system);
/// Runs a replica, or goes on with it, and writes everything that spin_chain_observables declares of the quantities named.
void run_spin_chain(const Point& point, const std::vector<std::string>& quantities, StoredSystem system, SpinCopies& copies,
                    const RandomStream& random, Checkpoint& checkpoint, const Values& values);

}  // namespace gdm
