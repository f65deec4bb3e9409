#include "gdm/sweep/difference.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <cmath>

#include "gdm/base/text.hpp"

namespace gdm {
namespace {

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
            if (!chosen(axis)) continue;
            const AxisRecord* stored = file_.find_axis(axis.name);
            if (stored == nullptr) return fmt::format("{} has no axis '{}'", names_.file, axis.name);
            if (const std::string found = values(*stored, axis); !found.empty()) return found;
            if (stored->words != axis.words) return differ(axis.name, join(stored->words, ", "), join(axis.words, ", "));
            if (axis.role == Role::inner && file_.has_point_values(axis.name) != job_.has_point_values(axis.name)) {
                return fmt::format("{} is in other units", axis.name);
            }
        }
        const bool same_number = std::count_if(file_.axes.begin(), file_.axes.end(), chosen) ==
                                 std::count_if(job_.axes.begin(), job_.axes.end(), chosen);
        return same_number ? "" : "the axes differ";
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

bool same_axis(const AxisRecord& one, const AxisRecord& other) {
    return one.words == other.words &&
           std::equal(one.values.begin(), one.values.end(), other.values.begin(), other.values.end(), same_value);
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
    return first_of(
        {joined, compare.axes(true), compare.gaps(), compare.decisions(), compare.replicas(), compare.kept_states()});
}

std::string first_difference(const SweepHeader& file, const SweepHeader& job) {
    return first_of({reuse_difference(file, job), grid_difference(file, job)});
}

}  // namespace gdm
