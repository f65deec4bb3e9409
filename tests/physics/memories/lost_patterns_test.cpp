#include "gdm/physics/memories/lost_patterns.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <numbers>
#include <vector>

#include "gdm/base/statistics.hpp"
#include "gdm/physics/memories/dense_memory_theory.hpp"

namespace gdm {
namespace {

/// Two patterns: the first is lost where N(0, 1) > ‖y_1‖, with probability P(t_d > √d)/… of Student's law: exactly
/// ½ E erfc(‖y_1‖/√2), whatever λ.
double lost_of_two(double d) {
    double sum = 0, total = 0;
    for (double r = 1e-3; r < std::sqrt(d) + 12; r += 1e-3) {
        const double weight = std::exp((d - 1) * std::log(r) - r * r / 2);
        total += weight;
        sum += weight * 0.5 * std::erfc(r / std::numbers::sqrt2);
    }
    return sum / total;
}

TEST(LostPatterns, OfTwoAreAPair) {
    for (const double d : {2., 5., 16.})
        for (const double lambda : {0.3, 1., 3.})
            EXPECT_NEAR(log_lost_patterns({lambda, d, std::log(2.)}), std::log(2 * lost_of_two(d)), 2e-3)
                << d << " " << lambda;
}

/// All patterns drawn one by one, and counted.
TEST(LostPatterns, AreThoseThatAreCounted) {
    RandomSequence random(RandomStream(1, 0), Purpose::test);
    for (const double lambda : {0.5, 0.9, 2.}) {
        constexpr std::size_t d = 8, P = 30, sets = 1500;
        RunningMoments lost;
        std::vector<double> rows(P * d);
        for (std::size_t set = 0; set < sets; ++set) {
            for (double& value : rows) value = random.normal();
            double count = 0;
            for (std::size_t i = 0; i < P; ++i) {
                double own = 0, others = 0;
                for (std::size_t j = 0; j < P; ++j) {
                    double product = 0;
                    for (std::size_t k = 0; k < d; ++k) product += rows[i * d + k] * rows[j * d + k];
                    (i == j ? own : others) += std::exp(lambda * product);
                }
                count += others > own ? 1 : 0;
            }
            lost.add(count);
        }
        const double exact = std::exp(log_lost_patterns({lambda, d, std::log(double(P))}));
        EXPECT_NEAR(lost.mean(), exact, 4 * lost.standard_error() + 1e-3 * exact) << lambda;
    }
}

TEST(LostPatterns, DrawsHaveTheExactMean) {
    for (const double d : {16., 64., 256.}) {
        for (const double lambda : {0.5, 0.8, 1.5}) {
            for (const double alpha : {0.14, 0.2}) {
                const GaussianMemory memory{lambda, d, std::log(std::floor(std::exp(alpha * d)))};
                RunningMoments ratio;
                const double exact = log_lost_patterns(memory) - memory.log_p;
                for (std::uint32_t sample = 0; sample < 6000; ++sample) {
                    RandomSequence norm(RandomStream(2, 0), Purpose::state, sample),
                        others(RandomStream(2, 0), Purpose::levels, sample);
                    ratio.add(std::exp(draw_log_lost(memory, norm, others, 64) - exact));
                }
                EXPECT_NEAR(ratio.mean(), 1, 4 * ratio.standard_error() + 2e-3) << d << " " << lambda << " " << alpha;
                EXPECT_LT(ratio.standard_error(), 0.12) << d << " " << lambda << " " << alpha;
            }
        }
    }
}

/// The number of lost patterns is 1 at the load of theory, for d → ∞: corrections are ln d/d.
TEST(LostPatterns, TendToTheLoadOfTheory) {
    for (const double lambda : {0.4, 0.5, 0.6, 1.}) {
        double before = 1;
        for (const double d : {100., 400., 1600.}) {  // ln d/d falls by 0.33 and 0.31
            double low = 0.05, high = 0.3;
            for (int i = 0; i < 16; ++i) {
                const double middle = (low + high) / 2;
                (log_lost_patterns({lambda, d, middle * d}) > 0 ? high : low) = middle;
            }
            const double above = low - all_gaussian_patterns_load(lambda);
            EXPECT_GT(above, 0);
            EXPECT_LT(above, 0.5 * before) << lambda << " " << d;
            before = above;
        }
        EXPECT_LT(before, 0.004) << lambda;
    }
}

}  // namespace
}  // namespace gdm
