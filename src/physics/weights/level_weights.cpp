#include "gdm/physics/weights/level_weights.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "gdm/physics/levels/noncentral_levels.hpp"
#include "gdm/physics/process/forward_process.hpp"

namespace gdm {

namespace {

/// g and z in the frame of m̂ and of the transverse part of z, so that two chi-squared variables stand for all coordinates.
StateNorms draw_norms(double d, RandomSequence& random) {
    const double g = random.normal(), z = random.normal();
    StateNorms norms{g * g, z * z, g * z, g, z};
    if (d > 1) {
        const double across = random.chi_squared(d - 1);
        const double along = random.normal();  // component of g along the transverse part of z
        norms.noise_square += across;
        norms.overlap += std::sqrt(across) * along;
        norms.point_square += along * along + (d > 2 ? random.chi_squared(d - 2) : 0.0);
    }
    return norms;
}

WeightSums sums_at(const GaussianMixture& mixture, double log_count, const StateNorms& norms, std::size_t levels, double t,
                   RandomSequence& random) {
    // Beyond these limits all energies are equal, or all but the lowest infinite, to the last digit.
    const double theta = std::clamp(brownian_from_time(t), 1e-15 * mixture.sigma2, 1e12 * mixture.sigma2);
    const double sigma = std::sqrt(mixture.sigma2);
    const double rho = std::sqrt(theta) / sigma;
    const double own = std::max(0.0, norms.point_square + 2 * rho * norms.overlap + rho * rho * norms.noise_square);
    const double distance = mixture.axis_mean() / sigma;  // of a centre from the origin, in deviations
    const double other = std::max(0.0, own + 4 * distance * (distance + norms.point_axis + rho * norms.noise_axis));
    const NoncentralLevels law(0.5 * mixture.sigma2 / theta, mixture.d, own, other);
    const RandomLevels realisation(law, log_count, random, levels);
    const LevelSums all = realisation.sums(1);
    const double zero = 0.5 * norms.noise_square;  // E_0
    WeightSums sums;
    sums.log_z = all.log_z + zero;
    sums.log_squares = all.log_sum_squares + 2 * zero;
    sums.mean_energy = all.mean_energy - zero;
    sums.own_class = std::min(1.0, all.class_weight(0));
    sums.lowest = realisation.lowest_energy() - zero;
    return sums;
}

}  // namespace

EmpiricalWeights weigh_random_levels(const GaussianMixture& mixture, double log_n, StateKind kind, std::size_t states,
                                     std::size_t levels, std::span<const double> times, const RandomStream& random,
                                     const Stop& stop) {
    const bool planted = kind == StateKind::planted;
    const double others = planted ? log_less_one(log_n) : log_n;
    EmpiricalWeights weights;
    for (std::size_t state = 0; state < states; ++state) {
        const auto sample = static_cast<std::uint32_t>(state);
        RandomSequence draws(random, Purpose::state, sample);
        weights.states.push_back(draw_norms(mixture.d, draws));
        for (std::size_t k = 0; k < times.size(); ++k) {
            stop.check();
            RandomSequence sequence(random, Purpose::levels, sample, static_cast<std::uint32_t>(k));
            const WeightSums sums = sums_at(mixture, others, weights.states.back(), levels, times[k], sequence);
            weights.sums.push_back(planted ? with_own_point(sums) : sums);
        }
    }
    return weights;
}

}  // namespace gdm
