#include "gdm/storage/configuration_rows.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <stdexcept>

#include "gdm/base/error.hpp"
#include "gdm/base/named.hpp"
#include "gdm/base/packed_spins.hpp"
#include "gdm/base/suggestion.hpp"
#include "gdm/base/text.hpp"

namespace gdm {
namespace {

const ObservableRecord& stored_in(const SweepReader& reader, const std::filesystem::path& path) {
    const auto* found = find_named(reader.header().observables, configurations_name);
    const auto* store = find_named(reader.header().settings, std::string("store"));
    if (found == nullptr || found->combine != Combine::stored || store == nullptr || store->value < 1) {
        throw UsageError(
            fmt::format("{}: this sweep of {} stores no configurations; a job of spins with 'store = 1000' does",
                        path.string(), reader.header().experiment));
    }
    return *found;
}

/// What a point is asked for.
struct Wanted {
    std::string name, value;
};

std::vector<Wanted> parse_choice(const std::string& choice) {
    std::vector<Wanted> all;
    if (trim(choice).empty()) return all;
    for (const auto& item : split(choice, ',')) {
        const auto equals = item.find('=');
        if (equals == std::string::npos)
            throw UsageError(fmt::format("[{}]: a point is chosen by NAME = VALUE, …, as [T = 2.3, L = 16]", choice));
        all.push_back({std::string(trim(item.substr(0, equals))), std::string(trim(item.substr(equals + 1)))});
    }
    return all;
}

bool is(const PointParameter& parameter, const std::string& value) {
    if (!parameter.word.empty()) return parameter.word == value;
    const auto number = parse_number(value);
    return number && std::abs(*number - parameter.value) <= 1e-6 * std::abs(parameter.value);
}

}  // namespace

ConfigurationRows::ConfigurationRows(const std::filesystem::path& path, const std::string& choice)
    : path_(path), reader_(path) {
    const ObservableRecord& record = stored_in(reader_, path_);
    angles_ = record.unit == angles_unit;
    stored_ = record.shape.front();
    const std::size_t replicas = reader_.header().replicas, first = point_of(choice) * replicas;
    const auto states = reader_.states(first, replicas, true);
    for (std::size_t i = 0; i < replicas; ++i)
        if (states[i] == RowState::done) rows_.push_back(first + i);
    if (rows_.empty()) throw UsageError(fmt::format("{}: no replica of this point is done yet", path_.string()));
    const auto block = reader_.read_rows(rows_.front(), 1);
    sites_ = static_cast<std::size_t>(block[reader_.layout().at(stored_sites_name).offset]);
    shape_ = {rows_.size() * stored_, angles_ ? 2 * sites_ : sites_};
}

std::size_t ConfigurationRows::point_of(const std::string& choice) const {
    const SweepHeader& header = reader_.header();
    const auto wanted = parse_choice(choice);
    std::vector<std::size_t> points(header.points);
    for (std::size_t p = 0; p < points.size(); ++p) points[p] = p;
    for (const auto& [name, value] : wanted) {
        std::vector<std::string> names, values;
        std::vector<std::size_t> left;
        for (const std::size_t p : points) {
            for (const PointParameter& one : header.parameters(p)) {
                if (std::find(names.begin(), names.end(), one.name) == names.end()) names.push_back(one.name);
                if (one.name != name) continue;
                const std::string text = one.word.empty() ? number_text(one.value) : one.word;
                if (std::find(values.begin(), values.end(), text) == values.end()) values.push_back(text);
                if (is(one, value)) left.push_back(p);
            }
        }
        if (values.empty()) {
            throw UsageError(fmt::format("{}: its points have no {}{}; they have {}", path_.string(), name,
                                         did_you_mean(name, names, "; "), fmt::join(names, ", ")));
        }
        if (left.empty()) {
            throw UsageError(
                fmt::format("{}: no point has {} = {}; there are {}", path_.string(), name, value, fmt::join(values, ", ")));
        }
        points = std::move(left);
    }
    if (points.size() == 1) return points.front();
    throw UsageError(fmt::format("{}: {} points fit; choose one, as {}:/replicas/{}[{}]", path_.string(), points.size(),
                                 path_.filename().string(), configurations_name, header.varying_text(points.front())));
}

void ConfigurationRows::read(std::span<double> values) const {
    if (values.size() != shape_[0] * shape_[1]) throw std::invalid_argument("room for all rows and columns");
    const auto& entry = reader_.layout().at(configurations_name);
    const std::size_t width = entry.shape.back();
    for (std::size_t i = 0; i < rows_.size(); ++i) {
        const auto block = reader_.read_rows(rows_[i], 1);
        for (std::size_t k = 0; k < stored_; ++k) {
            const auto numbers = std::span(block).subspan(entry.offset + k * width, width);
            const auto row = values.subspan((i * stored_ + k) * shape_[1], shape_[1]);
            if (!angles_) {
                unpack_spins(numbers, row);
                continue;
            }
            for (std::size_t site = 0; site < sites_; ++site) {
                row[2 * site] = std::cos(numbers[site]);
                row[2 * site + 1] = std::sin(numbers[site]);
            }
        }
    }
}

}  // namespace gdm
