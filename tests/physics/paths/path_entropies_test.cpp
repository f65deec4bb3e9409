#include "gdm/physics/paths/path_entropies.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <numbers>
#include <vector>

#include "gdm/base/statistics.hpp"
#include "gdm/physics/process/entropy_rates.hpp"

namespace gdm {
namespace {

PathProblem problem(double mu, double sigma2, double d, Direction direction, double duration, double dt) {
    PathProblem result;
    result.mixture = {mu, sigma2, d};
    result.settings.direction = direction;
    result.settings.dt = dt;
    result.duration = duration;
    return result;
}

PathEntropies sample(const PathProblem& what, std::size_t count, std::uint64_t key = 1) {
    PathEntropies entropies;
    PathEntropySampler(what).sample(RandomStream(key, 0), 0, count, entropies);
    return entropies;
}

/// Moments of functions of the entropies of one set of trajectories.
std::vector<RunningMoments> moments(const PathEntropies& entropies) {
    std::vector<RunningMoments> result(11);
    for (std::size_t i = 0; i < entropies.system.size(); ++i) {
        const double s = entropies.system[i], m = entropies.midpoint[i], u = entropies.unbiased[i];
        const double values[] = {
            s, m, u, s * s, m * m, u * u, s * m, s * u, std::exp(-s - m), std::exp(-s - u), s + m < 0 ? 1.0 : 0.0};
        for (std::size_t k = 0; k < result.size(); ++k) result[k].add(values[k]);
    }
    return result;
}

void expect_same_law(const PathProblem& left, const PathProblem& right, std::size_t count) {
    const auto a = moments(sample(left, count, 1)), b = moments(sample(right, count, 2));
    for (std::size_t k = 0; k < a.size(); ++k) {
        const double error = std::hypot(a[k].standard_error(), b[k].standard_error());
        EXPECT_NEAR(a[k].mean(), b[k].mean(), 4 * error) << k << ", d = " << left.mixture.d;
    }
}

TEST(PathEntropies, ReducedAgreesWithAllCoordinates) {
    for (const auto direction : {Direction::forward, Direction::reverse}) {
        for (const auto& [mu, sigma2, d, count] :
             {std::tuple{0.5, 1.4, 3.0, 20000}, {0.5, 0.7, 3.0, 20000}, {0.1, 0.8, 64.0, 6000}}) {
            PathProblem reduced = problem(mu, sigma2, d, direction, 1.5, 0.05), full = reduced;
            full.method = Method::full;
            expect_same_law(reduced, full, static_cast<std::size_t>(count));
        }
    }
}

TEST(PathEntropies, ReducedAgreesWithAllCoordinatesInTheOtherSchemes) {
    for (const auto integrator : {Integrator::heun, Integrator::exponential, Integrator::exact}) {
        PathProblem reduced = problem(0.6, 0.6, 3, Direction::reverse, 1.5, 0.1), full = reduced;
        reduced.settings.integrator = full.settings.integrator = integrator;
        full.method = Method::full;
        auto a = sample(reduced, 20000, 1), b = sample(full, 20000, 2);
        EXPECT_EQ(a.unbiased.empty(), integrator != Integrator::exponential);
        if (a.unbiased.empty()) {
            a.unbiased = a.midpoint;
            b.unbiased = b.midpoint;
        }
        const auto left = moments(a), right = moments(b);
        for (std::size_t k = 0; k < left.size(); ++k)
            EXPECT_NEAR(left[k].mean(), right[k].mean(), 4 * std::hypot(left[k].standard_error(), right[k].standard_error()))
                << k;
    }
}

TEST(PathEntropies, ForwardMidpointTelescopes) {
    // Exactly for each trajectory, by either method.
    const GaussianMixture mixture{1, 0.5, 4};
    PathSettings settings;
    settings.direction = Direction::forward;
    std::vector<PathStep> steps;
    append_path_steps(mixture, 0, 3, settings, steps);
    const RandomStream random(5, 0);
    PathBlock block(Precision::double_lanes, 100);
    block.start(mixture, 0, StartState::exact, {NoiseKey(random, Purpose::initial_state)});
    const std::vector<double> start(block.axis().begin(), block.axis().end());
    block.advance(steps, settings, {NoiseKey(random, Purpose::noise)}, true, false);
    for (std::size_t i = 0; i < 100; ++i) {
        const double end = block.axis()[i];
        EXPECT_NEAR(block.midpoint_entropy()[i], 0.5 * (start[i] * start[i] - end * end), 1e-12);
    }
    PathBlock full(mixture, Method::full, Precision::double_lanes, 100);
    full.start(mixture, 0, StartState::exact, {NoiseKey(random, Purpose::initial_state)});
    const auto square = [&](std::size_t i) { return std::pow(full.axis()[i], 2) + full.transverse_squares()[i]; };
    std::vector<double> before;
    for (std::size_t i = 0; i < 100; ++i) before.push_back(square(i));
    full.advance(steps, settings, {NoiseKey(random, Purpose::noise)}, true, true);
    for (std::size_t i = 0; i < 100; ++i) EXPECT_NEAR(full.midpoint_entropy()[i], 0.5 * (before[i] - square(i)), 1e-12);
}

TEST(PathEntropies, MeansAreThoseOfTheDensities) {
    for (const auto& [mu, sigma2, d] : {std::tuple{1.0, 1.0, 1.0}, {0.5, 0.6, 3.0}, {0.4, 1.5, 16.0}}) {
        for (const auto direction : {Direction::forward, Direction::reverse}) {
            const auto all = moments(sample(problem(mu, sigma2, d, direction, 3, 0.005), 6000));
            const GaussianMixture mixture{mu, sigma2, d};
            const double rise = entropy(mixture, 3) - entropy(mixture, 0);
            const double system = direction == Direction::forward ? rise : -rise;
            const double total = entropy_production(mixture, 0, 3);
            // Of the step: relative 1e-2, on top of the error of the sample.
            EXPECT_NEAR(all[0].mean(), system, 4 * all[0].standard_error() + 0.005 * d);
            EXPECT_NEAR(all[1].mean(), total - system, 4 * all[1].standard_error() + 0.005 * d);
        }
    }
}

/// ⟨e^{−ΔS_tot}⟩ of Euler–Maruyama and the midpoint rule at d = 1 without sampling: the density of the start cancels, so it
/// is the integral of the backward transfer of the end density, on a grid much finer than the noise of a step.
double midpoint_average_by_quadrature(const PathProblem& what) {
    const bool forward = what.settings.direction == Direction::forward;
    std::vector<PathStep> steps;
    append_path_steps(what.mixture, forward ? 0 : what.duration, forward ? what.duration : 0, what.settings, steps);
    const double noise = steps.front().noise, spacing = noise / 3.5, reach = 7.5;
    const int half = static_cast<int>(reach / spacing), band = 26;
    std::vector<double> value(2 * half + 1), next;
    for (int i = -half; i <= half; ++i)
        value[i + half] = what.mixture.axis_density(i * spacing, forward ? what.duration : 0);
    for (auto step = steps.rbegin(); step != steps.rend(); ++step) {
        next.assign(value.size(), 0);
        // tanh at the half points of the grid, which are the midpoints.
        std::vector<double> force(2 * value.size());
        for (int s = -2 * half; s <= 2 * half; ++s) {
            const double middle = 0.5 * s * spacing;
            const auto& f = step->midpoint;
            force[s + 2 * half] = f.linear * middle + f.coupling * std::tanh(f.slope * middle);
        }
        for (int i = -half; i <= half; ++i) {
            const double x = i * spacing;
            const double drift = step->start.linear * x + step->start.coupling * std::tanh(step->start.slope * x);
            const int centre = static_cast<int>(std::lround((x + drift) / spacing));
            for (int j = std::max(-half, centre - band); j <= std::min(half, centre + band); ++j) {
                const double z = (j * spacing - x - drift) / step->noise;
                next[i + half] += std::exp(-0.5 * z * z - (j - i) * spacing * force[i + j + 2 * half]) * value[j + half];
            }
            next[i + half] *= spacing / (step->noise * std::sqrt(2 * std::numbers::pi));
        }
        value.swap(next);
    }
    double sum = 0;
    for (const double v : value) sum += v * spacing;
    return sum;
}

TEST(PathEntropies, BiasOfTheMidpointRule) {
    // At the paper's settings (d = μ = σ² = 1, T = 10, dt = 0.01), by quadrature.
    PathProblem what = problem(1, 1, 1, Direction::reverse, 10, 0.01);
    const std::pair<DriftTime, double> expected[] = {
        {DriftTime::start, 0.00259}, {DriftTime::middle, 0.00261}, {DriftTime::end, 0.00267}};
    for (const auto& [time, bias] : expected) {
        what.settings.drift_time = time;
        EXPECT_NEAR(midpoint_average_by_quadrature(what) - 1, bias, 1e-5);
    }
}

TEST(PathEntropies, SampledAverageIsThatOfQuadratureAtACoarseStep) {
    for (const auto direction : {Direction::forward, Direction::reverse}) {
        for (const double mu : {0.5, 1.0}) {
            for (const auto precision : {Precision::double_lanes, Precision::single_lanes}) {
                PathProblem what = problem(mu, 1.2, 1, direction, 2, 0.1);
                what.precision = precision;
                const auto all = moments(sample(what, 400000));
                EXPECT_NEAR(all[8].mean(), midpoint_average_by_quadrature(what), 4 * all[8].standard_error()) << mu;
                EXPECT_NEAR(all[9].mean(), 1, 4 * all[9].standard_error()) << mu;
            }
        }
    }
}

TEST(PathEntropies, UnbiasedRuleGivesOneInAnyDimensionAndFromNoise) {
    for (const auto& [mu, sigma2, d, start] : {std::tuple{1.0, 1.0, 1.0, StartState::noise},
                                               {0.25, 0.8, 16.0, StartState::exact},
                                               {0.3, 1.1, 16.0, StartState::noise},
                                               {0.1, 1.05, 256.0, StartState::exact}}) {
        PathProblem what = problem(mu, sigma2, d, Direction::reverse, 2, 0.05);
        what.start = start;
        const auto all = moments(sample(what, 100000));
        EXPECT_NEAR(all[9].mean(), 1, 4 * all[9].standard_error()) << d;
        EXPECT_LT(all[9].standard_error(), 0.05);
    }
}

TEST(PathEntropies, BlocksDoNotMatter) {
    for (const auto precision : {Precision::double_lanes, Precision::single_lanes}) {
        for (const double d : {1.0, 5.0}) {
            PathProblem what = problem(1, 0.7, d, Direction::reverse, 1, 0.05);
            what.precision = precision;
            const PathEntropySampler sampler(what);
            PathEntropies whole, part;
            sampler.sample(RandomStream(1, 0), 0, 100, whole);
            for (const auto& [first, count] : {std::pair{0u, 37u}, {37u, 1u}, {38u, 62u}}) {
                sampler.sample(RandomStream(1, 0), first, count, part);
                for (std::size_t i = 0; i < count; ++i) {
                    EXPECT_EQ(part.system[i], whole.system[first + i]);
                    EXPECT_EQ(part.midpoint[i], whole.midpoint[first + i]);
                    EXPECT_EQ(part.unbiased[i], whole.unbiased[first + i]);
                }
            }
        }
    }
}

TEST(PathEntropies, WhereTheVarianceIsInfinite) {
    const auto finite = [](double mu, double sigma2, double d, Direction direction) {
        const PathProblem paths = problem(mu, sigma2, d, direction, 10, 0.01);
        return exponential_variance_is_finite(paths, exponential_tail_index(paths, EntropyRule::midpoint));
    };
    EXPECT_TRUE(finite(1, 0.51, 1, Direction::forward));
    EXPECT_FALSE(finite(1, 0.49, 1, Direction::forward));
    EXPECT_TRUE(finite(1, 0.5, 1, Direction::forward));
    EXPECT_FALSE(finite(0, 0.5, 1, Direction::forward));
    EXPECT_FALSE(finite(1, 0.5, 2, Direction::forward));
    EXPECT_TRUE(finite(1, 1.89, 4, Direction::reverse));
    EXPECT_FALSE(finite(1, 1.93, 4, Direction::reverse));
    // From N(0, I) the tail is another one at short T, and the same for T ≫ 1.
    PathProblem noise = problem(1, 1.5, 1, Direction::reverse, 10, 0.01);
    const double exact = exponential_tail_index(noise, EntropyRule::unbiased);
    noise.start = StartState::noise;
    EXPECT_NEAR(exponential_tail_index(noise, EntropyRule::unbiased), exact, 1e-4);
}

}  // namespace
}  // namespace gdm
