#include "gdm/sweep/difference.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <cmath>

#include "gdm/base/named.hpp"
#include "gdm/base/text.hpp"

namespace gdm {
namespace {

/// "(p = 0.5, update = metropolis)" of a row of the table.
std::string row_text(const SweepHeader& header, std::size_t row) {
    const std::size_t point = row < header.table()->values.size() ? header.first_points()[row] : header.points;
    if (point == header.points) return "missing";
    std::vector<std::string> parts;
    for (const auto& one : header.parameters(point)) {
        const auto& columns = header.table()->columns;
        if (std::find(columns.begin(), columns.end(), one.name) == columns.end()) continue;
        parts.push_back(fmt::format("{} = {}", one.name, one.word.empty() ? number_text(one.value) : one.word));
    }
    return "(" + join(parts, ", ") + ")";
}

/// Compares two headers; each part gives the first difference in words.
class Comparison {
  public:
    Comparison(const SweepHeader& file, const SweepHeader& job, const SideNames& names)
        : file_(file), job_(job), names_(names) {}

    [[nodiscard]] std::string experiment() const {
        if (file_.experiment != job_.experiment) return differ("the experiment", file_.experiment, job_.experiment);
        if (file_.experiment_version != job_.experiment_version) {
            return differ("the experiment's version", file_.experiment_version, job_.experiment_version);
        }
        if (std::string found = code(); !found.empty()) return found;
        const auto same_name = [](const PointRecord& a, const PointRecord& b) { return a.name == b.name; };
        const auto mine = file_.grid_parameters(), theirs = job_.grid_parameters();
        return std::equal(mine.begin(), mine.end(), theirs.begin(), theirs.end(), same_name) ? ""
                                                                                             : "the grid parameters differ";
    }

    [[nodiscard]] std::string seeds() const {
        const auto mine = file_.shares(), theirs = job_.shares();
        const bool common = std::any_of(mine.begin(), mine.end(), [&](const SeedShare& one) {
            return std::any_of(theirs.begin(), theirs.end(), [&](const SeedShare& other) { return one.seed == other.seed; });
        });
        return common ? "" : differ("seed", file_.seeds_text(), job_.seeds_text());
    }

    [[nodiscard]] std::string axes(bool grid) const {
        const auto chosen = [&](const AxisRecord& axis) { return (axis.role == Role::grid) == grid; };
        for (const auto& axis : job_.axes) {
            if (!chosen(axis) || !axis.columns.empty()) continue;
            const AxisRecord* stored = file_.find_axis(axis.name);
            if (stored == nullptr) return fmt::format("{} has no axis '{}'", names_.file, axis.name);
            if (std::string found = values(*stored, axis); !found.empty()) return found;
            if (stored->words != axis.words) return differ(axis.name, join(stored->words, ", "), join(axis.words, ", "));
            if (axis.role == Role::inner && file_.has_point_values(axis.name) != job_.has_point_values(axis.name)) {
                return fmt::format("{} is in other units", axis.name);
            }
        }
        const bool same_number = std::count_if(file_.axes.begin(), file_.axes.end(), chosen) ==
                                 std::count_if(job_.axes.begin(), job_.axes.end(), chosen);
        return same_number ? "" : "the axes differ";
    }

    [[nodiscard]] std::string table() const {
        const AxisRecord *mine = file_.table(), *theirs = job_.table();
        if (mine == nullptr && theirs == nullptr) return "";
        if (mine == nullptr) return fmt::format("{} is a grid, and {} has its points from a table", names_.file, names_.job);
        if (theirs == nullptr)
            return fmt::format("{} has its points from a table, and {} is a grid", names_.file, names_.job);
        if (mine->columns != theirs->columns) {
            return differ("the list of the table's columns", join(mine->columns, ", "), join(theirs->columns, ", "));
        }
        const auto row = differing_row(file_, job_);
        if (!row) return "";
        const std::string number =
            mine->values.size() == theirs->values.size()
                ? ""
                : differ("the number of the table's rows", mine->values.size(), theirs->values.size()) +
                      "; the first that differs: ";
        return number + differ(fmt::format("row {}, counted from 0,", *row), row_text(file_, *row), row_text(job_, *row));
    }

    [[nodiscard]] std::string settings() const {
        for (const auto& setting : job_.settings) {
            const auto stored = std::find_if(file_.settings.begin(), file_.settings.end(),
                                             [&](const SettingRecord& one) { return one.name == setting.name; });
            if (stored == file_.settings.end()) return fmt::format("{} has no setting '{}'", names_.file, setting.name);
            const bool content_known = !stored->content_hash.empty() && !setting.content_hash.empty();
            if (content_known && stored->content_hash != setting.content_hash) {
                return fmt::format("the numbers of {} = {} have changed: their hash {}", setting.name, setting.word,
                                   differ("", stored->content_hash, setting.content_hash).substr(1));
            }
            if (!content_known && stored->word != setting.word) return differ(setting.name, stored->word, setting.word);
            if (setting.word.empty() && !same_value(stored->value, setting.value)) {
                return differ(setting.name, stored->value, setting.value);
            }
        }
        return file_.settings.size() == job_.settings.size() ? "" : "the settings differ";
    }

    [[nodiscard]] std::string observables() const {
        const bool same = std::equal(
            file_.observables.begin(), file_.observables.end(), job_.observables.begin(), job_.observables.end(),
            [](const ObservableRecord& a, const ObservableRecord& b) { return a.name == b.name && a.shape == b.shape; });
        return same ? "" : "the observables differ";
    }

    [[nodiscard]] std::string gaps() const {
        if (file_.grid_index == job_.grid_index) return "";
        return fmt::format("{} holds {} of the {} points of the grid, this job {}", names_.file, file_.points,
                           file_.places(), job_.points);
    }

