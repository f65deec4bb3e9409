#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <limits>
#include <span>
#include <vector>

#include "gdm/base/random_stream.hpp"

/// Estimators and their errors. An error that the data cannot give (fewer than two values) is NaN, never 0.
namespace gdm {

/// Mean and variance of values added one by one (Welford 1962) or merged (Chan, Golub and LeVeque 1979):
/// δ = x − x̄, x̄ += δ/n, M₂ += δ (x − x̄_new).
class RunningMoments {
  public:
    void add(double value) noexcept;
    void merge(const RunningMoments& other) noexcept;

    [[nodiscard]] std::uint64_t count() const noexcept { return count_; }
    [[nodiscard]] double mean() const noexcept;            ///< NaN if empty
    [[nodiscard]] double variance() const noexcept;        ///< unbiased, M₂/(n − 1); NaN for n < 2
    [[nodiscard]] double standard_error() const noexcept;  ///< of the mean of independent values, √(variance/n)

  private:
    std::uint64_t count_ = 0;
    double mean_ = 0;
    double sum_of_squares_ = 0;
};

/// ln of the mean of exp: ln (1/n) Σ e^{x_i}, without overflow; NaN if empty.
[[nodiscard]] double log_mean_exp(std::span<const double> values);

/// Delete-one jackknife error √((n−1)/n Σ_k (θ_k − θ̄)²) from the n values θ_k of an estimator, each without block k
/// (Efron and Stein 1981). Where an estimator does not exist without some blocks (NaN), the finite θ_k are taken as a
/// sample of all if they are at least two thirds of them and two or more; otherwise the error is NaN.
[[nodiscard]] double jackknife_error(std::span<const double> leave_one_out);

/// A statistic of a data set whose members are named by their indices; the same index may occur several times.
using ResampledStatistic = std::function<double(std::span<const std::size_t> indices)>;

/// Bootstrap error (Efron 1979): the standard deviation of `statistic` over `resamples` draws of n members out of n with
/// replacement. NaN values of the statistic are left out under the same rule as in jackknife_error.
[[nodiscard]] double bootstrap_error(std::size_t n, std::size_t resamples, RandomSequence& random,
                                     const ResampledStatistic& statistic);
/// The same from the values that the statistic took on the resamples.
[[nodiscard]] double bootstrap_error(std::span<const double> resampled);

/// Kolmogorov–Smirnov distance sup_x |F_n(x) − F(x)| between a sample and a continuous distribution function.
[[nodiscard]] double ks_distance(std::vector<double> sample, const std::function<double(double)>& distribution);

/// P(D_n > d) for a sample drawn from the distribution itself: Kolmogorov's law at z + 1/(6√n) + (z − 1)/(4n) with z = √n d
/// (Vrbik 2018). Off by less than 0.0075 for n ≥ 5, 0.0006 for n ≥ 20.
[[nodiscard]] double ks_p_value(double distance, std::size_t n);

/// E D_n, the distance that a perfect sample of size n shows: √(π/2) ln 2 for √n D_n, with the same correction (within 0.4 %
/// for n ≥ 5, 0.04 % for n ≥ 20).
[[nodiscard]] double ks_expected_distance(std::size_t n);

/// Integrated autocorrelation time of a stationary chain, in steps: τ = ½ + Σ_{s=1}^{W} ρ(s), where ρ is the normalised
/// autocorrelation and W the smallest window with W ≥ 5 max(1, τ(W)) (Madras and Sokal 1988). Independent values have τ = ½;
/// the mean of n values has the variance of n/2τ independent ones.
struct AutocorrelationTime {
    double tau = 0;
    double error = 0;        ///< 2τ √((W + ½ − τ)/n) (Wolff 2004, eq. 42)
    std::size_t window = 0;  ///< W
    bool converged = false;  ///< the window closed and n ≥ 50 τ; otherwise τ is a lower bound
};
[[nodiscard]] AutocorrelationTime integrated_autocorrelation_time(std::span<const double> chain);

/// The mean of a stationary chain with its binning error: bins of 2^k consecutive values (Flyvbjerg and Petersen 1989), k
/// the smallest with 8^k > 2 n (ε_k/ε_0)⁴, ε_k being the naive error of the mean of the bins (Lee et al., Phys. Rev. E 83,
/// 066706, 2011). τ = ½ (ε_k/ε_0)², with the error τ √(2/(m − 1)) for m bins. A chain of fewer than two values has a NaN
/// error. Values that come one by one: Binning.
struct BinnedMean {
    double mean = 0;
    double error = 0;
    double tau = 0.5;
    std::size_t bin_length = 1;
    bool converged = false;  ///< false: the chain is too short, and the error a lower bound
    double tau_error = std::numeric_limits<double>::quiet_NaN();
};
[[nodiscard]] BinnedMean binned_mean(std::span<const double> chain);

/// Kish's effective number of samples of weights e^{l_i}: (Σ w)²/Σ w², from 1 to n.
[[nodiscard]] double effective_sample_size(std::span<const double> log_weights);

/// Hill's (1975) estimate of the index a of a tail P(W > w) ∝ w^{−a} from the `largest` greatest of the values given as
/// ln W: 1/a = mean of their excess over the next greatest; the relative error is 1/√largest. The variance of W is infinite
/// for a ≤ 2, the mean for a ≤ 1. Valid where the tail is a power over the range of those values: look at several
/// `largest`. Throws std::invalid_argument unless 1 ≤ largest < n.
struct TailIndex {
    double index = 0;
    double error = 0;
};
[[nodiscard]] TailIndex tail_index(std::vector<double> log_values, std::size_t largest);

}  // namespace gdm
