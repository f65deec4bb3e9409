#include "gdm/experiments/memory/hopfield_chain.hpp"

#include <algorithm>
#include <cmath>

#include "gdm/base/bytes.hpp"
#include "gdm/experiments/memory/hopfield_parameters.hpp"
#include "gdm/physics/memories/enumerated_network.hpp"

namespace gdm {
namespace {

std::vector<std::int8_t> start_of(const Point& point, const std::vector<std::int8_t>& pattern, const RandomStream& random) {
    if (HopfieldChain::from_pattern(point)) return pattern;
    std::vector<std::int8_t> spins(pattern.size());
    WordSequence words(random, Purpose::initial_state, 0, 0);
    for (std::int8_t& spin : spins) spin = (words.next() & 1) != 0 ? 1 : -1;
    return spins;
}

void set_average(const Values& values, const std::string& name, const BinnedMean& binned) {
    values.set(name, binned.mean);
    values.set(name + "_binned_error", binned.error);
    values.set(name + "_tau", binned.tau);
    values.set(name + "_tau_error", std::isfinite(binned.tau_error) ? binned.tau_error : 0);  // of a constant chain
}

}  // namespace

HopfieldChain::HopfieldChain(const Point& point, const Context& context, const RandomStream& random)
    : thermalisation_(static_cast<std::uint64_t>(point["thermalisation"])),
      half_(static_cast<std::uint64_t>(point["samples"]) / 2),
      temperature_(point["T"]),
      rule_(learning_rule_words.at(point.word("rule"))),
      patterns_(patterns_of(point, pattern_count(point, point["alpha"]), context, random)),
      pattern_(spins_of(patterns_, 0)),
      network_(patterns_, rule_, start_of(point, pattern_, random)),
      sums_(2 * pattern_.size(), 0) {}

std::uint64_t HopfieldChain::all_sweeps(const Point& point) {
    return static_cast<std::uint64_t>(point["thermalisation"] + point["samples"]);
}

std::size_t HopfieldChain::state_size(const Point& point) {
    return sizeof(std::uint64_t) + 9 * static_cast<std::size_t>(point.integer("N")) + 2 * ChainAverage::bytes();
}

std::vector<std::byte> HopfieldChain::bytes() const {
    ByteWriter bytes;
    bytes.put(sweeps_);
    bytes.put(network_.spins());
    bytes.put(std::span<const std::int32_t>(sums_));
    magnetisation_.save(bytes);
    energy_.save(bytes);
    return bytes.take();
}

void HopfieldChain::load(std::span<const std::byte> state) {
    ByteReader bytes(state);
    std::vector<std::int8_t> spins(pattern_.size());
    bytes.get(sweeps_);
    bytes.get(std::span(spins));
    bytes.get(std::span(sums_));
    magnetisation_.load(bytes);
    energy_.load(bytes);
    network_ = HopfieldNetwork(patterns_, rule_, spins);
}

void HopfieldChain::sweep(const RandomStream& random) {
    WordSequence words(random, Purpose::markov_chain, 0, static_cast<std::uint32_t>(sweeps_));
    network_.heat_bath(temperature_, words);
    if (++sweeps_ <= thermalisation_) return;
    const auto spins = network_.spins();
    magnetisation_.add(overlap_of(pattern_, spins));
    energy_.add(network_.energy());
    std::int32_t* sums = sums_.data() + (sweeps_ - thermalisation_ <= half_ ? 0 : spins.size());
    for (std::size_t i = 0; i < spins.size(); ++i) sums[i] += spins[i];
}

void HopfieldChain::write(const Values& values, double retrieved_above) const {
    set_average(values, "magnetisation", magnetisation_.binned());
    set_average(values, "energy", energy_.binned());
    const std::size_t n = pattern_.size();
    double q = 0;
    for (std::size_t i = 0; i < n; ++i) q += static_cast<double>(sums_[i]) * sums_[n + i];
    const double first = static_cast<double>(half_), second = static_cast<double>(sweeps_ - thermalisation_ - half_);
    values.set("error_rate", (1 - magnetisation_.binned().mean) / 2);
    values.set("overlap", q / (first * second * static_cast<double>(n)));
    values.set("retrieved", magnetisation_.binned().mean > retrieved_above ? 1 : 0);
    const auto overlaps = network_.overlaps();
    double other = 0;
    for (std::size_t mu = 1; mu < overlaps.size(); ++mu) other = std::max(other, std::abs(overlaps[mu]));
    values.set("largest_other_overlap", other);
    if (n <= most_enumerated) values.set("energy_exact", enumerate_network(patterns_, rule_, temperature_).energy);
}

}  // namespace gdm
