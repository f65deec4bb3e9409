#include "gdm/physics/targets/generative_path.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <functional>
#include <memory>
#include <vector>

#include "gdm/base/statistics.hpp"
#include "gdm/physics/targets/shared_state_chain.hpp"

namespace gdm {
namespace {

/// E f(r) with the weight `log_weight` on (0, end), by the midpoint rule.
double radial_mean(double end, const std::function<double(double)>& log_weight, const std::function<double(double)>& f) {
    constexpr int points = 20000;
    double total = 0, sum = 0;
    for (int i = 0; i < points; ++i) {
        const double r = (i + 0.5) * end / points, weight = std::exp(log_weight(r));
        total += weight;
        sum += weight * f(r);
    }
    return sum / total;
}

/// E‖⟨y⟩_x‖² and E‖x‖² of p_θ^K by elementary functions: two deltas, and the sphere in three dimensions, where ⟨y⟩ = coth κ
/// − 1/κ and Z = sinh κ/κ.
struct Moments {
    double state, magnetisation;
};
Moments two_deltas_moments(double theta, double K) {
    const auto weight = [=](double x) { return K * (std::log(std::cosh(x / theta)) - (x * x) / (2 * theta)); };
    return {radial_mean(12, weight, [](double x) { return x * x; }),
            radial_mean(12, weight, [=](double x) { return std::pow(std::tanh(x / theta), 2); })};
}
Moments sphere_moments(double theta, double K) {
    const auto weight = [=](double r) {
        return K * (std::log(std::sinh(r / theta) * theta / r) - r * r / (2 * theta)) + 2 * std::log(r);
    };
    return {radial_mean(8, weight, [](double r) { return r * r; }),
            radial_mean(8, weight, [=](double r) { return std::pow(1 / std::tanh(r / theta) - theta / r, 2); })};
}

TEST(SharedStateMoments, AreThoseOfElementaryFunctions) {
    for (const double theta : {0.2, 0.34, 0.9, 1.0, 1.5}) {
        for (const double K : {1.0, 7.0, 60.0}) {
            const SharedStateMoments points = shared_state_moments(1, theta, K), sphere = shared_state_moments(3, theta, K);
            EXPECT_NEAR(points.state_squared, two_deltas_moments(theta, K).state, 1e-6) << theta << ' ' << K;
            EXPECT_NEAR(points.magnetisation_squared, two_deltas_moments(theta, K).magnetisation, 1e-6);
            EXPECT_NEAR(sphere.state_squared, sphere_moments(theta, K).state, 1e-5) << theta << ' ' << K;
            EXPECT_NEAR(sphere.magnetisation_squared, sphere_moments(theta, K).magnetisation, 1e-5);
        }
    }
    // p_θ itself: E‖x‖² = 1 + dθ in any dimension; at θ_c √K⟨x²⟩ → √12 Γ(¾)/Γ(¼) and τ → √K over it.
    EXPECT_NEAR(shared_state_moments(1e4, 2e-4, 1).state_squared, 3, 1e-6);
    const double limit = std::sqrt(12) * std::tgamma(0.75) / std::tgamma(0.25);
    EXPECT_NEAR(shared_state_moments(1, 1, 1e8).state_squared * 1e4, limit, 2e-4);
    EXPECT_NEAR(shared_state_moments(1, 1, 1e8).relaxation_time / 1e4, 1 / limit, 2e-4);
}

std::vector<std::unique_ptr<TargetLaw>> targets() {
    std::vector<std::unique_ptr<TargetLaw>> all;
    all.push_back(two_deltas_target());
    all.push_back(four_deltas_target());
    for (const double d : {2.0, 3.0, 50.0}) all.push_back(hypersphere_target(d));
    all.push_back(discrete_target({0.6, 0.8, 0, -1, 0, 0, 0, 0.6, -0.8}, 3));
    return all;
}

/// Whatever the steps, states have the law of x = y + √θ z: ‖x‖² has the mean 1 + dθ and, for points of norm 1, the variance
/// 4θ + 2dθ².
TEST(GenerativePath, StatesHaveTheLawOfTheForwardProcess) {
    for (const auto& law : targets()) {
        const FramedTarget target(*law);
        const double d = target.dimension();
        for (const auto process : {NoisingProcess::brownian, NoisingProcess::ornstein_uhlenbeck}) {
            RunningMoments square, deviation;
            for (std::uint32_t sample = 0; sample < 3000; ++sample) {
                RandomSequence random(RandomStream(3, 0), Purpose::test, sample);
                std::vector<double> x(target.coordinates());
                target.start(2 / d, random, x);
                double theta = 2 / d;
                for (const double next : {1.1 / d, 0.4 / d, 0.1 / d}) {
                    step_reverse(target, process, PathStepping::exact, theta, next, random, x);
                    theta = next;
                }
                double sum = 0;
                for (const double one : x) sum += one * one;
                square.add(sum);
                deviation.add(std::pow(sum - 1 - 0.1, 2));
            }
            EXPECT_NEAR(square.mean(), 1.1, 4 * square.standard_error()) << d;
            EXPECT_NEAR(deviation.mean(), (0.4 + 0.02) / d, 4 * deviation.standard_error()) << d;
        }
    }
}

TEST(GenerativePath, BothProcessesMakeTheSameStep) {
    for (const auto& law : targets()) {
        const FramedTarget target(*law);
        RandomSequence random(RandomStream(4, 0), Purpose::test);
        std::vector<double> here(target.coordinates());
        target.start(1, random, here);
        std::vector<double> there = here;
        RandomSequence same(RandomStream(5, 0), Purpose::test), twin = same;
        step_reverse(target, NoisingProcess::brownian, PathStepping::exact, 1, 0.3, same, here);
        step_reverse(target, NoisingProcess::ornstein_uhlenbeck, PathStepping::exact, 1, 0.3, twin, there);
        for (std::size_t i = 0; i < here.size(); ++i) EXPECT_NEAR(here[i], there[i], 1e-13);
    }
}

/// One Euler step from a given state: mean and variance of ‖x'‖² are those of a Gaussian in all d dimensions.
TEST(GenerativePath, EulerStepIsThatOfAllDimensions) {
    const double d = 5, theta = 0.3, next = 0.05;
    const auto law = hypersphere_target(d);
    const FramedTarget target(*law);
    std::vector<double> mean(3);
    target.mean(std::vector<double>{1.2, 1.6, 0}, theta, mean);
    const double gain = mean[0] / 1.2;
    EXPECT_NEAR(mean[1], 1.6 * gain, 1e-14);
    for (const auto process : {NoisingProcess::brownian, NoisingProcess::ornstein_uhlenbeck}) {
        const bool brownian = process == NoisingProcess::brownian;
        const double length = std::log(1.3 / 1.05) / 2;  // in t
        const double factor = brownian ? 1 + (gain - 1) / theta * (theta - next)
                                       : (1 + length + 2 * length * 1.3 * (gain - 1) / theta) * std::sqrt(1.05 / 1.3);
        const double variance = brownian ? theta - next : 2 * length * 1.05;
        const double drifted = 4 * factor * factor;
        RunningMoments square, deviation;
        for (std::uint32_t sample = 0; sample < 20000; ++sample) {
            RandomSequence random(RandomStream(6, 0), Purpose::test, sample);
            std::vector<double> x{1.2, 1.6, 0};
            step_reverse(target, process, PathStepping::euler_maruyama, theta, next, random, x);
            const double sum = x[0] * x[0] + x[1] * x[1];
            square.add(sum);
            deviation.add(std::pow(sum - drifted - d * variance, 2));
        }
        EXPECT_NEAR(square.mean(), drifted + d * variance, 4 * square.standard_error());
        EXPECT_NEAR(deviation.mean(), 4 * drifted * variance + 2 * d * variance * variance, 4 * deviation.standard_error());
    }
}

TEST(GenerativePath, ClonesOverlapAsTheirPosteriorMeans) {
    const auto points = two_deltas_target(), sphere = hypersphere_target(3);
    const std::vector<double> thetas{0.3, 1, 0.6};
    for (const auto stepping : {PathStepping::exact, PathStepping::euler_maruyama}) {
        std::vector<RunningMoments> overlap(6), magnetisation(3), agreement(3);
        for (std::uint32_t replica = 0; replica < 40; ++replica) {
            const GenerativePaths paths = {.stepping = stepping,
                                           .step = 0.05,
                                           .end = 0.01,
                                           .clones = 3,
                                           .samples = stepping == PathStepping::exact ? 200u : 10u};
            const RandomStream random(7, replica);
            const auto of_points = run_generative_paths(FramedTarget(*points), paths, thetas, random, Stop());
            const auto of_sphere = run_generative_paths(FramedTarget(*sphere), paths, thetas, random, Stop());
            for (std::size_t k = 0; k < 3; ++k) {
                overlap[k].add(of_points.overlap[k]);
                overlap[k + 3].add(of_sphere.overlap[k]);
                magnetisation[k].add(of_sphere.magnetisation_squared[k]);
                agreement[k].add(of_points.agreement[k]);
                EXPECT_TRUE(std::isnan(of_sphere.agreement[k]));
            }
        }
        for (std::size_t k = 0; k < 3; ++k) {
            const double of_points = two_deltas_moments(thetas[k], 1).magnetisation;
            const double of_sphere = sphere_moments(thetas[k], 1).magnetisation;
            EXPECT_NEAR(overlap[k].mean(), of_points, 4 * overlap[k].standard_error()) << thetas[k];
            EXPECT_NEAR(agreement[k].mean(), (1 + of_points) / 2, 4 * agreement[k].standard_error());
            EXPECT_NEAR(overlap[k + 3].mean(), of_sphere, 4 * overlap[k + 3].standard_error()) << thetas[k];
            EXPECT_NEAR(magnetisation[k].mean(), of_sphere, 4 * magnetisation[k].standard_error());
        }
    }
}

/// With steps so long that Euler's own stationary law would be wider by a fifth.
TEST(SharedStateChain, KeepsTheLawOfCopiesThatMeet) {
    const double theta = 0.5, K = 4;
    const auto sphere = hypersphere_target(3), four = four_deltas_target();
    const SharedStateMoments exact[] = {shared_state_moments(3, theta, K), shared_state_moments(1, 2 * theta, K)};
    for (const int which : {0, 1}) {
        const FramedTarget target(which == 0 ? *sphere : *four);
        RunningMoments state, magnetisation;
        for (std::uint32_t sample = 0; sample < 40; ++sample) {
            SharedStateChain chain(target, theta, K, 0.5, std::vector<double>(target.coordinates(), 0.0));
            chain.advance(0, 50, RandomStream(8, 0), sample);
            double square = 0, mean = 0;
            for (std::uint64_t record = 0; record < 200; ++record) {
                chain.advance(50 + 2 * record, 2, RandomStream(8, 0), sample);
                square += chain.state_squared() / 200;
                mean += chain.magnetisation_squared() / 200;
            }
            state.add(square);
            magnetisation.add(mean);
            EXPECT_LT(chain.accepted(), 450);
        }
        EXPECT_NEAR(state.mean(), exact[which].state_squared, 4 * state.standard_error()) << which;
        EXPECT_NEAR(magnetisation.mean(), exact[which].magnetisation_squared, 4 * magnetisation.standard_error());
    }
}

TEST(CorrelationTime, IsThatOfAnAutoregressiveChain) {
    RandomSequence random(RandomStream(9, 0), Purpose::test);
    std::vector<double> chain(200000);
    double x = 0;
    for (double& one : chain) one = x = 0.9 * x + random.normal();
    EXPECT_NEAR(correlation_time_about_zero(chain, 80), 9.5, 4 * 9.5 * std::sqrt(2 * 161 / 2e5));
}

}  // namespace
}  // namespace gdm
