#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "gdm/base/bytes.hpp"
#include "gdm/base/random_stream.hpp"
#include "gdm/base/words.hpp"
#include "gdm/physics/chains/exchange.hpp"
#include "gdm/physics/machines/gibbs_kernel.hpp"
#include "gdm/physics/machines/machine_data.hpp"
#include "gdm/physics/machines/phase_product.hpp"
#include "gdm/physics/machines/rbm.hpp"

namespace gdm {

/// Where the averages under the model come from. cd: k Gibbs steps from the data (Hinton 2002); pcd: chains that go on from
/// update to update (Tieleman 2008); tempering: these with exchanges along a ladder of temperatures (Desjardins et al.
/// 2010); exact: the smaller layer enumerated; expected_cd: what cd finds on average, enumerated.
enum class TrainingMethod { cd, pcd, tempering, exact, expected_cd };
inline constexpr Words training_method_words{std::array{
    Word{TrainingMethod::cd, "cd"}, Word{TrainingMethod::pcd, "pcd"}, Word{TrainingMethod::tempering, "tempering"},
    Word{TrainingMethod::exact, "exact"}, Word{TrainingMethod::expected_cd, "expected_cd"}}};

struct TrainingSettings {
    TrainingMethod method = TrainingMethod::cd;
    std::size_t steps = 1;   ///< k, Gibbs steps in an update
    double rate = 0.1;       ///< η, of the gradient of the mean log-likelihood
    std::size_t batch = 0;   ///< rows in an update, each once in an epoch; 0: all
    double decay = 0;        ///< λ: weights lose η λ W in an update
    double temperature = 1;  ///< T, which divides fields and gradient
    std::size_t chains = 0;  ///< of pcd, or ladders of tempering; 0: as many as rows in an update
    std::size_t ladder = 8;  ///< temperatures of tempering, β = 0 … 1 in equal steps
    [[nodiscard]] std::size_t rows_of_update(std::size_t rows) const { return batch == 0 || batch > rows ? rows : batch; }
};

/// Stochastic gradient ascent of the log-likelihood, W ← W + η((⟨v p⟩_data − ⟨v p⟩_model)/T − λ W) and alike for the biases,
/// with hidden probabilities p in both phases. An update is a pure function of (state, stream, number of the update).
class RbmTraining {
  public:
    /// Starts at W_ij normal of this deviation and biases 0 (Purpose::initial_state). `data` must outlive this. Throws
    /// std::invalid_argument for no data, and what the exact methods throw.
    RbmTraining(const BinaryData& data, std::size_t hidden, double deviation, const TrainingSettings& settings,
                const RandomStream& random);

    void update();
    [[nodiscard]] std::uint64_t updates() const noexcept { return updates_; }
    [[nodiscard]] const Rbm& machine() const noexcept { return machine_; }
    /// Goes on from other parameters of the same shape.
    void set_machine(const Rbm& machine);

    /// Of tempering, by the place of the hotter neighbour: the mean probability of an exchange, where it was tried.
    [[nodiscard]] std::vector<double> swap_acceptance() const;
    /// From the hottest place to the coldest and back, of all chains so far.
    [[nodiscard]] std::uint64_t round_trips() const;

    /// Bytes of save(), with this many chains of pcd or ladders of tempering.
    [[nodiscard]] static std::size_t state_size(std::size_t visible, std::size_t hidden, std::size_t chains,
                                                const TrainingSettings& settings);
    void save(ByteWriter& bytes) const;
    void load(ByteReader& bytes);

  private:
    void exact_update(const BinaryData& rows);
    void sampled_update(const BinaryData& rows);
    /// The visible units after the k steps of this update.
    UnitPanels negative_phase(const UnitPanels& positive);
    UnitPanels tempered();
    void exchange(UnitPanels& hidden, std::uint32_t step);
    void spread_temperatures();
    void ascend(std::span<const double> weights, std::span<const double> visible, std::span<const double> hidden);

    const BinaryData& data_;
    TrainingSettings settings_;
    RandomStream random_;
    Rbm machine_;
    GibbsKernel kernel_;
    PhaseProduct gradient_;
    UnitPanels chains_;  ///< visible units of the chains that go on
    std::vector<Exchange> exchanges_;
    std::vector<float> beta_;  ///< 1/T of each of them
    std::vector<double> swaps_, tries_;
    std::uint64_t updates_ = 0;
};

}  // namespace gdm
