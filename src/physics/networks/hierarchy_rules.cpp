#include "gdm/physics/networks/hierarchy_rules.hpp"

#include <numeric>
#include <utility>

namespace gdm {

TupleDraw::TupleDraw(const HierarchyShape& shape) : shape_(shape), swapped_(shape.symbols * shape.synonyms) {
    std::size_t count = 1;
    for (std::size_t k = 0; k < shape.branching; ++k) count *= shape.symbols;
    order_.resize(count);
    std::iota(order_.begin(), order_.end(), 0U);
}

void TupleDraw::operator()(RandomSequence& random, HierarchyTuples& tuples) {
    tuples.resize(swapped_.size() * shape_.branching);
    // The first places of a shuffle, which is undone: the next draw is the same function of its random numbers.
    for (std::size_t i = 0; i < swapped_.size(); ++i) {
        swapped_[i] = static_cast<std::uint32_t>(i + random.below(order_.size() - i));
        std::swap(order_[i], order_[swapped_[i]]);
        std::uint32_t number = order_[i];
        for (std::size_t k = 0; k < shape_.branching; ++k) {
            tuples[i * shape_.branching + k] = static_cast<std::uint16_t>(number % shape_.symbols);
            number /= static_cast<std::uint32_t>(shape_.symbols);
        }
    }
    for (std::size_t i = swapped_.size(); i-- > 0;) std::swap(order_[i], order_[swapped_[i]]);
}

HierarchyRules::HierarchyRules(const HierarchyShape& shape, bool shared) : shared_(shared), draw_(shape) {
    for (std::size_t level = 0; level < shape.levels; ++level) tuples_.emplace_back(shared ? 1 : shape.nodes(level + 1));
}

void HierarchyRules::draw(const RandomStream& random, std::uint32_t tree) {
    for (std::size_t level = 0; level < tuples_.size(); ++level) {
        RandomSequence sequence(random, Purpose::couplings, tree, static_cast<std::uint32_t>(level));
        for (HierarchyTuples& tuples : tuples_[level]) draw_(sequence, tuples);
    }
}

std::vector<std::vector<std::uint16_t>> draw_tree(const HierarchyShape& shape, const HierarchyRules& rules,
                                                  RandomSequence& random) {
    const std::size_t s = shape.branching;
    std::vector<std::vector<std::uint16_t>> symbols(shape.levels + 1);
    symbols.back() = {static_cast<std::uint16_t>(random.below(shape.symbols))};
    for (std::size_t level = shape.levels; level-- > 0;) {
        for (std::size_t node = 0; node < symbols[level + 1].size(); ++node) {
            const std::size_t parent = symbols[level + 1][node];
            const auto* tuple = rules.of(level, node).data() + (parent * shape.synonyms + random.below(shape.synonyms)) * s;
            symbols[level].insert(symbols[level].end(), tuple, tuple + s);
        }
    }
    return symbols;
}

}  // namespace gdm
