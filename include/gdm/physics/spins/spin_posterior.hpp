#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "gdm/base/random_stream.hpp"
#include "gdm/base/words.hpp"
#include "gdm/physics/spins/spin_strip.hpp"
#include "gdm/physics/spins/strip_chain.hpp"

namespace gdm {

/// Where the score of noised spins comes from. With Tweedie's formula it is the posterior mean ⟨s | x_t⟩: exact by transfer
/// matrices, or measured on Markov chains.
enum class ScoreSource { exact, monte_carlo };
inline constexpr Words score_source_words{
    std::array{Word{ScoreSource::exact, "exact"}, Word{ScoreSource::monte_carlo, "monte_carlo"}}};

struct SpinPosteriorSettings {
    ScoreSource source = ScoreSource::exact;
    std::size_t steps = 64;          ///< of each chain, for one posterior mean
    std::size_t thermalisation = 1;  ///< steps before the first state of the data
    std::size_t interval = 1;        ///< from one state of the data to the next
};

/// States of an Ising strip without fields, and what is known of them when they are seen through noise: x_t = e^{−t} s +
/// √Δ_t z leaves an Ising model in the fields h = γ s + √γ z, γ = e^{−2t}/Δ_t, zero where a site is not seen.
class SpinPosterior {
  public:
    SpinPosterior(const SpinStrip& strip, const SpinPosteriorSettings& settings);

    /// A state of the data: independent of those before it if exact, otherwise the next one of a chain.
    void draw(RandomSequence& random, std::span<double> spins);

    /// Two values of the posterior means in fields h of the state `spins`. Exact: the same twice. Monte Carlo, as averages
    /// over chains that are independent given the fields: `planted` starts at the state itself, which is a draw from the
    /// posterior, so that E[planted | h] = ⟨s⟩ for chains of any length; `blind` starts at another state of the data, which
    /// a chain of its own made, and leaves a quarter of its steps out. Squares of either one alone are biased by its
    /// variance, products of both are not, as soon as the blind one has forgotten its start: `drift` is the mean of its
    /// second half less that of its first.
    struct Means {
        std::vector<double> planted, blind, drift;
    };
    void means(std::span<const double> fields, std::span<const double> spins, RandomSequence& random, Means& result);

  private:
    [[nodiscard]] TransferMatrix& matrix(std::unique_ptr<TransferMatrix>& kept) const;

    SpinStrip strip_;
    SpinPosteriorSettings settings_;
    std::unique_ptr<TransferMatrix> data_, posterior_;
    StripChain data_chain_, other_data_, chain_;
    std::vector<double> no_fields_;
    bool started_ = false;
};

}  // namespace gdm
