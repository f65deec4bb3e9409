#include "gdm/experiments/memory/hopfield_descents.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

#include "gdm/base/bytes.hpp"
#include "gdm/experiments/memory/hopfield_parameters.hpp"

namespace gdm {

HopfieldDescents::HopfieldDescents(const Point& point, const Context& context, const RandomStream& random)
    : point_(&point), context_(&context), random_(random), tallies_(point.axis("alpha").size()) {}

std::size_t HopfieldDescents::state_size(const Point& point) {
    return sizeof(Position) + point.axis("alpha").size() * sizeof(Tally) + static_cast<std::size_t>(point.integer("N"));
}

std::vector<std::byte> HopfieldDescents::bytes() const {
    ByteWriter writer;
    writer.put(at_);
    writer.put(std::span<const Tally>(tallies_));
    std::vector<std::int8_t> spins(static_cast<std::size_t>(point_->integer("N")), 0);
    if (network_) std::copy(network_->spins().begin(), network_->spins().end(), spins.begin());
    writer.put(std::span<const std::int8_t>(spins));
    return writer.take();
}

void HopfieldDescents::load(std::span<const std::byte> state) {
    ByteReader reader(state);
    reader.get(at_);
    reader.get(std::span(tallies_));
    std::vector<std::int8_t> spins(static_cast<std::size_t>(point_->integer("N")));
    reader.get(std::span(spins));
    if (at_.sweep > 0) begin(spins);
}

double HopfieldDescents::progress() const {
    return (static_cast<double>(at_.alpha) + static_cast<double>(at_.sample) / (*point_)["samples"]) /
           static_cast<double>(tallies_.size());
}

void HopfieldDescents::step() {
    if (!network_) {
        begin({});
        tallies_[at_.alpha].first_step_error += network_->unstable_share();
    }
    WordSequence words(random_, Purpose::markov_chain,
                       static_cast<std::uint32_t>(at_.alpha) << 24 | static_cast<std::uint32_t>(at_.sample),
                       static_cast<std::uint32_t>(at_.sweep));
    const std::size_t turned = network_->descend(words);
    tallies_[at_.alpha].turned += static_cast<double>(turned) / static_cast<double>(network_->spins().size());
    ++at_.sweep;
    if (turned == 0) end();
}

void HopfieldDescents::begin(std::span<const std::int8_t> spins) {
    if (!patterns_) {
        const auto count = pattern_count(*point_, point_->axis("alpha")[at_.alpha]);
        patterns_.emplace(patterns_of(*point_, count, *context_, random_, static_cast<std::uint32_t>(at_.alpha)));
    }
    start_ = spins_of(*patterns_, at_.sample % patterns_->patterns());
    network_.emplace(*patterns_, learning_rule_words.at(point_->word("rule")),
                     spins.empty() ? std::span<const std::int8_t>(start_) : spins);
}

void HopfieldDescents::end() {
    Tally& tally = tallies_[at_.alpha];
    const double overlap = overlap_of(start_, network_->spins());
    const bool retrieved = overlap > (*point_)["retrieved_above"];
    const auto sweeps = static_cast<double>(at_.sweep - 1);  // the last one turned nothing
    tally.retrieved += retrieved ? 1 : 0;
    tally.overlap += overlap;
    tally.retrieved_overlap += retrieved ? overlap : 0;
    tally.energy += network_->energy();
    tally.sweeps += sweeps;
    tally.most_sweeps = std::max(tally.most_sweeps, sweeps);
    const auto overlaps = network_->overlaps();
    double other = 0;
    for (std::size_t mu = 0; mu < overlaps.size(); ++mu)
        if (mu != at_.sample % overlaps.size()) other = std::max(other, std::abs(overlaps[mu]));
    tally.other_overlap += other;
    tally.histogram[static_cast<std::size_t>(std::clamp(overlap, 0., 0.9999) * retrieval_bins)] += 1;
    network_.reset();
    at_.sweep = 0;
    if (++at_.sample < static_cast<std::uint64_t>(point_->integer("samples"))) return;
    at_.sample = 0;
    ++at_.alpha;
    patterns_.reset();
}

void HopfieldDescents::write(const Values& values) const {
    const double samples = (*point_)["samples"];
    for (std::size_t k = 0; k < tallies_.size(); ++k) {
        const Tally& tally = tallies_[k];
        for (const auto& [name, sum] :
             std::initializer_list<std::pair<const char*, double>>{{"retrieved", tally.retrieved},
                                                                   {"final_overlap", tally.overlap},
                                                                   {"retrieved_overlap_sum", tally.retrieved_overlap},
                                                                   {"first_step_error", tally.first_step_error},
                                                                   {"final_energy", tally.energy},
                                                                   {"sweeps", tally.sweeps},
                                                                   {"turned", tally.turned},
                                                                   {"largest_other_overlap", tally.other_overlap}})
            values[name][k] = sum / samples;
        values["most_sweeps"][k] = tally.most_sweeps;
        for (std::size_t bin = 0; bin < retrieval_bins; ++bin)
            values["overlap_distribution"][k * retrieval_bins + bin] = tally.histogram[bin] / samples * retrieval_bins;
    }
}

}  // namespace gdm
