#include "columns.hpp"

#include <algorithm>
#include <limits>
#include <utility>

#include "gdm/base/named.hpp"
#include "gdm/reduction/derive.hpp"
#include "gdm/reduction/error_missing.hpp"

namespace gdm {
namespace {

/// Whether a combined quantity spans the axis; one of stored observables alone would be a dimension without variables.
bool is_used(const Columns& columns, const AxisRecord& axis) {
    const auto spans = [&](const Column& column) { return column.spans(axis.name); };
    return axis.role == Role::grid || std::any_of(columns.observables.begin(), columns.observables.end(), spans) ||
           std::any_of(columns.derived.begin(), columns.derived.end(), spans) ||
           std::any_of(columns.theory.begin(), columns.theory.end(), spans);
}

/// What a table gives: a value, or a word, for each of its rows.
ReducedVariable coordinate_of_rows(const SweepHeader& header, const AxisRecord& table, const PointRecord& record) {
    ReducedVariable variable{.name = record.name,
                             .unit = record.unit,
                             .description = record.description,
                             .dimensions = {table.name},
                             .coordinate = true,
                             .words = record.words};
    const double none = std::numeric_limits<double>::quiet_NaN();
    for (const std::size_t point : header.first_points()) {
        variable.values.push_back(point < header.points ? record.values[point] : none);
    }
    return variable;
}

/// A parameter's values at the points, where no axis holds them: its alternative is the axis, or it is a scaled one.
void add_coordinate(const SweepHeader& header, const Columns& columns, const PointRecord& record, ReducedFile& file) {
    const AxisRecord* axis = header.find_axis(record.name);
    if (axis != nullptr && (axis->role == Role::grid || !is_used(columns, *axis))) return;
    std::vector<std::string> axes;
    if (axis != nullptr) axes.push_back(axis->name);
    if (const AxisRecord* table = header.table(); table != nullptr) {
        if (std::find(table->columns.begin(), table->columns.end(), record.name) != table->columns.end()) {
            file.variables.push_back(coordinate_of_rows(header, *table, record));
            return;
        }
    }
    Column column = make_column(header, record.name, record.unit, record.description, axes);
    // netCDF keeps the name of a dimension for its one-dimensional coordinate.
    if (axis != nullptr) column.value.name += "_at_point";
    for (std::size_t index = 0; index < header.points; ++index) {
        put(std::span(record.values).subspan(index * record.width, record.width), header.place_of(index), column.value);
    }
    column.value.coordinate = true;
    append(std::move(column), file);
}

/// How the error of a mean or a sum is found.
std::string method_of(const SweepHeader& header, const ObservableRecord& observable) {
    const bool in_blocks = combined_axes(observable.axes) != observable.axes;
    const bool binned = std::any_of(header.observables.begin(), header.observables.end(),
                                    [&](const auto& other) { return other.error_of == observable.name; });
    return std::string(in_blocks ? "spread of replicas, or of blocks of their chains of at least 10 autocorrelation times"
                                 : "spread of replicas") +
           (binned ? "; of one replica, its binning error" : "");
}
constexpr const char* and_bounds = " and, in quadrature, what n samples (range/n) and the method leave";

}  // namespace

const Column* Columns::find(const std::string& name) const {
    for (const auto* group : {&observables, &derived}) {
        for (const auto& column : *group) {
            if (column.value.name == name) return &column;
        }
    }
    return nullptr;
}

Columns declare_columns(const SweepHeader& header, const Experiment* experiment) {
    Columns columns;
    const std::string jackknife = to_string(ErrorMethod::jackknife);
    for (const auto& observable : header.observables) {
        if (observable.combine == Combine::stored) continue;
        const Observable* declared = experiment == nullptr ? nullptr : find_named(experiment->observables, observable.name);
        Column column =
            make_column(header, observable.name, observable.unit, observable.description, combined_axes(observable.axes));
        if (observable.error_of.empty()) {
            column.value.notes.emplace_back("combine", std::string(combine_words[observable.combine]));
            const bool logarithmic = observable.combine == Combine::log_mean_exp;
            add_error(column, logarithmic                               ? jackknife
                              : declared != nullptr && declared->bounds ? method_of(header, observable) + and_bounds
                                                                        : method_of(header, observable));
        } else {
            column.value.notes = {{"combine", "quadrature"}, {"error_of", observable.error_of}};
        }
        if (declared != nullptr && !declared->may_be_missing.when.empty()) {
            column.value.notes.emplace_back("missing", declared->may_be_missing.when);
        }
        columns.observables.push_back(std::move(column));
    }
    columns.replicas_done = make_column(header, "replicas_done", "1", "replicas that are done, and used", {});
    columns.replicas_done.value.integer = true;
    columns.replicas_done.value.values.assign(header.places(), 0);
    if (experiment == nullptr) return columns;
    for (const auto& one : experiment->derived) {
        Column column = make_column(header, one.name, one.unit, one.description, one.axes);
        add_error(column, to_string(one.error));
        add_systematic(column);
        columns.derived.push_back(std::move(column));
    }
    for (const auto& one : experiment->theory) {
        columns.theory.push_back(make_column(header, one.name, one.unit, one.description, one.axes));
        columns.theory.back().value.notes.emplace_back("kind", "theory");
    }
    return columns;
}

void assemble(const SweepHeader& header, Columns&& columns, ReducedFile& file) {
    for (const auto& axis : header.axes) {
        if (is_used(columns, axis))
            file.dimensions.push_back({axis.name, axis.unit, axis.description, axis.values, axis.words});
    }
    for (const auto& record : header.point_values) add_coordinate(header, columns, record, file);
    std::vector<std::pair<std::string, MissingErrors>> missing;
    for (const auto* group : {&columns.observables, &columns.derived, &columns.along})
        for (const auto& column : *group)
            if (column.has_error()) missing.emplace_back(column.value.name, column.missing);
    file.attributes.emplace_back("error_missing", summary(missing));
    append(std::move(columns.replicas_done), file);
    for (auto* group : {&columns.observables, &columns.derived, &columns.along, &columns.theory}) {
        for (auto& column : *group) append(std::move(column), file);
    }
}

}  // namespace gdm
