#include "gdm/sweep/merge.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numeric>

#include "gdm/base/error.hpp"
#include "gdm/base/text.hpp"
#include "gdm/sweep/difference.hpp"
#include "gdm/sweep/states.hpp"
#include "joined_points.hpp"
#include "joined_rows.hpp"

namespace gdm {
namespace {

constexpr double most_places = 1e9;  // as for the grid of a job

/// Of the table that gives the points; none for a grid.
std::vector<std::string> columns_of(const SweepHeader& header) {
    return header.table() == nullptr ? std::vector<std::string>() : header.table()->columns;
}

/// Builds the header of the joined file, part by part.
class Merger {
  public:
    explicit Merger(std::span<const NamedHeader> files) : files_(files), merged_(*files.front().header) {}

    SweepHeader run() {
        check();
        join_axes();
        join_seeds();
        join_points(files_, rows_, merged_);
        join_states();
        write_job();
        merged_.created = merged_.code_version = "";
        return std::move(merged_);
    }

  private:
    [[nodiscard]] const NamedHeader& first() const { return files_.front(); }

    void check() const {
        for (const auto& file : files_.subspan(1)) {
            const std::string difference = content_difference(*first().header, *file.header, {first().name, file.name});
            if (!difference.empty()) {
                throw UsageError(fmt::format("{} and {} are of different jobs: {}", first().name, file.name, difference));
            }
            const auto mine = grid_axes(*first().header), theirs = grid_axes(*file.header);
            if (columns_of(*first().header) != columns_of(*file.header)) {
                throw UsageError(
                    fmt::format("{} and {} do not take the same columns from a table: gdm-sweep with a table of all points, "
                                "a new --output and --reuse {} {} joins them",
                                first().name, file.name, first().name, file.name));
            }
            for (std::size_t i = 0; i < mine.size(); ++i) {
                if (mine[i]->name == theirs[i]->name) continue;
                throw UsageError(fmt::format("{} gives {} where {} gives {}: an axis needs the same name in all files",
                                             first().name, mine[i]->name, file.name, theirs[i]->name));
            }
        }
    }

    void join_axes() {
        double places = 1;
        std::size_t number = 0;
        for (auto& axis : merged_.axes) {
            if (axis.role != Role::grid) continue;
            if (!axis.columns.empty()) {
                join_rows(axis);
                places *= static_cast<double>(axis.values.size());
                ++number;
                continue;
            }
            for (const auto& file : files_) {
                const AxisRecord& other = *grid_axes(*file.header)[number];
                if (same_axis(other, *grid_axes(*first().header)[number])) continue;
                changed_.push_back(axis.name);
                append_new_words(axis.words, other.words);
                axis.values.insert(axis.values.end(), other.values.begin(), other.values.end());
            }
            ++number;
            if (!axis.words.empty()) {
                axis.values.resize(axis.words.size());
                for (std::size_t i = 0; i < axis.values.size(); ++i) axis.values[i] = static_cast<double>(i);
            } else if (is_changed(axis.name)) {
                // NaN, which has no order, last.
                std::sort(axis.values.begin(), axis.values.end(),
                          [](double a, double b) { return std::isnan(b) ? !std::isnan(a) : a < b; });
                axis.values.erase(std::unique(axis.values.begin(), axis.values.end(), same_value), axis.values.end());
            }
            places *= static_cast<double>(axis.values.size());
        }
        if (places > most_places) {
            throw UsageError(fmt::format("the axes of these files together make {:.3g} places; the limit is {:.0e}", places,
                                         most_places));
        }
    }

    void join_rows(AxisRecord& axis) {
        std::vector<const SweepHeader*> headers;
        for (const auto& file : files_) headers.push_back(file.header);
        JoinedRows joined = join_table_rows(headers);
        if (joined.count != axis.values.size()) changed_.push_back(axis.name);
        axis.values.resize(joined.count);
        std::iota(axis.values.begin(), axis.values.end(), 0.);
        rows_ = std::move(joined.rows);
    }

    void join_seeds() {
        std::vector<SeedShare> shares;
        for (const auto& file : files_) {
            for (const auto& share : file.header->shares()) {
                const auto known =
                    std::find_if(shares.begin(), shares.end(), [&](const SeedShare& one) { return one.seed == share.seed; });
                if (known == shares.end()) {
                    shares.push_back(share);
                } else {
                    known->replicas = std::max(known->replicas, share.replicas);
                }
            }
            if (!(file.header->adaptive == merged_.adaptive)) merged_.adaptive = {};
        }
        merged_.seed = shares.front().seed;
        merged_.replicas = 0;
        for (const auto& share : shares) merged_.replicas += share.replicas;
        merged_.seeds.clear();
        if (shares.size() == 1) return;
        merged_.seeds = shares;
        merged_.adaptive = {};
    }

    void join_states() {
        StateRoom& room = merged_.state;
        for (const auto& file : files_) {
            room.width = std::max(room.width, file.header->state.width);
            room.kept = room.kept && file.header->state.kept;
        }
        if (!room.kept) room.lengthened_by.clear();
        make_state_room(merged_);
    }

    [[nodiscard]] bool is_changed(const std::string& axis) const {
        return std::find(changed_.begin(), changed_.end(), axis) != changed_.end();
    }

    /// The first file's job with the joined grid in its place.
    void write_job() {
        const std::string given = std::move(merged_.job);
        merged_.job.clear();
        for (const auto& line : split(given, '\n')) {
            const std::string key(trim(line.substr(0, line.find('='))));
            if (key.empty()) continue;
            std::string value(trim(line.substr(std::min(line.size(), line.find('=') + 1))));
            if (key == "points" && is_changed(table_axis_name)) {
                value = fmt::format("{} rows of several tables", merged_.table()->values.size());
            }
            if (is_changed(key)) value = values_text(*merged_.find_axis(key));
            if (key == "seed" && !merged_.seeds.empty()) value = merged_.seeds_text();
            if (key == "replicas" && !merged_.adaptive.any()) value = std::to_string(merged_.replicas);
            const bool decides = key == "target_error" || key == "max_replicas" || key.starts_with("refine");
            if (decides && !merged_.adaptive.any()) continue;
            if (key == "keep_state" && !merged_.state.kept) continue;
            merged_.job += fmt::format("{} = {}\n", key, value);
        }
    }

    [[nodiscard]] static std::string values_text(const AxisRecord& axis) {
        std::vector<std::string> texts = axis.words;
        if (texts.empty()) {
            for (const double value : axis.values) texts.push_back(number_text(value));
        }
        const std::string list = join(texts, ", ");
        // An attribute holds 64 KiB.
        constexpr std::size_t most = 20000;
        return list.size() <= most ? list
                                   : fmt::format("{} values from {} to {}", texts.size(), texts.front(), texts.back());
    }

    std::span<const NamedHeader> files_;
    SweepHeader merged_;
    std::vector<std::vector<std::size_t>> rows_;  ///< of tables: by file, which row of the joined table each row is
    std::vector<std::string> changed_;            ///< grid axes that are not the same in all files
};

}  // namespace

SweepHeader merged_header(std::span<const NamedHeader> files) { return Merger(files).run(); }

}  // namespace gdm
