#include "gdm/physics/chains/tempering_averages.hpp"

#include <cmath>

namespace gdm {

void TemperingAverages::add(const Exchange& exchange) {
    for (std::size_t i = 0; i < from_cold_.size(); ++i) {
        const LadderEnd end = exchange.came_from(i);
        from_cold_[i].add(end == LadderEnd::cold ? 1 : 0);
        labelled_[i].add(end == LadderEnd::none ? 0 : 1);
        if (i < acceptance_.size() && std::isfinite(exchange.acceptance(i))) acceptance_[i].add(exchange.acceptance(i));
    }
    if (begun_) round_trips_.add(static_cast<double>(exchange.round_trips() - trips_before_));
    trips_before_ = exchange.round_trips();
    begun_ = true;
}

void TemperingAverages::save(ByteWriter& bytes) const {
    for (const auto* group : {&acceptance_, &from_cold_, &labelled_}) {
        for (const ChainAverage& one : *group) one.save(bytes);
    }
    round_trips_.save(bytes);
    bytes.put(trips_before_);
    bytes.put(begun_);
}

void TemperingAverages::load(ByteReader& bytes) {
    for (auto* group : {&acceptance_, &from_cold_, &labelled_}) {
        for (ChainAverage& one : *group) one.load(bytes);
    }
    round_trips_.load(bytes);
    bytes.get(trips_before_);
    bytes.get(begun_);
}

}  // namespace gdm
