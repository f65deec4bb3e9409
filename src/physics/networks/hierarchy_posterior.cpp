#include "gdm/physics/networks/hierarchy_posterior.hpp"

#include <algorithm>
#include <cmath>

namespace gdm {
namespace {

void add(HierarchyLanes& to, const HierarchyLanes& what) {
    for (std::size_t lane = 0; lane < hierarchy_lanes; ++lane) to[lane] += what[lane];
}
void multiply(HierarchyLanes& by, const HierarchyLanes& what) {
    for (std::size_t lane = 0; lane < hierarchy_lanes; ++lane) by[lane] *= what[lane];
}

void normalise(Beliefs beliefs) {
    HierarchyLanes sum{};
    for (const HierarchyLanes& one : beliefs) add(sum, one);
    for (double& one : sum) one = 1 / one;
    for (HierarchyLanes& one : beliefs) multiply(one, sum);
}

}  // namespace

void belief_of_parent(const HierarchyShape& shape, const HierarchyTuples& tuples, ConstBeliefs children, Beliefs parent) {
    const std::size_t v = shape.symbols, s = shape.branching;
    const std::uint16_t* tuple = tuples.data();
    for (HierarchyLanes& belief : parent) {
        HierarchyLanes total{};
        for (std::size_t synonym = 0; synonym < shape.synonyms; ++synonym, tuple += s) {
            HierarchyLanes product = children[tuple[0]];
            for (std::size_t k = 1; k < s; ++k) multiply(product, children[k * v + tuple[k]]);
            add(total, product);
        }
        belief = total;
    }
    normalise(parent);
}

void beliefs_of_others(const HierarchyShape& shape, const HierarchyTuples& tuples, ConstBeliefs children,
                       ConstBeliefs parent, Beliefs others) {
    const std::size_t v = shape.symbols, s = shape.branching;
    std::ranges::fill(others, HierarchyLanes{});
    std::vector<HierarchyLanes> before(s);
    const std::uint16_t* tuple = tuples.data();
    for (const HierarchyLanes& belief : parent) {
        for (std::size_t synonym = 0; synonym < shape.synonyms; ++synonym, tuple += s) {
            before[0] = belief;
            for (std::size_t k = 1; k < s; ++k) {
                before[k] = before[k - 1];
                multiply(before[k], children[(k - 1) * v + tuple[k - 1]]);
            }
            HierarchyLanes after = children[(s - 1) * v + tuple[s - 1]];
            add(others[(s - 1) * v + tuple[s - 1]], before[s - 1]);
            for (std::size_t k = s - 1; k-- > 0;) {
                multiply(before[k], after);
                add(others[k * v + tuple[k]], before[k]);
                multiply(after, children[k * v + tuple[k]]);
            }
        }
    }
    for (std::size_t k = 0; k < s; ++k) normalise(others.subspan(k * v, v));
}

LevelBelief level_belief(ConstBeliefs posteriors, std::span<const std::uint16_t> truth) {
    LevelBelief mean;
    const std::size_t v = posteriors.size() / truth.size();
    for (std::size_t node = 0; node < truth.size(); ++node) {
        add(mean.agreement, posteriors[node * v + truth[node]]);
        for (const HierarchyLanes& one : posteriors.subspan(node * v, v)) {
            for (std::size_t lane = 0; lane < hierarchy_lanes; ++lane) {
                mean.certainty[lane] += one[lane] * one[lane];
                if (one[lane] > 0) mean.entropy[lane] -= one[lane] * std::log(one[lane]);
            }
        }
    }
    for (HierarchyLanes* sum : {&mean.agreement, &mean.certainty, &mean.entropy})
        for (double& one : *sum) one /= static_cast<double>(truth.size());
    return mean;
}

HierarchyPosterior::HierarchyPosterior(const HierarchyShape& shape) : shape_(shape) {
    for (std::size_t level = 0; level <= shape.levels; ++level) upward_.emplace_back(shape.nodes(level) * shape.symbols);
    others_ = upward_;
}

std::vector<LevelBelief> HierarchyPosterior::infer(const HierarchyRules& rules,
                                                   std::span<const std::vector<std::uint16_t>> truth, const Stop& stop) {
    const std::size_t v = shape_.symbols, family = v * shape_.branching;
    const auto each_parent = [&](std::size_t level, auto&& act) {  // of the level above `level`
        for (std::size_t node = 0; node < shape_.nodes(level + 1); ++node) {
            if (node % 256 == 0) stop.check();
            act(Beliefs(upward_[level]).subspan(node * family, family), node);
        }
    };
    for (std::size_t level = 0; level < shape_.levels; ++level) {
        each_parent(level, [&](ConstBeliefs children, std::size_t node) {
            belief_of_parent(shape_, rules.of(level, node), children, Beliefs(upward_[level + 1]).subspan(node * v, v));
        });
    }
    HierarchyLanes uniform;
    uniform.fill(1 / static_cast<double>(v));
    std::ranges::fill(others_.back(), uniform);
    for (std::size_t level = shape_.levels; level-- > 0;) {
        each_parent(level, [&](ConstBeliefs children, std::size_t node) {
            beliefs_of_others(shape_, rules.of(level, node), children, ConstBeliefs(others_[level + 1]).subspan(node * v, v),
                              Beliefs(others_[level]).subspan(node * family, family));
        });
    }
    std::vector<LevelBelief> levels;
    for (std::size_t level = 0; level <= shape_.levels; ++level) {
        const Beliefs posterior(others_[level]);
        for (std::size_t place = 0; place < posterior.size(); ++place) multiply(posterior[place], upward_[level][place]);
        for (std::size_t node = 0; node < truth[level].size(); ++node) normalise(posterior.subspan(node * v, v));
        levels.push_back(level_belief(posterior, truth[level]));
    }
    return levels;
}

}  // namespace gdm
