#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <vector>

#include "gdm/experiment/experiment.hpp"
#include "gdm/sweep/header.hpp"

namespace gdm {

/// Combines the replicas of one point, number by number, as each observable declares. A replica is one row of numbers; one
/// that is a Markov chain is a row for each of its blocks (block_axis), and n counts rows:
///
///   mean          x̄ = Σ x/n, error s/√n (s the standard deviation over rows)
///   sum           Σ x, error √n s
///   log_mean_exp  ln (1/n) Σ eˣ, error by delete-one jackknife
///   error_of      √(Σ e²)/n, the binned error of the mean of n chains (√(Σ e²) for a sum); itself without error
///   stored        left out
///
/// Errors are NaN for n < 2, values for n = 0; but of one replica with an error_of that is the error. A NaN in one replica
/// makes the combined number NaN: leaving it out would change what is averaged.
///
/// What belongs to a whole chain (its autocorrelation time) stands in the first of its rows, and nowhere in the others: it
/// is combined over the rows that have it, and is NaN in every resample that chooses others.
class Combiner {
  public:
    explicit Combiner(const std::vector<ObservableRecord>& observables);

    /// The combined observables: the declared ones but the stored.
    [[nodiscard]] const Layout& layout() const noexcept { return layout_; }

    /// The rows of a replica: the length of the block axis, 1 without one.
    [[nodiscard]] std::size_t blocks() const noexcept { return blocks_; }

    /// Appends the combined observables of a replica's whole block to `rows`: blocks() rows.
    void pack(std::span<const double> block, std::vector<double>& rows) const;
    /// The rows of replicas with `units` rows each, a divisor of blocks(), from as many as pack made: consecutive blocks
    /// joined.
    [[nodiscard]] std::vector<double> join_blocks(std::span<const double> rows, std::size_t units) const;

    struct Result {
        std::vector<double> value;
        std::vector<double> error;
    };
    /// Of replicas packed one after the other.
    [[nodiscard]] Result combine(std::span<const double> rows) const;
    /// Its values alone.
    [[nodiscard]] std::vector<double> values(std::span<const double> rows) const;

    /// The combination of the rows that `chosen` names, each as often as it does.
    [[nodiscard]] std::vector<double> combine_chosen(std::span<const double> rows,
                                                     std::span<const std::size_t> chosen) const;

    /// Visits, for every row, the combination of all others. A sum is scaled by n/(n − 1), so that it keeps its size.
    void leave_one_out(std::span<const double> rows, const std::function<void(std::span<const double>)>& visit) const;

  private:
    enum class Rule : std::uint8_t { mean, sum, log_mean_exp, quadrature_mean, quadrature_sum };

    [[nodiscard]] static double identity(Rule rule);
    [[nodiscard]] static double lift(Rule rule, double value);
    [[nodiscard]] static double add(Rule rule, double left, double right);
    /// Whether a number that belongs to whole replicas is that of a single one.
    [[nodiscard]] bool is_one_replica(std::span<const double> rows, std::size_t number) const;
    /// From the total over `count` replicas, as if there were `of`.
    [[nodiscard]] static double finish(Rule rule, double total, std::size_t count, std::size_t of);

    /// Of each combined number.
    struct Number {
        std::size_t source = 0;  ///< its place in a replica's block, or that of the first block of the chain
        Rule rule = Rule::mean;
        bool in_blocks = false;    ///< otherwise it belongs to the whole replica
        std::size_t error_at = 0;  ///< the combined number that is its binning error, if it is not this one itself
    };

    Layout layout_;
    std::vector<Number> numbers_;
    std::size_t blocks_ = 1;
};

/// The errors of combined observables that an experiment's declarations change: NaN where the spread of replicas is no error
/// (Observable::spread_is_error), and what the samples cannot exclude added in quadrature (Observable::bounds).
void correct_errors(const Experiment& experiment, const Point& point, const Layout& layout, std::size_t replicas,
                    Combiner::Result& combined);

}  // namespace gdm
