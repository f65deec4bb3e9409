#include "claims.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>
#include <set>

namespace gdm::fuzz {
namespace {

bool same(std::span<const double> one, std::span<const double> other) {
    return one.size() == other.size() && std::memcmp(one.data(), other.data(), one.size_bytes()) == 0;
}

std::string false_row(const SweepReader& sound, const SweepReader& damaged) {
    const std::size_t rows = sound.header().rows(), width = sound.layout().size();
    if (damaged.header().rows() != rows) return "another number of replicas";
    const auto states = damaged.states(0, rows, true);
    const auto expected = sound.read_rows(0, rows), claimed = damaged.read_rows(0, rows);
    for (std::size_t row = 0; row < rows; ++row) {
        if (states[row] != RowState::done) continue;
        if (!same(std::span(expected).subspan(row * width, width), std::span(claimed).subspan(row * width, width))) {
            return fmt::format("row {} verifies and has other numbers", row);
        }
    }
    return "";
}

/// Of the states of replicas that the sound file has, one that is found must have its bytes. (Of a place whose newest state
/// is damaged the one before it is found, which has another number.)
std::string false_state(const SweepReader& sound, const SweepReader& damaged) {
    const auto records = sound.states_of_replicas().records();
    for (std::size_t i = 0; i < records.size(); ++i) {
        if (records[i].sequence == 0) continue;
        const auto expected = sound.states_of_replicas().find(i / 2, records[i].point, records[i].replica);
        const auto claimed = damaged.states_of_replicas().find(i / 2, records[i].point, records[i].replica);
        if (!expected || !claimed || claimed->record.sequence != expected->record.sequence) continue;
        if (claimed->bytes != expected->bytes)
            return fmt::format("the state in place {} verifies and has other bytes", i / 2);
    }
    return "";
}

/// Attributes that say how many replicas were used, when, and what follows from their number.
bool may_change(const std::string& name) {
    static const std::set<std::string> names{"created",       "warnings",        "points_complete", "points_partial",
                                             "replicas_done", "replicas_failed", "replicas_torn",   "error_missing"};
    return names.count(name) != 0;
}

/// The other attributes.
template <class Attributes>
Attributes lasting(Attributes attributes) {
    std::erase_if(attributes, [](const auto& one) { return may_change(one.first); });
    return attributes;
}

std::string false_frame(const ReducedFile& expected, const ReducedFile& claimed) {
    const auto before = lasting(expected.attributes), after = lasting(claimed.attributes);
    if (before.size() != after.size()) return "another number of attributes";
    for (std::size_t i = 0; i < before.size(); ++i) {
        const auto& [name, value] = before[i];
        if (name != after[i].first) return "other attributes";
        if (value != after[i].second) return "another attribute " + name;
    }
    if (expected.dimensions.size() != claimed.dimensions.size()) return "another number of dimensions";
    for (std::size_t i = 0; i < expected.dimensions.size(); ++i) {
        const auto &one = expected.dimensions[i], &other = claimed.dimensions[i];
        if (one.name != other.name || one.unit != other.unit || one.description != other.description ||
            one.words != other.words || !same(one.values, other.values)) {
            return "another dimension " + one.name;
        }
    }
    return "";
}

std::string false_variable(const ReducedVariable& one, const ReducedVariable& other, const std::vector<bool>& comparable) {
    if (one.unit != other.unit || one.description != other.description || one.dimensions != other.dimensions ||
        one.values.size() != other.values.size()) {
        return "another declaration of " + one.name;
    }
    // What does not stand over the whole grid is a function of several points.
    const bool whole = std::find(comparable.begin(), comparable.end(), false) == comparable.end();
    const std::size_t places = comparable.size(), width = one.values.size() % places == 0 ? one.values.size() / places : 0;
    if (width == 0 || one.name.find("limit") != std::string::npos) {
        return whole && !same(one.values, other.values) ? "other numbers of " + one.name : "";
    }
    for (std::size_t place = 0; place < places; ++place) {
        if (!comparable[place] || one.name == "replicas_done") continue;
        if (!same(std::span(one.values).subspan(place * width, width),
                  std::span(other.values).subspan(place * width, width))) {
            return fmt::format("other numbers of {} at place {}", one.name, place);
        }
    }
    return "";
}

}  // namespace

std::string false_claim(const SweepReader& sound, const Reduction& expected, const SweepReader& damaged,
                        const Reduction& claimed) {
    if (const auto row = false_row(sound, damaged); !row.empty()) return row;
    if (const auto state = false_state(sound, damaged); !state.empty()) return state;
    if (const auto frame = false_frame(expected.file, claimed.file); !frame.empty()) return frame;
    const auto *before = expected.file.find("replicas_done"), *after = claimed.file.find("replicas_done");
    if (before == nullptr || after == nullptr || before->values.size() != after->values.size()) return "another grid";
    std::vector<bool> comparable(before->values.size());
    for (std::size_t place = 0; place < comparable.size(); ++place) {
        comparable[place] = before->values[place] == after->values[place];
    }
    for (const auto& variable : expected.file.variables) {
        // A systematic part is left out where it is zero everywhere.
        const auto* other = claimed.file.find(variable.name);
        if (other == nullptr && !variable.name.ends_with("_systematic")) return variable.name + " is missing";
        if (other == nullptr) continue;
        if (const auto difference = false_variable(variable, *other, comparable); !difference.empty()) return difference;
    }
    return "";
}

}  // namespace gdm::fuzz
