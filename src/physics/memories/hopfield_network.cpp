#include "gdm/physics/memories/hopfield_network.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <numeric>
#include <stdexcept>
#include <utility>

namespace gdm {
namespace {

constexpr std::size_t group = PackedPatterns::group;

/// Upper bounds 2^32 e^{−k} of the words that can turn a spin with 2 s h/T ≥ k: most visits need no exponential.
constexpr std::size_t certain = 23;
std::array<std::uint32_t, certain + 1> bounds_of_words() {
    std::array<std::uint32_t, certain + 1> bounds{};
    for (std::size_t k = 0; k <= certain; ++k)
        bounds[k] = static_cast<std::uint32_t>(
            std::min(4294967295., std::ceil(std::ldexp(std::exp(-static_cast<double>(k)), 32)) + 1));
    return bounds;
}

bool turns(double x, WordSequence& random) {
    static const auto bounds = bounds_of_words();
    const std::uint32_t word = random.next();
    if (x > 0 && word > bounds[static_cast<std::size_t>(std::min(x, double{certain}))]) return false;
    return random.bernoulli(bernoulli_threshold(1 / (1 + std::exp(x))), word);
}

}  // namespace

HopfieldNetwork::HopfieldNetwork(const PackedPatterns& patterns, LearningRule rule, std::span<const std::int8_t> spins)
    : patterns_(&patterns), rule_(rule), spins_(spins.begin(), spins.end()) {
    if (spins.size() != patterns.sites())
        throw std::invalid_argument("a configuration has one spin for each site of the patterns");
    if (rule == LearningRule::covariance) {
        for (std::size_t site = 0; site < spins.size(); ++site) {
            common_.push_back(2 * patterns.ups(site) - static_cast<std::int64_t>(patterns.patterns()));
            common_overlap_ += common_[site] * spins[site];
        }
    }
    overlaps_.emplace(patterns, spins_);
}

std::int64_t HopfieldNetwork::full_field(std::size_t site, std::int64_t hebb) const noexcept {
    if (rule_ == LearningRule::hebb) return hebb;
    const std::int64_t own = common_[site];
    return static_cast<std::int64_t>(patterns_->patterns()) * hebb - own * (common_overlap_ - own * spins_[site]);
}

double HopfieldNetwork::scale() const noexcept {
    const auto n = static_cast<double>(spins_.size());
    return 1 / (rule_ == LearningRule::hebb ? n : n * static_cast<double>(patterns_->patterns()));
}

std::vector<std::int64_t> HopfieldNetwork::all_fields() const {
    if (!fields_.empty()) return fields_;
    std::vector<std::int64_t> fields(patterns_->groups() * group);
    for (std::size_t g = 0; g < patterns_->groups(); ++g) overlaps_->fields(g, spins_, fields.data() + g * group);
    return fields;
}

/// How many a first update at T = 0 would turn.
std::size_t HopfieldNetwork::unstable_sites(std::span<const std::int64_t> fields) const {
    std::size_t unstable = 0;
    for (std::size_t site = 0; site < spins_.size(); ++site)
        unstable += spins_[site] * full_field(site, fields[site]) < 0 ? 1 : 0;
    return unstable;
}

void HopfieldNetwork::keep(std::vector<std::int64_t> fields) {
    fields_ = std::move(fields);
    overlaps_.reset();
}

void HopfieldNetwork::keep_overlaps() {
    if (overlaps_) return;
    overlaps_.emplace(*patterns_, spins_);
    fields_.clear();
}

/// The spin and what it has in common with the patterns; not the fields.
void HopfieldNetwork::turn(std::size_t site) noexcept {
    spins_[site] = static_cast<std::int8_t>(-spins_[site]);
    if (!common_.empty()) common_overlap_ += std::int64_t{2} * spins_[site] * common_[site];
}

/// Near a fixed point about as many spins will turn as are unstable; elsewhere patterns are laid out for visits in any
/// order.
void HopfieldNetwork::prepare_descent(std::size_t length) {
    std::vector<std::int64_t> fields = all_fields();
    if (unstable_sites(fields) < even()) return keep(std::move(fields));
    rows_.resize(spins_.size() * length);
    for (std::size_t site = 0; site < spins_.size(); ++site)
        for (std::size_t k = 0; k < patterns_->words(); ++k) rows_[site * length + k] = patterns_->word(site, k);
}

std::size_t HopfieldNetwork::descend(WordSequence& random) {
    std::vector<std::uint32_t> order(spins_.size());
    std::iota(order.begin(), order.end(), 0u);
    const std::size_t length = PatternOverlaps::row_length(*patterns_);
    if (overlaps_ && rows_.empty()) prepare_descent(length);
    std::size_t turned = 0;
    for (std::size_t i = 0; i < order.size(); ++i) {
        std::swap(order[i], order[i + random.below(static_cast<std::uint32_t>(order.size() - i))]);
        const std::size_t site = order[i];
        const std::int64_t hebb =
            overlaps_ ? overlaps_->field(site, spins_[site], rows_.data() + site * length) : fields_[site];
        if (spins_[site] * full_field(site, hebb) >= 0) continue;
        turn(site);
        spread_turn(site);
        ++turned;
    }
    choose(turned);
    return turned;
}

/// Tells the fields, or the overlaps, that a spin turned.
void HopfieldNetwork::spread_turn(std::size_t site) {
    if (overlaps_) {
        overlaps_->flip(site, spins_[site]);
        return;
    }
    const int change = 2 * spins_[site];
    add_coupling_row(*patterns_, site, change, 0, patterns_->groups(), fields_.data());
    fields_[site] -= change * static_cast<std::int64_t>(patterns_->patterns());  // J_ii = 0
}

/// The visits of a sweep by overlaps cost as much as so many flips of kept fields (measured: 10 to 25 of 4,000 spins, at any
/// number of patterns); to change between the two costs about a sweep.
std::size_t HopfieldNetwork::even() const noexcept { return static_cast<std::size_t>(std::bit_width(spins_.size())); }

void HopfieldNetwork::choose(std::size_t turned) {
    if (overlaps_ && turned < even())
        keep(all_fields());
    else if (!overlaps_ && turned > 2 * even())
        keep_overlaps();
}

std::size_t HopfieldNetwork::heat_bath(double temperature, WordSequence& random) {
    const double factor = 2 * scale() / temperature;
    std::array<std::int64_t, group> now{};
    std::size_t turned = 0;
    for (std::size_t g = 0; g < patterns_->groups(); ++g) {
        if (overlaps_) overlaps_->fields(g, spins_, now.data());
        for (std::size_t lane = 0; lane < group && g * group + lane < spins_.size(); ++lane) {
            const std::size_t site = g * group + lane;
            const std::int64_t hebb = overlaps_ ? now[lane] : fields_[site];
            if (!turns(factor * static_cast<double>(spins_[site] * full_field(site, hebb)), random)) continue;
            turn(site);
            ++turned;
            spread_turn(site);
            if (!overlaps_) continue;
            add_coupling_row(*patterns_, site, 2 * spins_[site], g, g + 1, now.data());
        }
    }
    choose(turned);
    return turned;
}

double HopfieldNetwork::energy() const {
    std::int64_t sum = 0;
    if (overlaps_ && rule_ == LearningRule::hebb) {
        const auto n = static_cast<std::int64_t>(spins_.size()), p = static_cast<std::int64_t>(patterns_->patterns());
        sum = overlaps_->sum_of_squares() - n * p;
    } else {
        const auto fields = all_fields();
        for (std::size_t site = 0; site < spins_.size(); ++site) sum += spins_[site] * full_field(site, fields[site]);
    }
    return -scale() * static_cast<double>(sum) / (2 * static_cast<double>(spins_.size()));
}

double HopfieldNetwork::field(std::size_t site) const {
    if (overlaps_) {
        std::array<std::int64_t, group> now{};
        overlaps_->fields(site / group, spins_, now.data());
        return scale() * static_cast<double>(full_field(site, now[site % group]));
    }
    return scale() * static_cast<double>(full_field(site, fields_[site]));
}

std::vector<double> HopfieldNetwork::overlaps() const {
    const std::optional<PatternOverlaps> made =
        overlaps_ ? std::nullopt : std::optional(PatternOverlaps(*patterns_, spins_));
    const PatternOverlaps& overlaps = overlaps_ ? *overlaps_ : *made;
    std::vector<double> result(patterns_->patterns());
    for (std::size_t pattern = 0; pattern < result.size(); ++pattern)
        result[pattern] = static_cast<double>(overlaps.overlap(pattern)) / static_cast<double>(spins_.size());
    return result;
}

double HopfieldNetwork::unstable_share() const {
    return static_cast<double>(unstable_sites(all_fields())) / static_cast<double>(spins_.size());
}

}  // namespace gdm
