#include "gdm/physics/weights/weight_averages.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <numbers>

#include "gdm/physics/levels/gaussian_levels.hpp"
#include "gdm/physics/levels/level_averages.hpp"
#include "gdm/physics/levels/noncentral_levels.hpp"
#include "gdm/physics/levels/overlap_levels.hpp"

namespace gdm {
namespace {

void expect_exact(const LevelLaw& law, double log_n, double beta) {
    const LevelAverages exact = level_averages(law, log_n, beta);
    for (const double shift : {0.1, 0.6}) {
        const auto averages = population_averages(LevelTable(law, log_n, beta, TableUse::level, shift), 1 - shift);
        EXPECT_NEAR(averages.participation_ratio / exact.participation_ratio, 1, 3e-5) << log_n << " " << beta;
        EXPECT_NEAR(averages.participation_ratio_squared / exact.participation_ratio_2, 1, 3e-4) << log_n << " " << beta;
    }
}

/// Tables and their transforms against the adaptive quadratures of level_averages, E Y from e^{-170} to 1.
TEST(WeightAverages, PopulationOfEveryLaw) {
    for (const double M : {20., 512.}) {
        for (const double ratio : {0.5, 0.8, 1., 2., 6.})
            expect_exact(GaussianLevels(std::sqrt(M / 2)), M * std::numbers::ln2, ratio * 2 * std::sqrt(std::numbers::ln2));
    }
    for (const double c : {0.05, 0.5, 20.}) {
        expect_exact(NoncentralLevels(c, 64, 100, 300), 16, 1);
        expect_exact(NoncentralLevels(c, 1, 2, 8), 5, 1);
    }
    for (const double beta : {10., 60.}) expect_exact(OverlapLevels(1, 32), 8, beta);
}

/// Against scipy: noncentral chi-squared densities on a Gauss-Legendre grid, and the Laplace transform over the other
/// levels.
TEST(WeightAverages, PlantedGivenTheState) {
    struct Exact {
        double ratio_of_t_c, ratio, loss, entropy;
    };
    for (const Exact& exact : {Exact{0.4, 0.9999993139244598, 6.860754847068356e-07, 1.3474738017228024e-06},
                               {0.8, 0.9194293482699727, 0.08057065173001407, 0.22050791770408448},
                               {1.6, 0.03361570040794211, 0.9663842995920475, 7.186144527686541}}) {
        const double theta = std::expm1(exact.ratio_of_t_c * std::log1p(1 / std::expm1(0.5))), own = 64 * (1 + theta);
        const NoncentralLevels law(0.5 / theta, 64, own, own + 256);
        const auto averages = planted_averages(LevelTable(law, log_less_one(16), 1, TableUse::source));
        EXPECT_NEAR(averages.participation_ratio / exact.ratio, 1, 3e-5);
        EXPECT_NEAR(averages.source_loss / exact.loss, 1, 3e-5);
        EXPECT_NEAR(averages.entropy / exact.entropy, 1, 3e-5);
        // <Y> = <Y^2> + <Y (1 - Y)>, and a source that is not nearest has at most half of the weight.
        EXPECT_NEAR(averages.participation_ratio_squared + averages.participation_loss_share, exact.ratio, 1e-4);
        EXPECT_LT(averages.not_nearest, 2 * averages.source_loss);
    }
}

/// Two points: one other level, by a plain double sum over the table.
TEST(WeightAverages, TwoPoints) {
    const NoncentralLevels law(0.7, 3, 4, 9);
    const LevelTable table(law, 0, 1, TableUse::source);
    double z = 0, loss = 0, entropy = 0, nearer = 0;
    for (std::size_t i = 0; i < table.energies().size(); ++i) {
        const double source = std::exp(table.log_weights()[i] - table.energies()[i]);
        z += source;
        for (std::size_t j = 0; j < table.energies().size(); ++j) {
            const double both = source * std::exp(table.log_weights()[j]), gap = table.energies()[i] - table.energies()[j];
            loss += both / (1 + std::exp(-gap));
            entropy += both * std::log1p(std::exp(gap));
            nearer += j < i ? both : j == i ? 0.5 * both : 0;
        }
    }
    const auto averages = planted_averages(table);
    EXPECT_NEAR(averages.source_loss, loss / z, 3e-5);
    EXPECT_NEAR(averages.participation_ratio, 1 - loss / z, 3e-5);
    EXPECT_NEAR(averages.entropy, entropy / z, 3e-5);
    EXPECT_NEAR(averages.not_nearest, nearer / z, 3e-3);
}

}  // namespace
}  // namespace gdm
