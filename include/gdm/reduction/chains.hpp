#pragma once

#include <cstddef>
#include <map>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "gdm/experiment/experiment.hpp"
#include "gdm/reduction/combiner.hpp"

/// What the reduction makes of replicas that are Markov chains: which parts of them are resampled, and where they are not to
/// be trusted. It warns; it never refuses.
namespace gdm {

inline constexpr double shortest_chain = 50;  ///< τ: a shorter one does not know its own error
inline constexpr double shortest_block = 10;  ///< τ: the spread of shorter ones is too small, of these by a twentieth

/// The rows of a point that are resampled, from those that Combiner::pack made. Of each replica there are as many, 32, 16, …
/// or 1, as leave its blocks at least shortest_block times the greatest autocorrelation time of the point. Of chains shorter
/// than shortest_chain whole replicas are taken; but four units at least in all, so that there is an error, a lower bound
/// then (ChainChecks says so). Where the autocorrelation times are not known (no `experiment`), replicas are the units if
/// there are two or more.
[[nodiscard]] std::vector<double> resampled_rows(const Experiment* experiment, const Point& point, const Combiner& combiner,
                                                 std::vector<double> rows);

/// Gathers, point by point, what is wrong with chains:
///   short     the chain has fewer than shortest_chain autocorrelation times
///   starts    two starts disagree: |mean of z over n replicas| √n > 4
///   scatter   replicas scatter more than their binning errors let them: χ² of n replicas beyond 4 deviations of its law,
///   for
///             errors 1.2 times as large
class ChainChecks {
  public:
    ChainChecks(const Experiment& experiment, const Combiner& combiner) : experiment_(experiment), combiner_(combiner) {}

    /// `rows` as pack made them; `place` tells people which point it is.
    void check(const Point& point, const std::string& place, std::span<const double> rows);

    struct Warning {
        std::string observable;
        std::string text;
    };
    /// One for each observable and kind, with the number of points and the first of them.
    [[nodiscard]] std::vector<Warning> warnings() const;

  private:
    struct Found {
        std::size_t points = 0;
        std::string first = {};
    };
    void note(const std::string& observable, const std::string& what, const std::string& place, const std::string& numbers);
    void check_lengths(const Point& point, const std::string& place, const Combined& combined);
    void check_starts(const std::string& place, const Combined& combined, double replicas);
    void check_scatter(const std::string& place, std::span<const double> rows, std::size_t replicas);

    const Experiment& experiment_;
    const Combiner& combiner_;
    std::size_t points_ = 0;
    std::map<std::pair<std::string, std::string>, Found> found_;  ///< by observable and what is wrong
};

}  // namespace gdm
