#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "gdm/base/bytes.hpp"
#include "gdm/base/random_stream.hpp"
#include "gdm/base/words.hpp"
#include "gdm/physics/machines/boltzmann_moments.hpp"
#include "gdm/physics/machines/gibbs_sweep.hpp"
#include "gdm/physics/machines/phase_product.hpp"

namespace gdm {

/// Where the averages under the model come from. cd: k sweeps from the data; pcd: chains that go on from update to update;
/// exact: all states; expected_cd: what cd finds on average, by all states; pseudo_likelihood: the data alone, without
/// hidden units.
enum class BoltzmannMethod { cd, pcd, exact, expected_cd, pseudo_likelihood };
inline constexpr Words boltzmann_method_words{std::array{
    Word{BoltzmannMethod::cd, "cd"}, Word{BoltzmannMethod::pcd, "pcd"}, Word{BoltzmannMethod::exact, "exact"},
    Word{BoltzmannMethod::expected_cd, "expected_cd"}, Word{BoltzmannMethod::pseudo_likelihood, "pseudo_likelihood"}}};

/// Whose couplings and biases are learned: of units 0 and 1, or ±1.
enum class UnitKind { binary, spins };
inline constexpr Words unit_words{std::array{Word{UnitKind::binary, "binary"}, Word{UnitKind::spins, "spins"}}};

struct BoltzmannSettings {
    BoltzmannMethod method = BoltzmannMethod::cd;
    ClampedPhase clamped = ClampedPhase::exact;
    Connections connections = Connections::full;
    UnitKind units = UnitKind::binary;
    std::size_t steps = 1;           ///< k, sweeps in an update
    std::size_t clamped_steps = 10;  ///< sweeps of hidden units that couple, with visible ones held at the data
    double rate = 0.1;               ///< η, of the gradient of the mean log-likelihood
    std::size_t batch = 0;           ///< rows in an update, each once in an epoch; 0: all
    double decay = 0;                ///< λ: couplings lose η λ w in an update
    double temperature = 1;          ///< T, which divides the energy
    std::size_t chains = 0;          ///< of pcd; 0: as many as rows in an update
    [[nodiscard]] std::size_t rows_of_update(std::size_t rows) const { return batch == 0 || batch > rows ? rows : batch; }
};

/// Stochastic gradient ascent of the log-likelihood of a Boltzmann machine, w_ij ← w_ij + η((⟨s_i s_j⟩_data − ⟨s_i
/// s_j⟩_model)/T − λ w_ij) and alike for the biases, in the units of the settings. An update is a pure function of (state,
/// stream, number of the update).
class BoltzmannTraining {
  public:
    /// Starts at couplings normal of this deviation, in the units of the settings, and biases 0 (Purpose::initial_state).
    /// `data` must outlive this. Throws std::invalid_argument for no data, and what moments by enumeration throw.
    BoltzmannTraining(const BinaryData& data, std::size_t hidden, double deviation, const BoltzmannSettings& settings,
                      const RandomStream& random);

    void update();
    [[nodiscard]] std::uint64_t updates() const noexcept { return updates_; }
    /// What is learned, in the units of the settings, and the machine of units 0 and 1 at temperature 1 with its law at T.
    [[nodiscard]] const BoltzmannMachine& parameters() const noexcept { return parameters_; }
    [[nodiscard]] const BoltzmannMachine& machine() const noexcept { return machine_; }
    /// Goes on from other parameters of the same shape.
    void set_parameters(const BoltzmannMachine& parameters);

    /// Bytes of save(), with this many chains of pcd.
    [[nodiscard]] static std::size_t state_size(std::size_t units, std::size_t chains, const BoltzmannSettings& settings);
    void save(ByteWriter& bytes) const;
    void load(ByteReader& bytes);

  private:
    /// Both phases of an update, of units 0 and 1.
    [[nodiscard]] UnitMoments seen(const BinaryData& rows);
    [[nodiscard]] UnitMoments modelled(const BinaryData& rows);
    /// The rows with hidden units drawn given them.
    [[nodiscard]] UnitPanels clamped(const BinaryData& rows) const;
    [[nodiscard]] UnitMoments moments_of(const UnitPanels& states);
    void renew();

    const BinaryData& data_;
    BoltzmannSettings settings_;
    RandomStream random_;
    BoltzmannMachine parameters_, machine_;
    GibbsSweep sweep_;
    PhaseProduct product_;
    UnitPanels chains_;                    ///< that go on
    std::optional<UnitMoments> all_seen_;  ///< of all rows, where no hidden units change it
    std::uint64_t updates_ = 0;
};

}  // namespace gdm
