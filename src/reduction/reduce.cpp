#include "gdm/reduction/reduce.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <optional>

#include "along/along_columns.hpp"
#include "columns.hpp"
#include "gdm/base/named.hpp"
#include "gdm/base/text.hpp"
#include "gdm/reduction/chains.hpp"
#include "gdm/reduction/column.hpp"
#include "gdm/reduction/combiner.hpp"
#include "gdm/reduction/derive.hpp"
#include "gdm/reduction/parameter_mismatch.hpp"
#include "gdm/reduction/provenance.hpp"
#include "gdm/reduction/replicas.hpp"
#include "gdm/storage/disk.hpp"
#include "gdm/sweep/points.hpp"

namespace gdm {
namespace {

class Reducer {
  public:
    Reducer(const SweepReader& reader, const Experiment* experiment, std::string sweep_file)
        : reader_(reader),
          header_(reader.header()),
          sweep_file_(std::move(sweep_file)),
          points_(header_),
          planned_(reader.planned()),
          combiner_(header_.observables) {
        if (const std::string why = experiment_mismatch(header_, experiment); why.empty()) {
            experiment_ = experiment;
            chains_.emplace(*experiment, combiner_);
        } else {
            result_.warnings.emplace_back(why + ": " + left_out());
        }
        if (!reader.header_is_protected()) result_.warnings.emplace_back(unprotected_header_note);
    }

    Reduction run() {
        // A value and an error of every observable at every place of the grid, at least.
        require_memory(16.0 * static_cast<double>(header_.places()) * static_cast<double>(reader_.layout().size()),
                       fmt::format("the grid of {} with {} places", sweep_file_, header_.places()));
        columns_ = declare_columns(header_, experiment_);
        read_replicas();
        go_along();
        warn();
        finish();
        return std::move(result_);
    }

  private:
    /// Without the experiment. What files hold of observables has no word of their bounds.
    [[nodiscard]] static std::string left_out() {
        return "derived quantities and theory are left out, and errors are the spread of replicas alone, without bounds";
    }

    [[nodiscard]] const Observable& declared(const std::string& name) const {
        return *find_named(experiment_->observables, name);
    }

    void read_replicas() {
        result_.counts.points = header_.points;
        visit_replicas(reader_, 0, header_.points, [&](std::size_t point, std::span<const VisitedReplica> replicas) {
            std::vector<double> packed;
            for (const VisitedReplica& one : replicas) {
                if (one.block.empty()) {
                    ++(one.torn ? result_.counts.torn : result_.counts.failed);
                    continue;
                }
                combiner_.pack(one.block, packed);
                ++result_.counts.done;
                columns_.replicas_done.value.values[header_.place_of(point)] += 1;
            }
            reduce_point(point, packed);
        });
    }

    /// `packed`: rows as the Combiner made them.
    void reduce_point(std::size_t index, const std::vector<double>& packed) {
        const Point point = points_[index];
        evaluate_theory(index, point);
        const std::size_t place = header_.place_of(index);
        const auto done = static_cast<std::size_t>(columns_.replicas_done.value.values[place]);
        if (done == 0) return;
        ++(done >= planned_[index] ? result_.counts.complete : result_.counts.partial);
        const auto rows = resampled_rows(experiment_, point, combiner_, packed);
        if (chains_) chains_->check(point, header_.point_text(index), packed);
        auto combined = combiner_.combine(rows);
        if (experiment_ != nullptr) correct_errors(*experiment_, point, combiner_.layout(), done, combined);
        const Combined all(combiner_.layout(), combined.value);
        for (std::size_t i = 0; i < columns_.observables.size(); ++i) {
            const auto& entry = combiner_.layout().entries()[i];
            const auto value = std::span(combined.value).subspan(entry.offset, entry.size);
            const auto error = std::span(combined.error).subspan(entry.offset, entry.size);
            put(value, place, columns_.observables[i].value);
            if (!columns_.observables[i].has_error()) continue;
            put(error, place, columns_.observables[i].error);
            const Observable* observable = experiment_ == nullptr ? nullptr : &declared(entry.name);
            for (std::size_t j = 0; j < entry.size; ++j) {
                columns_.observables[i].count_missing(
                    observable == nullptr ? error_missing(done, value[j], error[j])
                                          : error_missing(*observable, point, all, done, value[j], error[j]));
            }
        }
        if (!columns_.derived.empty()) derive_at(index, point, rows, combined.value);
    }

