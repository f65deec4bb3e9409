#include "gdm/physics/spins/complete_graph.hpp"

#include <cmath>

namespace gdm {

template <class Probability>
std::uint32_t CompleteGraph::single_spins(std::uint32_t up, WordSequence& random, Probability&& probability) const {
    const double n = sites_;
    for (std::uint32_t update = 0; update < sites_; ++update) {
        const int spin = random.below(sites_) < up ? 1 : -1;
        // β times the field on it, from the others and from outside.
        const double local = beta_ * ((2. * up - n - spin) / n + field_);
        if (random.uniform() < probability(spin * local)) up -= static_cast<std::uint32_t>(spin);
    }
    return up;
}

std::uint32_t CompleteGraph::metropolis(std::uint32_t up, WordSequence& random) const {
    return single_spins(up, random, [](double along) { return std::exp(-2 * along); });
}

std::uint32_t CompleteGraph::heat_bath(std::uint32_t up, WordSequence& random) const {
    return single_spins(up, random, [](double along) { return 1 / (1 + std::exp(2 * along)); });
}

std::uint32_t CompleteGraph::grow(std::uint32_t alike, WordSequence& random) const {
    const double log_missed = -2 * beta_ / sites_;  // ln of the probability of no bond
    std::uint32_t size = 1, left = alike - 1;
    for (std::uint32_t done = 0; done < size && left > 0; ++done) {
        std::uint32_t reached = 0;
        for (double place = 0;; ++reached) {
            place += 1 + std::floor(std::log(random.uniform()) / log_missed);
            if (place > left) break;
        }
        size += reached;
        left -= reached;
    }
    return size;
}

std::uint32_t CompleteGraph::wolff(std::uint32_t up, WordSequence& random, std::uint32_t& turned) const {
    const bool is_up = random.below(sites_) < up;
    turned = grow(is_up ? up : sites_ - up, random);
    if (field_ != 0) {
        const double cost = 2 * field_ * (is_up ? 1 : -1) * turned;
        if (random.uniform() >= std::exp(-beta_ * cost)) return up;
    }
    return is_up ? up - turned : up + turned;
}

std::uint32_t CompleteGraph::swendsen_wang(std::uint32_t up, WordSequence& random, Estimates* estimates) const {
    std::uint32_t now_up = 0;
    double squares = 0, fourths = 0;
    for (std::uint32_t left : {up, sites_ - up}) {
        while (left > 0) {
            const std::uint32_t size = grow(left, random);
            left -= size;
            const double n = size;
            squares += n * n;
            fourths += n * n * n * n;
            if (random.uniform() < 1 / (1 + std::exp(-2 * beta_ * field_ * n))) now_up += size;
        }
    }
    if (estimates != nullptr) *estimates = {squares, 3 * squares * squares - 2 * fourths};
    return now_up;
}

}  // namespace gdm
