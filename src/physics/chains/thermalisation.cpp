#include "gdm/physics/chains/thermalisation.hpp"

#include <algorithm>
#include <cmath>
#include <stdexcept>

namespace gdm {
namespace {

/// Of two chains, or parts of one, of equal length.
BinnedMean together(const BinnedMean& a, const BinnedMean& b) {
    BinnedMean both = a;
    both.mean = (a.mean + b.mean) / 2;
    both.error = std::hypot(a.error, b.error) / 2;
    both.tau = std::max(a.tau, b.tau);
    return both;
}

}  // namespace

double difference_of_starts(const BinnedMean& a, const BinnedMean& b) {
    constexpr double greatest = 1000;
    const double difference = a.mean - b.mean;
    if (difference == 0) return 0;
    return std::clamp(difference / std::hypot(a.error, b.error), -greatest, greatest);
}

Thermalisation::Thermalisation(std::uint64_t first, std::uint64_t longest, std::size_t chains)
    : longest_(longest), window_(first), end_(first), chains_(chains) {
    if (chains < 1 || chains > 2) throw std::invalid_argument("thermalisation is found from one chain or from two");
    if (first < 64) throw std::invalid_argument("the first window of a thermalisation has at least 64 steps");
}

void Thermalisation::add(std::span<const double> values) {
    const std::size_t half = end_ - steps_ > window_ / 2 ? 0 : 1;
    for (std::size_t i = 0; i < chains_.size(); ++i) chains_[i][half].add(values[i]);
    if (++steps_ < end_) return;
    found_ = agree();
    window_ *= 2;
    end_ += window_;
    for (Halves& halves : chains_) halves = {};
}

bool Thermalisation::agree() const {
    constexpr double times = 50, deviations = 3;
    constexpr std::uint64_t fewest_bins = 8;
    std::vector<BinnedMean> whole;
    for (const auto& [first, second] : chains_) {
        const BinnedMean a = first.result(fewest_bins), b = second.result(fewest_bins);
        whole.push_back(together(a, b));
        // Too short a chain underestimates its error, and disagrees the sooner.
        const bool is_long = static_cast<double>(window_) >= times * whole.back().tau;
        if (!is_long || std::abs(difference_of_starts(a, b)) > deviations) return false;
    }
    return whole.size() == 1 || std::abs(difference_of_starts(whole[0], whole[1])) <= deviations;
}

void Thermalisation::save(ByteWriter& bytes) const {
    bytes.put(window_);
    bytes.put(end_);
    bytes.put(steps_);
    bytes.put(found_);
    for (const Halves& halves : chains_) {
        for (const Binning& half : halves) half.save(bytes);
    }
}

void Thermalisation::load(ByteReader& bytes) {
    bytes.get(window_);
    bytes.get(end_);
    bytes.get(steps_);
    bytes.get(found_);
    for (Halves& halves : chains_) {
        for (Binning& half : halves) half.load(bytes);
    }
}

}  // namespace gdm
