#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "gdm/base/bytes.hpp"
#include "gdm/base/random_stream.hpp"
#include "gdm/base/stop.hpp"
#include "gdm/physics/machines/boltzmann_machine.hpp"
#include "gdm/physics/machines/gibbs_kernel.hpp"
#include "gdm/physics/machines/rbm.hpp"

/// Annealed importance sampling of the partition function of Boltzmann machines (Neal, Statistics and Computing 11, 125,
/// 2001; Salakhutdinov and Murray, ICML 2008).
namespace gdm {

struct AnnealingSettings {
    std::size_t steps = 1000;              ///< K ≥ 1, from β = 0 to 1 in equal steps
    std::size_t runs = 128;                ///< R ≥ 1, independent of each other
    std::vector<double> base = {};         ///< a_B of the law at β = 0, one for each visible unit; empty: 0
    std::uint32_t first_chain = 1u << 30;  ///< where the runs' draws stand, see GibbsDraws
};

/// The runs of annealed importance sampling, step by step, so that they can be saved between steps. `random` must outlive
/// them. Throws std::invalid_argument for no step, no run or a base of another length.
class AnnealedRuns {
  public:
    AnnealedRuns(const Rbm& machine, double temperature, AnnealingSettings settings, const RandomStream& random);

    [[nodiscard]] bool done() const noexcept { return step_ == settings_.steps; }
    [[nodiscard]] std::uint64_t step() const noexcept { return step_; }
    void advance();
    /// ln w of each run so far.
    [[nodiscard]] const std::vector<double>& log_weights() const noexcept { return log_weights_; }

    void save(ByteWriter& writer) const;
    void load(ByteReader& reader);

  private:
    [[nodiscard]] float beta(std::uint64_t step) const noexcept {
        return static_cast<float>(static_cast<double>(step) / static_cast<double>(settings_.steps));
    }
    [[nodiscard]] GibbsDraws draws() const { return {*random_, static_cast<std::uint32_t>(step_), settings_.first_chain}; }

    AnnealingSettings settings_;
    const RandomStream* random_;
    Rbm machine_;
    GibbsKernel kernel_;
    std::uint64_t step_ = 0;
    std::vector<double> log_weights_;
    UnitPanels visible_, hidden_, fields_;
};

/// ln w of each run, w = Π_k p*_k(v_{k−1})/p*_{k−1}(v_{k−1}) with p*_k(v) = e^{(1−β_k) a_B·v + β_k a·v} Π_j (1 + e^{β_k (b_j
/// + (vᵀW)_j)}), v_0 of the base and a Gibbs step at β_k from v_{k−1} to v_k, at temperature T > 0 of the machine: E[w] =
/// Z/Z_0 exactly, up to the single precision of fields. A run takes K Gibbs steps and as many products vᵀW. Throws
/// std::invalid_argument for no step, no run or a base of another length.
[[nodiscard]] std::vector<double> annealed_log_weights(const Rbm& machine, double temperature,
                                                       const AnnealingSettings& settings, const RandomStream& random,
                                                       const Stop& stop = {});

/// The same of a machine whose units may all couple, at temperature 1, by sweeps over all units: p*_k(s) = e^{(1−β_k) a_B·s
/// − β_k E(s)}, with hidden units 0 or 1 alike at β = 0.
[[nodiscard]] std::vector<double> annealed_log_weights(const BoltzmannMachine& machine, const AnnealingSettings& settings,
                                                       const RandomStream& random, const Stop& stop = {});

/// ln Z_0 of the law at β = 0: m ln 2 + Σ_i ln(1 + e^{a_B,i}).
[[nodiscard]] double base_log_partition(const Rbm& machine, std::span<const double> base = {});
[[nodiscard]] double base_log_partition(const BoltzmannMachine& machine, std::span<const double> base = {});

/// a_B of data: ln p_i/(1 − p_i) of their means p, cut to [1e-3, 1 − 1e-3].
[[nodiscard]] std::vector<double> base_of_means(std::span<const double> means);

/// What the weights of R runs say of ln Z.
struct AnnealedEstimate {
    double log_partition = 0;      ///< ln Z_0 + ln of the mean weight
    double error = 0;              ///< √(relvar/R): too small where few weights dominate, so look at `effective`
    double relative_variance = 0;  ///< of w, sample variance over the square of the mean; NaN for one run
    double effective = 0;          ///< (Σ w)²/Σ w², between 1 and R
    double bias = 0;               ///< E[ln Ẑ] − ln Z to first order, −relvar/(2R)
    double lower_bound = 0;        ///< ln Z_0 + mean of ln w, on average below ln Z however few the runs
};
[[nodiscard]] AnnealedEstimate annealed_estimate(std::span<const double> log_weights, double base_log_partition);

/// The machine with a, b and W divided by T, whose law at temperature 1 is that of `machine` at T.
[[nodiscard]] Rbm at_temperature(Rbm machine, double temperature);

}  // namespace gdm
