#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "gdm/experiment/experiment.hpp"

/// What a sweep is, as data: what its file says of axes, points, settings and observables before the first replica runs.
namespace gdm {

inline constexpr const char* sweep_format = "gdm-sweep";
inline constexpr int sweep_format_version = 1;

/// One parameter axis as stored under /axes.
struct AxisRecord {
    std::string name;
    std::string unit;
    std::string description;
    Role role = Role::grid;
    std::vector<double> values;
    std::vector<std::string> words;  ///< labels of `values` where the parameter takes words
    /// Of the axis of a table's rows: the parameters, or alternatives of parameters, that a row gives; /points holds them.
    std::vector<std::string> columns = {};
};

/// The axis of the points that a table lists, its values 0, 1, 2, …: no parameter has this name.
inline constexpr const char* table_axis_name = "table_row";

/// One parameter as stored under /points: a value for each point, or (P, n) values of a scaled inner axis.
struct PointRecord {
    std::string name;
    std::string unit;
    std::string description;
    std::size_t width = 1;  ///< n of a scaled inner axis
    std::vector<double> values;
    std::vector<std::string> words;
};

/// One setting as stored under /settings.
struct SettingRecord {
    std::string name;
    std::string unit;
    std::string description;
    double value = 0;
    std::string word;               ///< for words and datasets
    std::string content_hash = {};  ///< of a dataset, in hex; empty in files that do not tell
};

/// One observable as stored under /replicas.
struct ObservableRecord {
    std::string name;
    std::string unit;
    std::string description;
    Combine combine = Combine::mean;
    std::string error_of;
    std::vector<std::string> axes;
    std::vector<std::size_t> shape;
};

/// Consecutive replicas of one seed.
struct SeedShare {
    std::uint64_t seed = 1;
    std::size_t replicas = 0;
};

/// What a sweep decides from its own results while it runs, as the job asks for it; empty where the job fixes all replicas
/// and points.
struct AdaptiveRecord {
    std::string target_error;        ///< "clone_agreement 0.005, t_s 1 %"
    std::size_t first_replicas = 0;  ///< of every point, before the target is looked at
    std::size_t max_replicas = 0;
    std::string refine;  ///< a grid axis whose intervals are halved
    std::string refine_where;
    std::size_t refine_levels = 0;
    [[nodiscard]] bool any() const noexcept { return !target_error.empty() || !refine.empty(); }
    bool operator==(const AdaptiveRecord&) const = default;
};

/// The room of a file for the states of replicas under way (gdm/sweep/states.hpp).
struct StateRoom {
    std::size_t width = 0;           ///< bytes of the largest state; 0: replicas have none
    std::size_t places = 0;          ///< for one replica each
    bool kept = false;               ///< states stay when their replicas are done
    std::string lengthened_by = {};  ///< the setting that may be raised then
    std::size_t at_once = 1;         ///< replicas that are computed at a time; not in the file
    [[nodiscard]] bool any() const noexcept { return width > 0; }
};

/// One parameter of a point, as it is told to people.
struct PointParameter {
    std::string name;
    double value = 0;
    std::string word;     ///< where the parameter takes words
    bool varies = false;  ///< whether the axis, or its table, has several values
};

/// Everything that is fixed when a sweep file is created.
struct SweepHeader {
    std::string experiment;
    int experiment_version = 1;
    std::string job;  ///< the job in full, normalised: what a resume must equal
    std::string code_version;
    std::string created;  ///< ISO 8601, UTC
    std::string instruction_set;
    std::uint64_t seed = 1;
    std::vector<SeedShare> seeds = {};  ///< of a file that gdm-merge joined from sweeps of several seeds; otherwise empty
    std::size_t points = 0;             ///< P
    std::size_t replicas = 0;           ///< R
    /// Where each point lies in the product of the grid axes (last axis fastest), ascending; empty where the points are
    /// the whole product. A refined grid and one joined from parts hold fewer.
    std::vector<std::uint64_t> grid_index;
    AdaptiveRecord adaptive;
    StateRoom state = {};
    std::vector<AxisRecord> axes;  ///< grid axes in the order of the grid (slowest first), then inner and fixed axes
    std::vector<PointRecord> point_values;
    std::vector<SettingRecord> settings;
    std::vector<ObservableRecord> observables;
    std::vector<CodeFile> code = {};  ///< of an experiment that is not part of the program; stored under /code

    [[nodiscard]] std::size_t rows() const noexcept { return points * replicas; }
    [[nodiscard]] Layout layout() const;
    /// The grid parameters of a point under the names that the job gives them; those without meaning there are left out.
    [[nodiscard]] std::vector<PointParameter> parameters(std::size_t index) const;
    /// "mu = 0.5, d = 4": of these the ones that differ between points.
    [[nodiscard]] std::string varying_text(std::size_t index) const;
    /// Lengths of the grid axes, slowest first.
    [[nodiscard]] std::vector<std::size_t> grid_shape() const;
    /// Their product; `points` unless the grid has gaps.
    [[nodiscard]] std::size_t places() const;
    /// The place of a point in the product of the grid axes.
    [[nodiscard]] std::size_t place_of(std::size_t point) const { return grid_index.empty() ? point : grid_index[point]; }
    /// The point at a place, or nothing where there is a gap.
    [[nodiscard]] std::optional<std::size_t> point_at(std::size_t place) const;
    [[nodiscard]] const AxisRecord* find_axis(std::string_view name) const;
    /// The axis of a table's rows, which is the slowest; null where all grid parameters are axes.
    [[nodiscard]] const AxisRecord* table() const;
    /// The row of the table in which a point stands.
    [[nodiscard]] std::size_t row_of(std::size_t point) const;
    /// The first point of each row of the table; `points` for a row without any, which only a grid with gaps may have.
    [[nodiscard]] std::vector<std::size_t> first_points() const;
    /// The grid parameters themselves, as they stand first in /points; alternatives and scaled inner axes follow.
    [[nodiscard]] std::span<const PointRecord> grid_parameters() const;
    /// "p = 0.5, update = metropolis": the point by its grid axes, without those that have no meaning (NaN).
    [[nodiscard]] std::string point_text(std::size_t index) const;
    /// Which replicas are of which seed, in order.
    [[nodiscard]] std::vector<SeedShare> shares() const;
    /// "1, 2, 3"
    [[nodiscard]] std::string seeds_text() const;
    /// Whether /points holds this name: a grid parameter, or an inner axis that is scaled by point.
    [[nodiscard]] bool has_point_values(std::string_view name) const;
};

}  // namespace gdm
