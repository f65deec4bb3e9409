#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "gdm/base/random_stream.hpp"
#include "gdm/physics/learned/denoiser.hpp"

/// Configurations of spins, what they look like through noise, and what a denoiser tells of their entropy.
namespace gdm {

/// Configurations drawn at each of some temperatures, as many at each.
struct SpinSet {
    SpinShape shape;
    std::vector<double> temperatures;
    std::vector<float> spins;  ///< (temperatures, count, components, L, L)

    [[nodiscard]] std::size_t count() const noexcept { return spins.size() / (temperatures.size() * shape.length()); }
    [[nodiscard]] std::span<const float> at(std::size_t temperature, std::size_t which) const {
        return std::span(spins).subspan((temperature * count() + which) * shape.length(), shape.length());
    }
};

/// The signal-to-noise ratios γ that are looked at, uniform in ln γ.
struct SignalRange {
    double lowest, highest;
    /// γ at a share of the range, from 0 to 1.
    [[nodiscard]] double at(double share) const;
    [[nodiscard]] double logarithm() const;  ///< ln(highest/lowest)
    /// 1e−4 (above an ordered lattice of some hundred spins nothing is seen through more noise) to 60, beyond which a spin
    /// of one component is known up to e^{−30}, or to 1e4 for two components.
    [[nodiscard]] static SignalRange of(const SpinShape& shape);
};

/// Some clean configurations and their noisy fields.
struct NoisyBatch {
    std::vector<float> clean, fields, gamma, temperature;
    [[nodiscard]] NoisySpins view() const { return {fields, gamma, temperature}; }
    /// Adds a configuration of this temperature, seen at this γ.
    void add(std::span<const float> configuration, double its_gamma, double its_temperature, RandomSequence& random);
};

/// `count` configurations drawn at random, each in a random position and orientation that its law does not tell apart
/// (translation, reflection, the sign or direction of all spins), with ln γ stratified over the range.
[[nodiscard]] NoisyBatch training_batch(const SpinSet& set, const SignalRange& range, std::size_t count,
                                        RandomSequence random);

/// What a denoiser D and Q, the exact one of independent spins, make of configurations of one temperature, by stratum of
/// ln γ; a spin. Integrated over ln γ each is D(P‖Q) = ln 2 − S (ln 2π − S for XY) for the exact denoiser of P (Verdú, IEEE
/// Trans. Inf. Theory 56, 3712, 2010): `gain` = ½γ E(|X − Q|² − |X − D|²) is then not larger for any other denoiser;
/// `distance` = ½γ E|D − Q|², the identity of scores of MINDE, can be wrong either way.
struct Divergence {
    std::vector<double> gain, distance;
};

/// Means over all configurations of a temperature, each seen once in every stratum.
[[nodiscard]] Divergence divergence(const Denoiser& denoiser, const SpinSet& set, std::size_t temperature,
                                    const SignalRange& range, std::size_t strata, RandomSequence random);

}  // namespace gdm
