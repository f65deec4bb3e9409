#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "gdm/experiment/error_target.hpp"
#include "gdm/experiment/experiment.hpp"
#include "gdm/sweep/header.hpp"
#include "gdm/sweep/replica_blocks.hpp"

namespace gdm {

/// Points that share their random numbers, as far as the error of a function of many is concerned.
struct Share {
    double variance = 0;  ///< their part of the variance, V_g
    double replicas = 0;  ///< that they have now, n_g
    double cost = 1;      ///< of one more replica of all of them, c_g
};

/// The replicas with which Σ V_g n_g/n'_g is `variance` at the least cost: n'_g ∝ √(V_g n_g/c_g) (Neyman 1934), but never
/// fewer than there are, and, because the V_g are estimates, at most twice and, where there are to be more, at least 9/8 as
/// many.
[[nodiscard]] std::vector<std::size_t> allocate_replicas(std::span<const Share> shares, double variance);

/// The rule by which a sweep with a `target_error` on a function along an axis gives replicas to the points of a plane, from
/// their first `asked` replicas alone. What must be below the target is the error with the upper end of its statistical
/// part, σ (1 + 1/√(2ν)), ν = (Σ V)²/Σ V²/(n − 1) (Satterthwaite 1946). The systematic part, which replicas do not reduce,
/// takes at most √3/2 of the target. A result without a value or an error demands nothing.
class AlongTarget {
  public:
    /// All must outlive it.
    AlongTarget(const SweepHeader& header, const Experiment& experiment, const Along& along, const ErrorTarget& target);
    ~AlongTarget();

    [[nodiscard]] std::size_t planes() const;
    [[nodiscard]] std::vector<std::size_t> points_of(std::size_t plane) const;
    /// `asked` and `blocks` of the points of a plane, in that order; the answer too.
    [[nodiscard]] std::vector<std::size_t> replicas_wanted(std::size_t plane, std::span<const ReplicaBlocks> blocks,
                                                           std::span<const std::size_t> asked) const;

  private:
    struct Parts;
    std::unique_ptr<Parts> parts_;
};

}  // namespace gdm