    void derive_at(std::size_t index, const Point& point, const std::vector<double>& rows,
                   const std::vector<double>& combined) {
        const std::size_t place = header_.place_of(index);
        std::vector<std::size_t> widths;
        for (const auto& column : columns_.derived) widths.push_back(column.width);
        const auto estimates =
            derive(experiment_->derived, widths, point, combiner_, rows, combined, resampling_key(*experiment_, point));
        const std::size_t done = rows.size() / combined.size();
        for (std::size_t i = 0; i < columns_.derived.size(); ++i) {
            const auto& [value, error, systematic, failure] = estimates[i];
            note_failure(columns_.derived[i].value.name, index, failure);
            put(value, place, columns_.derived[i].value);
            put(error, place, columns_.derived[i].error);
            put(systematic, place, columns_.derived[i].systematic);
            for (std::size_t j = 0; j < widths[i]; ++j) {
                columns_.derived[i].count_missing(
                    error_missing(experiment_->derived[i], done, value[j], error[j], systematic[j]));
            }
        }
    }

    void evaluate_theory(std::size_t index, const Point& point) {
        for (std::size_t i = 0; i < columns_.theory.size(); ++i) {
            const auto values = std::span(columns_.theory[i].value.values)
                                    .subspan(header_.place_of(index) * columns_.theory[i].width, columns_.theory[i].width);
            note_failure(columns_.theory[i].value.name, index,
                         attempt([&] { experiment_->theory[i].compute(point, values); }, values));
        }
    }

    void note_failure(const std::string& quantity, std::size_t index, const std::string& why) {
        if (why.empty()) return;
        auto& [points, first] = failures_[quantity];
        if (++points == 1) first = fmt::format("{}: {}", header_.point_text(index), why);
    }

    /// From the columns of derived quantities and observables, once they are complete, and the replicas once more.
    void go_along() {
        if (experiment_ == nullptr) return;
        columns_.along = along_columns(reader_, *experiment_, points_, combiner_,
                                       [&](const std::string& name) { return columns_.find(name); });
    }

    void warn() {
        const auto& counts = result_.counts;
        for (const auto& [observable, text] : chains_ ? chains_->warnings() : std::vector<ChainChecks::Warning>()) {
            result_.warnings.push_back(fmt::format("{}: {}", observable, text));
            for (Column& column : columns_.observables) {
                if (column.value.name == observable) column.warn(text);
            }
        }
        for (const auto& [quantity, failed] : failures_) {
            result_.warnings.push_back(
                fmt::format("{} could not be computed at {} of {} points and is NaN there; the first is {}", quantity,
                            failed.points, counts.points, failed.first));
        }
        if (counts.torn > 0) {
            result_.warnings.push_back(
                fmt::format("{} replicas do not match their checksum (torn by an interrupted write) and "
                            "are left out; the same job computes them again",
                            counts.torn));
        }
        if (counts.failed > 0) {
            const auto failures = reader_.failures();
            result_.warnings.push_back(
                fmt::format("{} replicas failed and are left out{}", counts.failed,
                            failures.empty() ? ""
                                             : fmt::format("; the first: point {}, replica {}: {}", failures.front().point,
                                                           failures.front().replica, failures.front().message)));
        }
    }

    void finish() {
        ReducedFile& file = result_.file;
        file.attributes = provenance(header_, experiment_, sweep_file_);
        const auto& counts = result_.counts;
        for (const auto& [name, count] : {std::pair{"points_complete", counts.complete},
                                          {"points_partial", counts.partial},
                                          {"replicas_done", counts.done},
                                          {"replicas_failed", counts.failed},
                                          {"replicas_torn", counts.torn}}) {
            file.attributes.emplace_back(name, static_cast<std::int64_t>(count));
        }
        file.attributes.emplace_back("warnings", join(result_.warnings, "\n"));
        assemble(header_, std::move(columns_), file);
    }

    const SweepReader& reader_;
    const SweepHeader& header_;
    std::string sweep_file_;
    Points points_;
    std::vector<std::size_t> planned_;
    Combiner combiner_;
    const Experiment* experiment_ = nullptr;
    Columns columns_;
    std::optional<ChainChecks> chains_;
    /// Of a quantity that could not be computed: at how many points, and what happened at the first.
    struct Failed {
        std::size_t points = 0;
        std::string first = {};
    };
    std::map<std::string, Failed> failures_;
    Reduction result_;
};

}  // namespace

Reduction reduce(const SweepReader& reader, const Experiment* experiment, const std::string& sweep_file) {
    return Reducer(reader, experiment, sweep_file).run();
}

}  // namespace gdm
