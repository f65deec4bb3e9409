#include "gdm/physics/chains/exchange.hpp"

#include <algorithm>
#include <cmath>
#include <functional>
#include <limits>
#include <numeric>
#include <stdexcept>

namespace gdm {

Exchange::Exchange(std::vector<double> beta)
    : beta_(std::move(beta)),
      walker_at_(beta_.size()),
      labels_(beta_.size()),
      acceptance_(beta_.size(), std::numeric_limits<double>::quiet_NaN()) {
    const bool rises = std::adjacent_find(beta_.begin(), beta_.end(), std::greater_equal<>()) == beta_.end();
    const bool falls = std::adjacent_find(beta_.begin(), beta_.end(), std::less_equal<>()) == beta_.end();
    if (beta_.empty() || !(rises || falls)) {
        throw std::invalid_argument("the temperatures of a ladder must rise, or fall, from one to the next");
    }
    std::iota(walker_at_.begin(), walker_at_.end(), std::size_t{0});
    label_ends();
}

void Exchange::run(std::uint64_t round, std::span<double> energies, RandomSequence random) {
    std::fill(acceptance_.begin(), acceptance_.end(), std::numeric_limits<double>::quiet_NaN());
    for (std::size_t i = round % 2; i + 1 < beta_.size(); i += 2) {
        const double exponent = (beta_[i] - beta_[i + 1]) * (energies[i] - energies[i + 1]);
        acceptance_[i] = std::exp(std::min(0., exponent));
        if (random.uniform() >= acceptance_[i]) continue;
        std::swap(walker_at_[i], walker_at_[i + 1]);
        std::swap(energies[i], energies[i + 1]);
    }
    label_ends();
}

void Exchange::label_ends() {
    if (beta_.size() < 2) return;
    const std::size_t last = beta_.size() - 1, hot = beta_.front() < beta_.back() ? 0 : last;
    Label& at_hot = labels_[walker_at_[hot]];
    if (at_hot.last == LadderEnd::cold && at_hot.was_hot) ++round_trips_;
    at_hot = {LadderEnd::hot, true};
    labels_[walker_at_[last - hot]].last = LadderEnd::cold;
}

void Exchange::save(ByteWriter& bytes) const {
    bytes.put(std::span(walker_at_));
    bytes.put(std::span(labels_));
    bytes.put(std::span(acceptance_));
    bytes.put(round_trips_);
}

void Exchange::load(ByteReader& bytes) {
    bytes.get(std::span(walker_at_));
    bytes.get(std::span(labels_));
    bytes.get(std::span(acceptance_));
    bytes.get(round_trips_);
}

}  // namespace gdm
