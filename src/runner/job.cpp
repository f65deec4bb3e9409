#include "gdm/runner/job.hpp"

#include <fmt/format.h>
#include <xxhash.h>

#include <algorithm>
#include <bit>
#include <cerrno>
#include <cmath>
#include <cstring>
#include <fstream>
#include <limits>
#include <sstream>

#include "gdm/base/error.hpp"
#include "gdm/base/text.hpp"
#include "gdm/runner/grid.hpp"
#include "gdm/storage/disk.hpp"
#include "gdm/storage/user_dataset.hpp"

namespace gdm {
namespace {

/// Fewer say too little of their own spread to stop on.
constexpr double least_replicas_with_target = 8;
constexpr std::size_t default_max_replicas = 1024;

std::vector<std::string> known_keys(const Experiment& experiment) {
    std::vector<std::string> keys = common_keys();
    for (const auto& parameter : experiment.parameters) {
        keys.push_back(parameter.name);
        for (const auto& alternative : parameter.alternatives) keys.push_back(alternative.name);
    }
    return keys;
}

[[noreturn]] void refuse(const std::string& key, const JobEntry& entry, const std::string& why) {
    throw UsageError(fmt::format("{}: {} = {}: {}", entry.where, key, entry.value, why));
}

/// Runs `parse`, adding place and key to what it complains about.
template <class Parse>
auto at(const std::string& key, const JobEntry& entry, Parse&& parse) {
    try {
        return parse();
    } catch (const UsageError& error) {
        refuse(key, entry, error.what());
    }
}

std::uint64_t whole_number(const std::string& key, const JobEntry& entry, double least, double most) {
    const auto value = parse_number(entry.value);
    if (!value || *value != std::floor(*value) || *value < least || *value > most) {
        refuse(key, entry, fmt::format("must be a whole number from {} to {}", least, most));
    }
    return static_cast<std::uint64_t>(*value);
}

/// The values of one parameter and the name under which the job gives them.
struct Given {
    const Parameter* parameter = nullptr;
    const Alternative* alternative = nullptr;
    JobEntry entry;
    std::string key;  ///< as the job names it
    std::vector<double> values;
    /// Whether the values are in units that depend on the point; those of an alternative never are.
    [[nodiscard]] bool scaled() const { return parameter->scale && key == parameter->name; }
    [[nodiscard]] const std::string& name() const { return alternative != nullptr ? alternative->name : parameter->name; }
};

/// The parameter's value that a value of its alternative means at a point.
double converted(const Given& given, double raw, const Point& point) {
    const Parameter& parameter = *given.parameter;
    double value = round_to_12_digits(given.alternative->to_parameter(raw, point));
    if (parameter.kind == Kind::integer) value = std::round(value);
    if (!parameter.range.contains(value)) {
        refuse(given.name(), given.entry,
               fmt::format("{} = {} means {} = {}, but {} ({}) must be {}", given.name(), number_text(raw), parameter.name,
                           number_text(value), parameter.name, parameter.description, parameter.range.text()));
    }
    return value;
}

Given read_parameter(const Parameter& parameter, const JobEntries& entries) {
    Given given{&parameter, nullptr, {parameter.default_value, "default"}, {}, {}};
    int times = 0;
    std::string first_place;
    const auto consider = [&](const std::string& name, const Alternative* alternative) {
        const auto found = entries.find(name);
        if (found == entries.end()) return;
        if (++times > 1) {
            refuse(name, found->second,
                   fmt::format("'{}' already gives this ({}); keep one of them", given.name(), first_place));
        }
        first_place = found->second.where;
        given.alternative = alternative;
        given.entry = found->second;
    };
    consider(parameter.name, nullptr);
    for (const auto& alternative : parameter.alternatives) consider(alternative.name, &alternative);
    if (times == 0 && parameter.default_value.empty()) {
        throw UsageError(fmt::format("the job gives no value for '{}' ({})", parameter.name, parameter.description));
    }
    if (parameter.kind == Kind::dataset) {
        given.values = {0};
    } else if (given.entry.implied && given.entry.value == "nan") {
        given.values = {std::numeric_limits<double>::quiet_NaN()};
    } else {
        given.values = at(given.name(), given.entry, [&] {
            return given.alternative != nullptr ? parse_alternative(*given.alternative, given.entry.value)
                                                : parse_parameter(parameter, given.entry.value);
        });
    }
    given.key = given.name();
    if (given.alternative != nullptr && parameter.role != Role::grid) {
        // An inner axis or a setting does not depend on the point: it is stored as the parameter itself.
        for (double& value : given.values) value = converted(given, value, {});
        given.alternative = nullptr;
    }
    return given;
}

/// The shapes of the datasets that the job names.
Shapes dataset_shapes(const Experiment& experiment, const JobEntries& entries) {
    Shapes shapes;
    for (const auto& parameter : experiment.parameters) {
        if (parameter.kind != Kind::dataset) continue;
        const auto found = entries.find(parameter.name);
        if (found == entries.end() || found->second.value == "none") continue;
        shapes[parameter.name] = at(parameter.name, found->second, [&] { return user_dataset_shape(found->second.value); });
    }
    return shapes;
}

/// The entries with what the datasets imply: in place of defaults, or refusing what the job says beside them.
JobEntries with_implied(const Experiment& experiment, JobEntries entries, const Shapes& shapes) {
    if (shapes.empty() || !experiment.implied) return entries;
    const std::string source = entries.at(shapes.begin()->first).value;
    std::vector<Implied> all;
    try {
        all = experiment.implied(shapes);
    } catch (const UsageError& error) {
        throw UsageError(fmt::format("{}: {}", source, error.what()));
    }
    for (const auto& implied : all) {
        const auto parameter =
            std::find_if(experiment.parameters.begin(), experiment.parameters.end(), [&](const auto& one) {
                return one.name == implied.key || std::any_of(one.alternatives.begin(), one.alternatives.end(),
                                                              [&](const auto& other) { return other.name == implied.key; });
            });
        std::vector<std::string> names{parameter->name};
        for (const auto& alternative : parameter->alternatives) names.push_back(alternative.name);
        const auto given =
            std::find_if(names.begin(), names.end(), [&](const auto& name) { return entries.count(name) != 0; });
        if (given == names.end()) {
            entries[implied.key] = {implied.expression, source, true};
        } else if (implied.fixed) {
            refuse(*given, entries.at(*given),
                   implied.expression == "nan"
                       ? fmt::format("{} has no meaning for a dataset; leave it out", *given)
                       : fmt::format("{} is {} for the dataset {}; leave it out", *given, implied.expression, source));
        }
    }
    return entries;
}

void add_setting(Job& job, const Given& given) {
    const Parameter& parameter = *given.parameter;
    SettingRecord record{parameter.name, parameter.unit, parameter.description, given.values.front(), {}};
    if (parameter.kind == Kind::word) record.word = parameter.words[static_cast<std::size_t>(record.value)];
    if (parameter.kind == Kind::dataset) {
        record.word = given.entry.value;
        if (record.word != "none") job.datasets[parameter.name] = record.word;
    }
    job.header.settings.push_back(std::move(record));
}

AxisRecord axis_of(const Given& given, Role role) {
    const Parameter& parameter = *given.parameter;
    const bool other = given.alternative != nullptr;
    AxisRecord axis{given.name(),
                    other ? given.alternative->unit : parameter.unit,
                    other ? given.alternative->description : parameter.description,
                    role,
                    given.values,
                    {}};
    if (parameter.kind == Kind::word) {
        for (double& value : axis.values) {
            axis.words.push_back(parameter.words[static_cast<std::size_t>(value)]);
            value = static_cast<double>(axis.words.size() - 1);
        }
    }
    return axis;
}

/// Fills /points: each grid parameter at each point, an alternative beside it, and the scaled inner axes.
void fill_points(SweepHeader& header, const std::vector<Given>& grid, const std::vector<Given>& inner) {
    std::vector<std::size_t> shape;
    std::size_t points = 1;
    for (const auto& given : grid) {
        shape.push_back(given.values.size());
        points *= given.values.size();
    }
    header.points = header.grid_index.empty() ? points : header.grid_index.size();

    std::vector<PointRecord> records, alternatives, scaled;
    for (const auto& given : grid) {
        const Parameter& parameter = *given.parameter;
        records.push_back({parameter.name, parameter.unit, parameter.description, 1, {}, parameter.words});
        if (given.alternative != nullptr) {
            alternatives.push_back({given.name(), given.alternative->unit, given.alternative->description, 1, {}, {}});
        }
    }
    for (const auto& given : inner) {
        if (!given.scaled()) continue;
        scaled.push_back(
            {given.parameter->name, given.parameter->unit, given.parameter->description, given.values.size(), {}, {}});
    }
    Point base;
    for (const auto& setting : header.settings) base.set(setting.name, setting.value, setting.word);
    for (std::size_t p = 0; p < header.points; ++p) {
        Point point = base;
        const auto place = grid_place(header.place_of(p), shape);
        std::size_t next_alternative = 0, next_scaled = 0;
        for (std::size_t i = 0; i < grid.size(); ++i) {
            const Parameter& parameter = *grid[i].parameter;
            const double raw = grid[i].values[place[i]];
            double value = raw;
            if (grid[i].alternative != nullptr) {
                value = converted(grid[i], raw, point);
                alternatives[next_alternative++].values.push_back(raw);
            }
            records[i].values.push_back(value);
            point.set(parameter.name, value,
                      parameter.kind == Kind::word ? parameter.words[static_cast<std::size_t>(value)] : "");
        }
        for (const auto& given : inner) {
            if (!given.scaled()) continue;
            auto& values = scaled[next_scaled++].values;
            for (const double value : given.values)
                values.push_back(round_to_12_digits(given.parameter->scale(value, point)));
        }
    }
    for (auto* group : {&records, &alternatives, &scaled}) {
        for (auto& record : *group) header.point_values.push_back(std::move(record));
    }
}

void add_fixed_axes_and_observables(SweepHeader& header, const Experiment& experiment) {
    std::map<std::string, std::size_t> lengths;
    for (const auto& axis : header.axes) lengths[axis.name] = axis.values.size();
    for (const auto& axis : experiment.fixed_axes) {
        header.axes.push_back({axis.name, axis.unit, axis.description, Role::fixed, axis.values, {}});
    }
    const Layout layout = make_layout(experiment, lengths);
    for (const auto& observable : experiment.observables) {
        header.observables.push_back({observable.name, observable.unit, observable.description,
                                      std::string(to_string(observable.combine)), observable.error_of, observable.axes,
                                      layout.at(observable.name).shape});
    }
}

/// `target_error` and `max_replicas`.
void read_target(Job& job, const JobEntries& entries) {
    const auto target = entries.find("target_error"), most = entries.find("max_replicas");
    AdaptiveRecord& adaptive = job.header.adaptive;
    if (target == entries.end()) {
        if (most != entries.end()) refuse("max_replicas", most->second, "is for a job with target_error; leave it out");
        return;
    }
    if (entries.count("replicas") == 0) job.replicas = static_cast<std::size_t>(least_replicas_with_target);
    if (const auto replicas = static_cast<double>(job.replicas); replicas < least_replicas_with_target) {
        refuse("replicas", entries.at("replicas"),
               fmt::format("with target_error it is the number that every point starts with, at least {}",
                           least_replicas_with_target));
    }
    job.targets =
        at("target_error", target->second, [&] { return parse_error_targets(*job.experiment, target->second.value); });
    adaptive.target_error = target->second.value;
    adaptive.first_replicas = job.replicas;
    adaptive.max_replicas = std::max<std::size_t>(default_max_replicas, job.replicas);
    if (most != entries.end()) {
        adaptive.max_replicas =
            whole_number("max_replicas", most->second, static_cast<double>(job.replicas), RandomStream::max_replicas);
    }
}

/// `refine`, `refine_where` and `refine_levels`, beside the axes of the grid.
void read_refinement(Job& job, const JobEntries& entries, const std::vector<Given>& grid) {
    const auto axis = entries.find("refine"), where = entries.find("refine_where"), levels = entries.find("refine_levels");
    if (axis == entries.end()) {
        for (const auto& [key, entry] : {std::pair{"refine_where", where}, {"refine_levels", levels}}) {
            if (entry != entries.end()) refuse(key, entry->second, "is for a job with refine = AXIS; leave it out");
        }
        return;
    }
    std::vector<std::string> axes;
    const Given* refined = nullptr;
    for (const auto& given : grid) {
        if (given.parameter->kind == Kind::word) continue;
        axes.push_back(given.name());
        if (given.name() == axis->second.value) refined = &given;
    }
    if (refined == nullptr) {
        refuse("refine", axis->second, fmt::format("takes one grid axis of numbers: {}", join(axes, ", ")));
    }
    if (refined->values.size() < 2 || !std::is_sorted(refined->values.begin(), refined->values.end()) ||
        !std::isfinite(refined->values.back())) {
        refuse("refine", axis->second,
               fmt::format("needs at least two finite values of {}, in ascending order", refined->name()));
    }
    if (where == entries.end()) {
        refuse("refine", axis->second,
               "needs refine_where, the quantity that changes across the transition (as 'phase', or 'binder 0.3')");
    }
    Refinement refinement{axis->second.value, {}, {}, 3};
    const std::string& text = where->second.value;
    const auto gap = text.find_first_of(" \t");
    refinement.quantity = text.substr(0, gap);
    const auto known = quantities_with_error(*job.experiment, true);
    if (std::find(known.begin(), known.end(), refinement.quantity) == known.end()) {
        refuse(
            "refine_where", where->second,
            fmt::format("'{}' is no quantity of one number a point; known are {}", refinement.quantity, join(known, ", ")));
    }
    if (gap != std::string::npos) {
        refinement.level = parse_number(trim(text.substr(gap)));
        if (!refinement.level || !std::isfinite(*refinement.level)) {
            refuse("refine_where", where->second, "after the quantity comes the number that it passes");
        }
    }
    if (levels != entries.end()) refinement.levels = whole_number("refine_levels", levels->second, 1, 20);
    AdaptiveRecord& adaptive = job.header.adaptive;
    adaptive.refine = refinement.axis;
    adaptive.refine_where = text;
    adaptive.refine_levels = refinement.levels;
    if (adaptive.target_error.empty()) adaptive.first_replicas = adaptive.max_replicas = job.replicas;
    job.refinement = refinement;
}

std::string adaptive_text(const AdaptiveRecord& adaptive) {
    std::string text;
    if (!adaptive.target_error.empty()) {
        text += fmt::format("target_error = {}\nmax_replicas = {}\n", adaptive.target_error, adaptive.max_replicas);
    }
    if (!adaptive.refine.empty()) {
        text += fmt::format("refine = {}\nrefine_where = {}\nrefine_levels = {}\n", adaptive.refine, adaptive.refine_where,
                            adaptive.refine_levels);
    }
    return text;
}

void check_point(const Experiment& experiment, const SweepHeader& header, std::size_t index, const Shapes& shapes) {
    try {
        experiment.check(header.point(index), shapes);
    } catch (const UsageError& error) {
        throw UsageError(fmt::format("{} at {}: {}", experiment.name, header.point_text(index), error.what()));
    }
}

}  // namespace

std::span<const CommonKey> common_key_table() {
    static constexpr CommonKey table[] = {
        {"experiment", "which one it is", "phase_diagram, with its built-in job"},
        {"replicas", "independent repetitions of each point; errors come from their spread",
         "1, without errors; 8 with target_error"},
        {"seed", "the same seed gives the same numbers", "1"},
        {"target_error", "QUANTITY ERROR, ...: replicas are added until these errors are reached", "none"},
        {"max_replicas", "with target_error: after these a point gets no more", "1024, or replicas if more"},
        {"refine", "grid axis that is halved where a quantity changes", "none"},
        {"refine_where", "with refine: the quantity, and the number that it passes", "none"},
        {"refine_levels", "with refine: how many times over", "3"}};
    return table;
}

const std::vector<std::string>& common_keys() {
    static const std::vector<std::string> keys = [] {
        std::vector<std::string> names;
        for (const auto& key : common_key_table()) names.emplace_back(key.name);
        return names;
    }();
    return keys;
}

GridSize grid_size(const Experiment& experiment, const JobEntries& entries) {
    GridSize size;
    std::vector<std::string> axes;
    double numbers = 0;
    for (const auto& parameter : experiment.parameters) {
        if (parameter.role != Role::grid) continue;
        std::string name = parameter.name, expression = parameter.default_value;
        const auto consider = [&](const std::string& other) {
            const auto found = entries.find(other);
            if (found == entries.end()) return;
            name = other;
            expression = found->second.value;
        };
        consider(parameter.name);
        for (const auto& alternative : parameter.alternatives) consider(alternative.name);
        const double count = value_count(expression);
        size.points *= count;
        numbers += name == parameter.name ? 1 : 2;
        if (count > 1) axes.push_back(fmt::format("{:.0f} {}", count, name));
    }
    size.text = join(axes, " × ");
    if (const auto given = entries.find("replicas"); given != entries.end()) {
        size.replicas = std::max(parse_number(given->second.value).value_or(1), 1.);
    }
    // Of each point: its parameters, twice while they are gathered, its cost and its plan; of each replica its state.
    size.memory = size.points * (16 * numbers + 64 + 9 * size.replicas);
    return size;
}

JobEntries read_job_text(const std::string& text, const std::string& name) {
    JobEntries entries;
    std::istringstream lines(text);
    std::string line;
    for (int number = 1; std::getline(lines, line); ++number) {
        const std::string where = fmt::format("{}:{}", name, number);
        const auto content = trim(std::string_view(line).substr(0, line.find('#')));
        if (content.empty()) continue;
        if (content.front() == '[') {
            throw UsageError(fmt::format("{}: '{}': job files have no sections; write key = value lines", where, content));
        }
        const auto equals = content.find('=');
        if (equals == std::string_view::npos || trim(content.substr(0, equals)).empty()) {
            throw UsageError(fmt::format("{}: '{}': expected key = value", where, content));
        }
        const std::string key(trim(content.substr(0, equals)));
        const std::string value(trim(content.substr(equals + 1)));
        if (value.empty()) throw UsageError(fmt::format("{}: '{}' has no value", where, key));
        const auto [known, is_new] = entries.insert({key, {value, where}});
        if (!is_new) throw UsageError(fmt::format("{}: '{}' is given again (first at {})", where, key, known->second.where));
    }
    return entries;
}

JobEntries read_job_file(const std::filesystem::path& path) {
    require_regular_file(path, "job file");
    std::ifstream file(path);
    if (!file) throw IoError(fmt::format("{}: {}", path.string(), std::strerror(errno)));
    std::string text(std::size_t{1} << 20, '\0');
    file.read(text.data(), static_cast<std::streamsize>(text.size()));
    text.resize(static_cast<std::size_t>(file.gcount()));
    if (text.size() == std::size_t{1} << 20) throw UsageError(fmt::format("{}: too long for a job file", path.string()));
    if (text.find('\0') != std::string::npos) throw UsageError(fmt::format("{}: not a text file", path.string()));
    if (text.starts_with("\xEF\xBB\xBF")) text.erase(0, 3);  // the byte-order mark of some editors
    return read_job_text(text, path.string());
}

JobEntries overridden(const Experiment& experiment, JobEntries file, const JobEntries& command_line) {
    for (const auto& parameter : experiment.parameters) {
        std::vector<std::string> names{parameter.name};
        for (const auto& alternative : parameter.alternatives) names.push_back(alternative.name);
        if (std::none_of(names.begin(), names.end(), [&](const auto& name) { return command_line.count(name) != 0; }))
            continue;
        for (const auto& name : names) file.erase(name);
    }
    for (const auto& [key, entry] : command_line) file[key] = entry;
    return file;
}

Job make_job(const Experiment& experiment, const JobEntries& given_entries, const std::vector<std::uint64_t>& places) {
    const auto keys = known_keys(experiment);
    for (const auto& [key, entry] : given_entries) {
        if (std::find(keys.begin(), keys.end(), key) != keys.end()) continue;
        if (const Parameter* renamed = experiment.find_renamed(key); renamed != nullptr)
            throw UsageError(fmt::format("{}: '{}' is now called '{}'; its values: gdm-sweep --describe {}", entry.where,
                                         key, renamed->name, experiment.name));
        const std::string nearest = nearest_name(key, keys);
        throw UsageError(fmt::format(
            "{}: '{}' is no key of the experiment {}; {}", entry.where, key, experiment.name,
            nearest.empty() ? fmt::format("known are {}", join(keys, ", ")) : fmt::format("did you mean '{}'?", nearest)));
    }
    const Shapes shapes = dataset_shapes(experiment, given_entries);
    const JobEntries entries = with_implied(experiment, given_entries, shapes);
    if (const auto size = grid_size(experiment, entries); places.empty() && size.points > most_grid_points) {
        throw UsageError(
            fmt::format("the grid has {:.3g} points = {}; the limit is {:.0e}", size.points, size.text, most_grid_points));
    }
    Job job;
    job.experiment = &experiment;
    job.entries = given_entries;
    if (const auto found = entries.find("replicas"); found != entries.end()) {
        job.replicas = whole_number("replicas", found->second, 1, RandomStream::max_replicas);
    }
    if (const auto found = entries.find("seed"); found != entries.end()) {
        job.seed = whole_number("seed", found->second, 0, 9007199254740992.0);
    }
    read_target(job, entries);
    std::vector<Given> grid, inner;
    SweepHeader& header = job.header;
    header.grid_index = places;
    header.job = fmt::format("experiment = {}\n", experiment.name);
    for (const auto& parameter : experiment.parameters) {
        Given given = read_parameter(parameter, entries);
        header.job += fmt::format("{} = {}\n", given.key, given.entry.value);
        if (parameter.role == Role::setting) {
            add_setting(job, given);
        } else {
            header.axes.push_back(axis_of(given, parameter.role));
            (parameter.role == Role::grid ? grid : inner).push_back(std::move(given));
        }
    }
    header.job += fmt::format("replicas = {}\nseed = {}\n", job.replicas, job.seed);
    read_refinement(job, entries, grid);
    header.job += adaptive_text(header.adaptive);
    if (header.job.size() > 60000) throw UsageError("the job is too long; write long lists as linspace or geomspace");
    std::stable_partition(header.axes.begin(), header.axes.end(), [](const AxisRecord& a) { return a.role == Role::grid; });
    header.experiment = experiment.name;
    header.experiment_version = experiment.version;
    header.seed = job.seed;
    header.replicas = job.replicas;
    fill_points(header, grid, inner);
    add_fixed_axes_and_observables(header, experiment);
    if (experiment.check) {
        for (std::size_t p = 0; p < header.points; ++p) check_point(experiment, header, p, shapes);
    }
    return job;
}

Job refined_job(const Job& job, std::span<const double> values, const std::vector<std::uint64_t>& places) {
    std::vector<std::string> list;
    for (const double value : values) list.push_back(number_text(value));
    JobEntries entries = job.entries;
    entries[job.refinement->axis] = {join(list, ", "), "refine"};
    Job refined = make_job(*job.experiment, entries, places);
    refined.header.job = job.header.job;
    refined.header.settings = job.header.settings;
    refined.header.code_version = job.header.code_version;
    refined.header.created = job.header.created;
    refined.header.instruction_set = job.header.instruction_set;
    return refined;
}

std::uint64_t point_key(const Job& job, const Point& point, const Inputs& inputs) {
    std::string text = fmt::format("{}\n{}\n{}\n", job.seed, job.experiment->name, job.experiment->version);
    for (const auto& parameter : job.experiment->parameters) {
        if (parameter.role != Role::grid || !parameter.keyed) continue;
        // Words by their text: their place in a list may change between versions.
        text += parameter.kind == Kind::word
                    ? fmt::format("{}={}\n", parameter.name, point.word(parameter.name))
                    : fmt::format("{}={:016x}\n", parameter.name, std::bit_cast<std::uint64_t>(point[parameter.name]));
    }
    for (const auto& [name, array] : inputs) text += fmt::format("{}={:016x}\n", name, array.content_hash);
    return XXH3_64bits(text.data(), text.size());
}

std::vector<double> costs_of(const Job& job, std::size_t first, std::size_t count) {
    std::vector<double> costs(count, 1.0);
    if (!job.experiment->cost) return costs;
    for (std::size_t p = 0; p < costs.size(); ++p) {
        costs[p] = std::max(job.experiment->cost(job.header.point(first + p)), std::numeric_limits<double>::min());
    }
    return costs;
}

}  // namespace gdm
