#include "gdm/physics/networks/hierarchy_population.hpp"

#include <algorithm>
#include <utility>

#include "gdm/base/bytes.hpp"

namespace gdm {

HierarchyPopulation::HierarchyPopulation(const HierarchyShape& shape, std::size_t size, LeafNoise noise,
                                         std::vector<double> strengths, const RandomStream& random)
    : shape_(shape),
      size_(size),
      noise_(noise),
      strengths_(std::move(strengths)),
      random_(random),
      below_(size * shape.symbols),
      here_(size * shape.symbols),
      children_(shape.branching * shape.symbols),
      draw_(shape) {}

void HierarchyPopulation::grow() {
    const std::size_t v = shape_.symbols;
    const auto sample = static_cast<std::uint32_t>(at_.member), step = static_cast<std::uint32_t>(at_.level);
    const Beliefs belief = Beliefs(here_).subspan(at_.member * v, v);
    if (at_.level == 0) {
        RandomSequence random(random_, Purpose::noise, sample, step);
        leaf_belief(noise_, strengths_, 0, random, belief);
    } else {
        RandomSequence random(random_, Purpose::couplings, sample, step);
        draw_(random, tuples_);
        for (std::size_t k = 0; k < shape_.branching; ++k) {
            HierarchyLanes* child = children_.data() + k * v;
            std::copy_n(below_.data() + random.below(size_) * v, v, child);
            std::swap(child[0], child[tuples_[k]]);  // the first tuple of symbol 0 is the true one
        }
        belief_of_parent(shape_, tuples_, children_, belief);
    }
    ++at_.member;
}

LevelBelief HierarchyPopulation::belief() const { return level_belief(here_, std::vector<std::uint16_t>(size_, 0)); }

void HierarchyPopulation::ascend() {
    std::swap(below_, here_);
    at_ = {at_.level + 1, 0};
}

std::size_t HierarchyPopulation::state_size(const HierarchyShape& shape, std::size_t size) {
    return sizeof(Place) + 2 * size * shape.symbols * sizeof(HierarchyLanes);
}

std::vector<std::byte> HierarchyPopulation::bytes() const {
    ByteWriter writer;
    writer.put(at_);
    writer.put(std::span<const HierarchyLanes>(below_));
    writer.put(std::span<const HierarchyLanes>(here_));
    return writer.take();
}

void HierarchyPopulation::load(std::span<const std::byte> state) {
    ByteReader reader(state);
    reader.get(at_);
    reader.get(std::span(below_));
    reader.get(std::span(here_));
}

}  // namespace gdm