    /// What a sweep decides while it runs.
    [[nodiscard]] std::string decisions() const {
        const AdaptiveRecord &mine = file_.adaptive, &theirs = job_.adaptive;
        const auto text = [](const std::string& value) { return value.empty() ? std::string("none") : value; };
        if (mine.target_error != theirs.target_error) {
            return differ("target_error", text(mine.target_error), text(theirs.target_error));
        }
        if (mine.refine != theirs.refine) return differ("refine", text(mine.refine), text(theirs.refine));
        return mine == theirs ? "" : "what it decides while it runs differs (target_error, refine)";
    }

    [[nodiscard]] std::string kept_states() const {
        const auto text = [](const SweepHeader& header) { return std::string(header.state.kept ? "yes" : "no"); };
        return file_.state.kept == job_.state.kept ? "" : differ("keep_state", text(file_), text(job_));
    }

    [[nodiscard]] std::string replicas() const {
        return file_.replicas == job_.replicas ? "" : differ("replicas", file_.replicas, job_.replicas);
    }

  private:
    template <class Value>
    [[nodiscard]] std::string differ(const std::string& what, const Value& in_file, const Value& in_job) const {
        return fmt::format("{} is {} in {}, but {} in {}", what, in_file, names_.file, in_job, names_.job);
    }

    [[nodiscard]] std::string code() const {
        for (const auto& mine : file_.code) {
            const CodeFile* theirs = find_named(job_.code, mine.name);
            if (theirs == nullptr) return fmt::format("{} is of other code: it has {}", names_.file, mine.name);
            if (theirs->text == mine.text || (!mine.essence.empty() && mine.essence == theirs->essence)) continue;
            const auto place = std::mismatch(mine.text.begin(), mine.text.end(), theirs->text.begin(), theirs->text.end());
            return fmt::format("{} has changed from its line {} on; its numbers are of the code that {} keeps", mine.name,
                               1 + std::count(mine.text.begin(), place.first, '\n'), names_.file);
        }
        return file_.code.size() == job_.code.size() ? "" : fmt::format("{} is of other code", names_.file);
    }

    [[nodiscard]] std::string values(const AxisRecord& stored, const AxisRecord& axis) const {
        if (stored.values.size() != axis.values.size()) {
            return differ(fmt::format("the number of values of {}", axis.name), stored.values.size(), axis.values.size());
        }
        for (std::size_t i = 0; i < axis.values.size(); ++i) {
            if (same_value(stored.values[i], axis.values[i])) continue;
            return differ(fmt::format("{}[{}]", axis.name, i), stored.values[i], axis.values[i]);
        }
        return "";
    }

    const SweepHeader& file_;
    const SweepHeader& job_;
    const SideNames& names_;
};

std::string first_of(std::initializer_list<std::string> differences) {
    for (const auto& difference : differences) {
        if (!difference.empty()) return difference;
    }
    return "";
}

}  // namespace

bool same_value(double one, double other) {
    return std::bit_cast<std::uint64_t>(one) == std::bit_cast<std::uint64_t>(other) ||
           (std::isnan(one) && std::isnan(other));
}

bool same_parameter(const PointRecord& one, std::size_t point, const PointRecord& other, std::size_t other_point) {
    const double mine = one.values[point], theirs = other.values[other_point];
    if (one.words.empty() != other.words.empty()) return false;
    if (one.words.empty()) return same_value(mine, theirs);
    return one.words.at(static_cast<std::size_t>(mine)) == other.words.at(static_cast<std::size_t>(theirs));
}

bool same_axis(const AxisRecord& one, const AxisRecord& other) {
    return one.words == other.words &&
           std::equal(one.values.begin(), one.values.end(), other.values.begin(), other.values.end(), same_value);
}

std::optional<std::size_t> differing_row(const SweepHeader& file, const SweepHeader& job) {
    const AxisRecord *mine = file.table(), *theirs = job.table();
    if (mine == nullptr || theirs == nullptr || mine->columns != theirs->columns) return std::nullopt;
    const std::size_t common = std::min(mine->values.size(), theirs->values.size());
    const auto points = file.first_points(), wanted = job.first_points();
    std::size_t first = common;
    for (const auto& column : mine->columns) {
        const PointRecord *one = find_named(file.point_values, column), *other = find_named(job.point_values, column);
        for (std::size_t row = 0; row < first; ++row) {
            const bool both = points[row] < file.points && wanted[row] < job.points;
            if (!both || !same_parameter(*one, points[row], *other, wanted[row])) first = row;
        }
    }
    if (first == common && mine->values.size() == theirs->values.size()) return std::nullopt;
    return first;
}

std::string content_difference(const SweepHeader& file, const SweepHeader& job, const SideNames& names) {
    const Comparison compare(file, job, names);
    return first_of({compare.experiment(), compare.axes(false), compare.settings(), compare.observables()});
}

std::string reuse_difference(const SweepHeader& file, const SweepHeader& job, const SideNames& names) {
    const Comparison compare(file, job, names);
    return first_of({compare.experiment(), compare.seeds(), content_difference(file, job, names)});
}

std::string grid_difference(const SweepHeader& file, const SweepHeader& job) {
    const SideNames names;
    const Comparison compare(file, job, names);
    const std::string joined =
        file.seeds.empty() == job.seeds.empty() ? "" : fmt::format("the file joins the seeds {}", file.seeds_text());
    return first_of({joined, compare.table(), compare.axes(true), compare.gaps(), compare.decisions(), compare.replicas(),
                     compare.kept_states()});
}

std::string first_difference(const SweepHeader& file, const SweepHeader& job) {
    return first_of({reuse_difference(file, job), grid_difference(file, job)});
}

}  // namespace gdm
