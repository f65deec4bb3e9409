#include <gtest/gtest.h>

#include <cmath>
#include <set>
#include <vector>

#include "gdm/base/statistics.hpp"
#include "gdm/physics/networks/hierarchy_noise.hpp"
#include "gdm/physics/networks/hierarchy_population.hpp"
#include "gdm/physics/networks/hierarchy_posterior.hpp"
#include "gdm/physics/networks/hierarchy_rules.hpp"
#include "gdm/physics/networks/hierarchy_theory.hpp"

namespace gdm {
namespace {

constexpr HierarchyShape small{.symbols = 3, .synonyms = 2, .branching = 3, .levels = 2};

HierarchyRules drawn(const HierarchyShape& shape, bool shared, const RandomStream& random) {
    HierarchyRules rules(shape, shared);
    rules.draw(random, 0);
    return rules;
}

TEST(Hierarchy, TuplesAreDifferentAndUniform) {
    const HierarchyShape shape{.symbols = 3, .synonyms = 2, .branching = 2, .levels = 1};
    std::vector<double> counts(9);
    TupleDraw draw(shape);
    HierarchyTuples tuples;
    RandomSequence random(RandomStream(4, 0), Purpose::test);
    const int draws = 9000;
    for (int k = 0; k < draws; ++k) {
        draw(random, tuples);
        std::set<int> seen;
        for (std::size_t i = 0; i < 6; ++i) seen.insert(tuples[2 * i] + 3 * tuples[2 * i + 1]);
        ASSERT_EQ(seen.size(), 6U);
        counts[tuples[0] + 3 * tuples[1]] += 1. / draws;  // the first one of symbol 0
    }
    for (const double share : counts) EXPECT_NEAR(share, 1. / 9, 4 * std::sqrt(8. / 81 / draws));
}

/// Adds to `marginals` (node by node, leaves first, then the three of level 1, then the root) the weights of all trees of
/// `small`, each of which is a root, its synonym, and a synonym for each of its three symbols.
std::vector<std::vector<double>> enumerate(const HierarchyRules& rules, const std::vector<double>& leaves) {
    std::vector<std::vector<double>> marginals(13, std::vector<double>(3));
    double total = 0;
    for (std::size_t root = 0; root < 3; ++root) {
        for (std::size_t choice = 0; choice < 16; ++choice) {
            const std::uint16_t* middle = &rules.of(1, 0)[(root * 2 + choice % 2) * 3];
            double weight = 1;
            std::vector<std::uint16_t> symbols;
            for (std::size_t k = 0; k < 3; ++k) {
                const std::uint16_t* tuple = &rules.of(0, k)[(middle[k] * 2U + (choice >> (k + 1)) % 2) * 3];
                for (std::size_t j = 0; j < 3; ++j) {
                    weight *= leaves[(3 * k + j) * 3 + tuple[j]];
                    symbols.push_back(tuple[j]);
                }
            }
            symbols.insert(symbols.end(), middle, middle + 3);
            symbols.push_back(static_cast<std::uint16_t>(root));
            for (std::size_t node = 0; node < 13; ++node) marginals[node][symbols[node]] += weight;
            total += weight;
        }
    }
    for (auto& node : marginals)
        for (double& one : node) one /= total;
    return marginals;
}

TEST(Hierarchy, PosteriorIsThatOfAllTrees) {
    for (const LeafNoise noise : {LeafNoise::gaussian, LeafNoise::mask, LeafNoise::epsilon}) {
        for (std::uint32_t replica = 0; replica < 8; ++replica) {
            const RandomStream random(5, replica);
            const auto rules = drawn(small, replica % 2 == 0, random);
            RandomSequence sequence(random, Purpose::dataset);
            const auto truth = draw_tree(small, rules, sequence);
            HierarchyPosterior posterior(small);
            const std::vector<double> strengths{0.1, 0.4, 0.8};
            for (std::size_t leaf = 0; leaf < 9; ++leaf)
                leaf_belief(noise, strengths, truth[0][leaf], sequence, posterior.leaves().subspan(3 * leaf, 3));
            for (std::size_t lane = 0; lane < strengths.size(); ++lane) {
                std::vector<double> leaves;
                for (const HierarchyLanes& one : posterior.leaves()) leaves.push_back(one[lane]);
                const auto levels = posterior.infer(rules, truth, Stop());
                const auto exact = enumerate(rules, leaves);
                std::size_t node = 0;
                for (std::size_t level = 0; level < 3; ++level) {
                    double agreement = 0, certainty = 0, entropy = 0;
                    for (const std::uint16_t symbol : truth[level]) {
                        agreement += exact[node][symbol];
                        for (const double p : exact[node]) certainty += p * p;
                        for (const double p : exact[node]) entropy -= p > 0 ? p * std::log(p) : 0;
                        ++node;
                    }
                    const auto count = static_cast<double>(truth[level].size());
                    EXPECT_NEAR(levels[level].agreement[lane], agreement / count, 1e-13) << level;
                    EXPECT_NEAR(levels[level].certainty[lane], certainty / count, 1e-13) << level;
                    EXPECT_NEAR(levels[level].entropy[lane], entropy / count, 1e-12) << level;
                }
            }
        }
    }
}

TEST(Hierarchy, MeanFieldHasTheKnownFixedPoints) {
    const HierarchyShape first{16, 4, 2, 1}, second{32, 8, 2, 1};
    EXPECT_NEAR(hierarchy_fixed_point(first), 0.25, 1e-12);
    EXPECT_NEAR(hierarchy_fixed_point(second), 7. / 24, 1e-12);
    EXPECT_NEAR(hierarchy_mean_field_threshold(first, LeafNoise::epsilon), 0.8, 1e-12);
    EXPECT_NEAR(hierarchy_mean_field_threshold(second, LeafNoise::mask), 0.731183, 1e-6);
    const HierarchyShape third{5, 3, 3, 1};
    for (const double p : {0.2, 0.5, 1.}) {
        const double step = 1e-6,
                     slope = (hierarchy_mean_field(third, p + step) - hierarchy_mean_field(third, p - step)) / 2e-6;
        EXPECT_NEAR(hierarchy_mean_field_slope(third, p), slope, 1e-8);
    }
    EXPECT_NEAR(hierarchy_mean_field_slope(third, 1), 3 * 3 * 4. / 124, 1e-14);
    EXPECT_TRUE(std::isnan(hierarchy_fixed_point({16, 16, 2, 1})));  // every string is allowed
}

TEST(Hierarchy, MeanLeafBeliefIsItsAverage) {
    EXPECT_NEAR(mean_leaf_belief(LeafNoise::gaussian, 0, 7), 1. / 7, 1e-9);
    EXPECT_NEAR(mean_leaf_belief(LeafNoise::gaussian, 200, 7), 1, 1e-9);
    for (const double snr : {0.5, 3.63, 20.}) {
        RunningMoments average;
        RandomSequence random(RandomStream(3, 1), Purpose::test);
        std::vector<HierarchyLanes> belief(16);
        for (int k = 0; k < 20000; ++k) {
            leaf_belief(LeafNoise::gaussian, std::vector{snr}, 5, random, belief);
            average.add(belief[5][0]);
        }
        EXPECT_NEAR(average.mean(), mean_leaf_belief(LeafNoise::gaussian, snr, 16), 4 * average.standard_error());
    }
}

TEST(Hierarchy, PopulationFlowsAsMeanFieldSaysForEpsilon) {
    HierarchyPopulation population({16, 4, 2, 1}, 1000, LeafNoise::epsilon, {0.7, 0.9}, RandomStream(6, 0));
    while (true) {
        while (!population.complete()) population.grow();
        if (population.level() == 12) break;
        population.ascend();
    }
    EXPECT_GT(population.belief().agreement[0], 0.95);
    EXPECT_LT(population.belief().agreement[1], 0.1);
}

TEST(Hierarchy, PopulationIsTheTreeWithIndependentRules) {
    const HierarchyShape shape{6, 2, 2, 2};
    HierarchyPopulation population(shape, 20000, LeafNoise::gaussian, {2.}, RandomStream(7, 0));
    for (int level = 0; level < 3; ++level) {
        if (level > 0) population.ascend();
        while (!population.complete()) population.grow();
    }
    RunningMoments trees;
    for (std::uint32_t replica = 0; replica < 10000; ++replica) {
        const RandomStream random(8, replica);
        const auto rules = drawn(shape, false, random);
        RandomSequence sequence(random, Purpose::dataset);
        const auto truth = draw_tree(shape, rules, sequence);
        HierarchyPosterior posterior(shape);
        for (std::size_t leaf = 0; leaf < 4; ++leaf)
            leaf_belief(LeafNoise::gaussian, std::vector{2.}, truth[0][leaf], sequence,
                        posterior.leaves().subspan(6 * leaf, 6));
        trees.add(posterior.infer(rules, truth, Stop()).back().certainty[0]);
    }
    EXPECT_NEAR(population.belief().certainty[0], trees.mean(), 4 * 1.3 * trees.standard_error());
}

}  // namespace
}  // namespace gdm
