#pragma once

#include "gdm/experiment/experiment.hpp"
#include "support/finished_replica.hpp"

/// Small experiments with known answers. They take every road through the interface that the real ones take or will take.
namespace gdm::test {

/// Grid p; x ~ N(p, 1), `samples` a replica. Every way to combine, an inner axis as it is (s) and one in units of the point
/// (u = p + job's value), a fixed axis: x (p), x_squared (p² + 1), histogram (n Φ), log_exp (ln E eˣ = p + ½), cosine over
/// s (cos(sp) e^{−s²/2}), below over u (Φ(u − p)), first (stored); derived variance (1), and inverse (1/p with a
/// systematic part of 0.01; NaN at p = 0); theory x_theory (p).
[[nodiscard]] Experiment toy_normal();

/// Eight scalars of a replica without any work: measures the runner alone. x0 … x7 = p + replica + 1/8, 2/8, …
[[nodiscard]] Experiment toy_eight();

/// x = p + replica/1000; throws std::runtime_error at p = `bad_p` in replica `bad_replica` (-1: never).
[[nodiscard]] Experiment toy_throw();

/// x over the axis i (0, 1, 2), y, and z (by log_mean_exp), all of them p; at p = `bad_p`, in replica 1, the last number of
/// the observable `where` is `bad` (none, nan, inf, -inf). Only y may be missing, at p > 1. With TOY_MENDED in the
/// environment all is well.
[[nodiscard]] Experiment toy_special();

/// The two-dimensional periodic Ising model, L × L with energy −Σ s s' over right and lower neighbours, as a Markov chain of
/// single-spin updates (`update` = metropolis, heat_bath) or clusters (wolff) at temperature T (or beta): the example of
/// docs/chains.md. Along T: where the Binder ratios of neighbouring sizes cross (T_c), their collapse (ν = 1). Points differ
/// in size: `correlation` over the inner axis dx and `snapshot` over fixed axes of 8 × 8 are NaN beyond L.
[[nodiscard]] Experiment toy_ising();

/// x' = a x + √(1 − a²) ξ from `start`: E x² = 1, E x⁴ = 3, τ = ½ (1 + a)/(1 − a), that of x² with a² for a. Derived
/// `kurtosis_ratio` = E x⁴/(3 (E x²)²) = 1. A chain with a state.
[[nodiscard]] Experiment toy_ar1();

/// A particle in E(x) = barrier (x² − 1)² + tilt x, by Metropolis steps and parallel tempering over the inner axis T
/// (`exchange` = on, off), two ladders in each replica that start in the left and in the right well; thermalisation is
/// found. `right` = P(x > 0), `energy`, and −T ln(right/(1 − right)), all beside their quadratures. A chain with a state.
[[nodiscard]] Experiment toy_double_well();

/// The mean and its square over bootstrap samples of the rows of a user's (n, d) array: its first column.
[[nodiscard]] Experiment toy_dataset();

/// Work of 10^p thousand steps of a chaotic map (about 4 µs each); polls its stop between them.
[[nodiscard]] Experiment toy_slow();

/// x over the inner axis i: p + standard normal variables, after spinning for `microseconds` of the processor's time, so
/// that the duration is known. Where the environment names a file TOY_LOG, each finished replica appends a FinishedReplica
/// to it, behind the back of the runner. With TOY_AT_ONCE in the environment it does not spin: the same numbers, soon.
[[nodiscard]] Experiment toy_spin();

/// x = p + a uniform number; the place of what is to happen at a certain moment, which then has a cause and needs no clock.
/// TOY_EVENT="P R COMMAND" of the environment: replica R of the point P first runs COMMAND in a shell, whose parent is the
/// replica's process; if it ends with 75, the replica waits until it is stopped. TOY_WAIT="P FILE": the replicas of p ≥ P
/// wait until FILE exists, without using a core. Both hold for toy_eight, toy_slow, toy_spin and toy_wait, too.
[[nodiscard]] Experiment toy_event();

/// x = p + a uniform number, after `wait` seconds of sleep; polls its stop.
[[nodiscard]] Experiment toy_wait();

/// A stationary AR(1) chain, x' = φx + √(1 − φ²) z with φ = (p + 1)/(p + 2): means of x (0) and x² (1) over `samples` steps.
/// Its replicas have a state of 32 bytes, and `ballast` more; a state that is not as it was saved throws. A step sleeps for
/// `microseconds`, unless TOY_AT_ONCE is in the environment. TOY_EVENT and TOY_WAIT (toy_event) count steps in the place of
/// p here; TOY_LOG as for toy_spin.
[[nodiscard]] Experiment toy_chain();

/// All of them, as a registry.
[[nodiscard]] const std::vector<Experiment>& test_experiments();

}  // namespace gdm::test
