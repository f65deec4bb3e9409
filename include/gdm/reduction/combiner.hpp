#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <vector>

#include "gdm/experiment/experiment.hpp"
#include "gdm/sweep/header.hpp"

namespace gdm {

/// Combines the replicas of one point, number by number, as each observable declares:
///
///   mean          x̄ = Σ x/n, error s/√n (s the standard deviation over replicas)
///   sum           Σ x, error √n s
///   log_mean_exp  ln (1/n) Σ eˣ, error by delete-one jackknife
///   error_of      √(Σ e²)/n, the binned error of the mean of n chains (√(Σ e²) for a sum); itself without error
///   stored        left out
///
/// Errors are NaN for n < 2, values for n = 0. A NaN in one replica makes the combined number NaN: leaving it out would
/// change what is averaged.
class Combiner {
  public:
    explicit Combiner(const std::vector<ObservableRecord>& observables);

    /// The combined observables: the declared ones but the stored.
    [[nodiscard]] const Layout& layout() const noexcept { return layout_; }

    /// Appends the combined observables of a replica's whole block to `rows`.
    void pack(std::span<const double> block, std::vector<double>& rows) const;

    struct Result {
        std::vector<double> value;
        std::vector<double> error;
    };
    /// Of replicas packed one after the other.
    [[nodiscard]] Result combine(std::span<const double> rows) const;

    /// The combination of the replicas that `chosen` names, each as often as it does.
    [[nodiscard]] std::vector<double> combine_chosen(std::span<const double> rows,
                                                     std::span<const std::size_t> chosen) const;

    /// Visits, for every replica, the combination of all others. A sum is scaled by n/(n − 1), so that it keeps its size.
    void leave_one_out(std::span<const double> rows, const std::function<void(std::span<const double>)>& visit) const;

  private:
    enum class Rule : std::uint8_t { mean, sum, log_mean_exp, quadrature_mean, quadrature_sum };

    [[nodiscard]] static double identity(Rule rule);
    [[nodiscard]] static double lift(Rule rule, double value);
    [[nodiscard]] static double add(Rule rule, double left, double right);
    /// From the total over `count` replicas, as if there were `of`.
    [[nodiscard]] static double finish(Rule rule, double total, std::size_t count, std::size_t of);

    Layout layout_;
    std::vector<std::size_t> source_;  ///< place in a replica's block of each combined number
    std::vector<Rule> rules_;          ///< of each combined number
};

/// The errors of combined observables that an experiment's declarations change: NaN where the spread of replicas is no error
/// (Observable::spread_is_error), and what the samples cannot exclude added in quadrature (Observable::bounds).
void correct_errors(const Experiment& experiment, const Point& point, const Layout& layout, std::size_t replicas,
                    Combiner::Result& combined);

}  // namespace gdm
