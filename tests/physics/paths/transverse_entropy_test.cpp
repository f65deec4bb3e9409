#include "gdm/physics/paths/transverse_entropy.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <numbers>
#include <vector>

#include "gdm/base/statistics.hpp"

namespace gdm {
namespace {

struct Case {
    std::vector<PathStep> steps;
    LinearChain chain;
    ChainForm environment, total;
    double constant;
};

Case make_case(double sigma2, Direction direction, EntropyRule rule, double duration, double dt,
               TimeGrid grid = TimeGrid::uniform, Integrator integrator = Integrator::euler_maruyama) {
    const GaussianMixture mixture{1, sigma2, 2};
    const PathSettings settings{direction, integrator, grid, DriftTime::middle, dt};
    const bool forward = direction == Direction::forward;
    const double from = forward ? 0 : duration, to = forward ? duration : 0;
    Case result;
    append_path_steps(mixture, from, to, settings, result.steps);
    const double start = mixture.variance(from), end = mixture.variance(to);
    result.chain = transverse_chain(result.steps, settings, start);
    result.environment = environment_form(result.steps, rule);
    result.total = total_form(result.steps, rule, start, end);
    result.constant = 0.5 * std::log(end / start);
    return result;
}

/// ln det of a symmetric matrix by elimination, NaN if it is not positive.
double log_determinant(std::vector<std::vector<double>> a) {
    double sum = 0;
    for (std::size_t i = 0; i < a.size(); ++i) {
        if (!(a[i][i] > 0)) return std::nan("");
        sum += std::log(a[i][i]);
        for (std::size_t j = i + 1; j < a.size(); ++j) {
            const double factor = a[j][i] / a[i][i];
            for (std::size_t k = i; k < a.size(); ++k) a[j][k] -= factor * a[i][k];
        }
    }
    return sum;
}

/// −½ ln det(1 + 2k C^{1/2} A C^{1/2}) through det(1 + 2k G A Gᵀ…): x = G z with G the response to the noise z.
double dense_log_exp_average(const LinearChain& chain, const ChainForm& form, double k) {
    const std::size_t n = chain.steps.size() + 1;
    std::vector<std::vector<double>> response(n, std::vector<double>(n)), matrix = response;
    response[0][0] = std::sqrt(chain.start_variance);
    for (std::size_t i = 1; i < n; ++i) {
        for (std::size_t j = 0; j < n; ++j) response[i][j] = chain.steps[i - 1].gain * response[i - 1][j];
        response[i][i] = chain.steps[i - 1].noise;
    }
    for (std::size_t a = 0; a < n; ++a) {
        for (std::size_t b = 0; b < n; ++b) {
            matrix[a][b] = a == b ? 1 : 0;
            for (std::size_t i = 0; i < n; ++i) {
                matrix[a][b] += 2 * k * form.square[i] * response[i][a] * response[i][b];
                if (i + 1 == n) continue;
                matrix[a][b] +=
                    2 * k * form.product[i] * (response[i][a] * response[i + 1][b] + response[i + 1][a] * response[i][b]);
            }
        }
    }
    return -0.5 * log_determinant(matrix);
}

TEST(LinearChain, AverageOfTheExponentialIsTheGaussianDeterminant) {
    for (const auto rule : {EntropyRule::midpoint, EntropyRule::unbiased}) {
        for (const double sigma2 : {0.3, 1.0, 3.0}) {
            for (const auto direction : {Direction::forward, Direction::reverse}) {
                const Case one = make_case(sigma2, direction, rule, 1.5, 0.1, TimeGrid::logarithmic);
                for (const double k : {-0.2, 0.5, 1.0}) {
                    const double exact = dense_log_exp_average(one.chain, one.total, k);
                    EXPECT_NEAR(log_exp_average(one.chain, one.total, k), exact, 1e-11) << sigma2 << ' ' << k;
                }
            }
        }
    }
}

TEST(LinearChain, UnbiasedRuleGivesOneAtAnyStep) {
    for (const auto integrator : {Integrator::euler_maruyama, Integrator::exponential}) {
        for (const double sigma2 : {0.3, 2.0}) {
            for (const auto direction : {Direction::forward, Direction::reverse}) {
                const Case one = make_case(sigma2, direction, EntropyRule::unbiased, 2, 0.25, TimeGrid::uniform, integrator);
                EXPECT_NEAR(log_exp_average(one.chain, one.total, 1), one.constant, 1e-13);
            }
        }
    }
}

TEST(LinearChain, BiasOfTheMidpointRuleIsThatOfTheIntegrator) {
    // Of first order with Euler–Maruyama, of second order along better paths.
    for (const auto& [integrator, ratio] : {std::pair{Integrator::euler_maruyama, 2.0},
                                            {Integrator::heun, 4.0},
                                            {Integrator::exponential, 4.0},
                                            {Integrator::exact, 4.0}}) {
        for (const double sigma2 : {0.4, 2.0}) {
            double bias[2];
            for (int i = 0; i < 2; ++i) {
                const Case one = make_case(sigma2, Direction::reverse, EntropyRule::midpoint, 2, 0.01 / (1 + i),
                                           TimeGrid::uniform, integrator);
                bias[i] = log_exp_average(one.chain, one.total, 1) - one.constant;
            }
            EXPECT_GT(std::abs(bias[0]), 1e-6);
            EXPECT_NEAR(bias[0] / bias[1], ratio, 0.06 * ratio);
        }
    }
}

TEST(LinearChain, TailsOfTheExponential) {
    const auto index = [](double sigma2, Direction direction, double dt = 0.01) {
        const Case one = make_case(sigma2, direction, EntropyRule::midpoint, 10, dt);
        return critical_exponent(one.chain, one.total);
    };
    for (const double sigma2 : {0.2, 0.5, 0.8}) EXPECT_NEAR(index(sigma2, Direction::forward), 1 / (1 - sigma2), 1e-6);
    EXPECT_TRUE(std::isinf(index(1.5, Direction::forward)));
    // Continuous time: ∫ e^{−2ΔS} diverges from σ² = 1.913 on.
    EXPECT_GT(index(1.905, Direction::reverse, 0.0025), 2);
    EXPECT_LT(index(1.920, Direction::reverse, 0.0025), 2);
    EXPECT_TRUE(std::isinf(log_exp_average({1, {{0.5, 1}}}, {{0, -0.6}, {0}}, 1)));
}

/// The chain itself, step by step in every coordinate.
struct Direct {
    TransverseEnds ends;
    double value = 0;
};
Direct simulate(const LinearChain& chain, const ChainForm& form, int coordinates, RandomSequence& random) {
    Direct direct;
    for (int c = 0; c < coordinates; ++c) {
        const double start = std::sqrt(chain.start_variance) * random.normal();
        double x = start;
        direct.value += form.square[0] * x * x;
        for (std::size_t n = 0; n < chain.steps.size(); ++n) {
            const double next = chain.steps[n].gain * x + chain.steps[n].noise * random.normal();
            direct.value += form.square[n + 1] * next * next + 2 * form.product[n] * x * next;
            x = next;
        }
        direct.ends.start_square += start * start;
        direct.ends.product += start * x;
        direct.ends.end_square += x * x;
    }
    return direct;
}

TEST(TransverseEntropy, HasTheLawOfTheChain) {
    constexpr int samples = 20000;
    for (const double sigma2 : {0.3, 4.0}) {
        for (const auto rule : {EntropyRule::midpoint, EntropyRule::unbiased}) {
            for (const int coordinates : {1, 3, 15}) {
                const Case one = make_case(sigma2, Direction::reverse, rule, 2, 0.04);
                const TransverseEntropy entropy(one.chain, one.environment, coordinates);
                const TransverseEndLaw law(one.chain, coordinates);
                EXPECT_GT(entropy.modes(), 0u);
                const RandomStream stream(7, 0);
                RunningMoments moments[2][9];
                InteriorNoise noise;
                for (std::uint32_t i = 0; i < samples; ++i) {
                    RandomSequence numbers(stream, Purpose::transverse, i), others(stream, Purpose::test, i);
                    Direct pair[2] = {{law.draw(numbers), 0}, simulate(one.chain, one.environment, coordinates, others)};
                    noise.draw(coordinates, entropy.modes(), numbers);
                    pair[0].value = entropy.value(pair[0].ends, noise);
                    for (int k = 0; k < 2; ++k) {
                        const auto& [ends, value] = pair[k];
                        const double functions[9] = {value,
                                                     value * value,
                                                     value * value * value,
                                                     ends.start_square,
                                                     ends.product * value,
                                                     ends.end_square,
                                                     ends.start_square * value,
                                                     ends.end_square * value,
                                                     std::exp(-0.25 * value)};
                        for (int f = 0; f < 9; ++f) moments[k][f].add(functions[f]);
                    }
                }
                for (int f = 0; f < 9; ++f) {
                    const double error = std::hypot(moments[0][f].standard_error(), moments[1][f].standard_error());
                    EXPECT_NEAR(moments[0][f].mean(), moments[1][f].mean(), 4 * error)
                        << sigma2 << ' ' << coordinates << ' ' << f;
                }
                const double exact = std::exp(coordinates * log_exp_average(one.chain, one.environment, 0.25));
                EXPECT_NEAR(moments[0][8].mean(), exact, 4 * moments[0][8].standard_error());
            }
        }
    }
}

TEST(TransverseEntropy, FewTermsAndAStatedError) {
    for (const double sigma2 : {0.3, 0.8, 1.5, 4.0}) {
        const Case one = make_case(sigma2, Direction::reverse, EntropyRule::midpoint, 10, 0.01);
        for (const double coordinates : {1.0, 3.0, 15.0}) {
            const TransverseEntropy entropy(one.chain, one.environment, coordinates),
                finer(one.chain, one.environment, coordinates, 1e-6);
            EXPECT_LT(entropy.modes(), 10u) << sigma2;
            EXPECT_LT(entropy.neglected_cumulant(), 0.02);
            EXPECT_GT(finer.modes(), entropy.modes());
            EXPECT_LT(finer.neglected_cumulant(), entropy.neglected_cumulant());
        }
    }
}

TEST(TransverseEntropy, MeanAndVarianceAreExactWithoutAnyTerm) {
    // All of the interior in one normal: its mean and variance are the traces of the whole form.
    for (const double sigma2 : {0.3, 4.0}) {
        for (const auto rule : {EntropyRule::midpoint, EntropyRule::unbiased}) {
            const Case one = make_case(sigma2, Direction::reverse, rule, 2, 0.02);
            const double coordinates = 3;
            const TransverseEntropy entropy(one.chain, one.environment, coordinates, 1e9);
            const TransverseEndLaw law(one.chain, coordinates);
            ASSERT_EQ(entropy.modes(), 0u);
            constexpr double step = 1e-3;
            const double up = log_exp_average(one.chain, one.environment, step),
                         down = log_exp_average(one.chain, one.environment, -step);
            const double mean = -coordinates * (up - down) / (2 * step),
                         variance = coordinates * (up + down) / (step * step);
            RunningMoments value, squared;
            InteriorNoise noise;
            for (std::uint32_t i = 0; i < 200000; ++i) {
                RandomSequence numbers(RandomStream(11, 0), Purpose::transverse, i);
                const TransverseEnds ends = law.draw(numbers);
                noise.draw(coordinates, 0, numbers);
                value.add(entropy.value(ends, noise));
                squared.add(std::pow(entropy.value(ends, noise) - mean, 2));
            }
            EXPECT_NEAR(value.mean(), mean, 4 * value.standard_error());
            EXPECT_NEAR(squared.mean(), variance, 4 * squared.standard_error());
        }
    }
}

TEST(TransverseEntropy, TheTermsAddUpToTheTraces) {
    // With ever more terms the third cumulant of the others, tr M³ less the cubes of the eigenvalues, goes to 0.
    const Case one = make_case(0.3, Direction::reverse, EntropyRule::unbiased, 2, 0.02);
    const TransverseEntropy entropy(one.chain, one.environment, 3, 1e-10);
    EXPECT_LT(entropy.modes(), 60u);
    EXPECT_LT(entropy.neglected_cumulant(), 1e-8);
}

TEST(TransverseEntropy, NothingIsDrawnWhereTheInteriorDropsOut) {
    for (const auto& one : {make_case(0.4, Direction::forward, EntropyRule::midpoint, 3, 0.01),
                            make_case(1, Direction::reverse, EntropyRule::midpoint, 3, 0.01)}) {
        const TransverseEntropy entropy(one.chain, one.environment, 5);
        EXPECT_EQ(entropy.modes(), 0u);
        // ½(‖x_0‖² − ‖x_N‖²), whatever the noise.
        EXPECT_NEAR(entropy.value({7, -1, 3}, {2.5, {}}), 2, 1e-6);
    }
}

TEST(TransverseEntropy, OneAndTwoSteps) {
    for (const double duration : {0.1, 0.2}) {
        const Case one = make_case(0.5, Direction::reverse, EntropyRule::unbiased, duration, 0.1);
        const TransverseEntropy entropy(one.chain, one.environment, 2);
        const TransverseEndLaw law(one.chain, 2);
        RunningMoments weight;
        InteriorNoise noise;
        for (std::uint32_t i = 0; i < 20000; ++i) {
            RandomSequence numbers(RandomStream(3, 0), Purpose::transverse, i);
            const TransverseEnds ends = law.draw(numbers);
            noise.draw(2, entropy.modes(), numbers);
            weight.add(std::exp(-entropy.value(ends, noise)));
        }
        EXPECT_NEAR(weight.mean(), std::exp(2 * log_exp_average(one.chain, one.environment, 1)),
                    4 * weight.standard_error());
    }
}

}  // namespace
}  // namespace gdm
