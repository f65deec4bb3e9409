#include "gdm/experiment/experiment.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstdint>
#include <set>
#include <stdexcept>

#include "gdm/base/error.hpp"
#include "gdm/base/text.hpp"

namespace gdm {

bool Range::contains(double value) const {
    if (!std::isfinite(value)) return or_infinity && value > 0;
    return (open_min ? value > min : value >= min) && (open_max ? value < max : value <= max);
}

std::string Range::text() const {
    const bool bounded_below = min > -std::numeric_limits<double>::infinity();
    const bool bounded_above = max < std::numeric_limits<double>::infinity() || open_max;
    const std::string below = fmt::format("{} {}", open_min ? ">" : "≥", min);
    const std::string above = fmt::format("{} {}", open_max ? "<" : "≤", max);
    const std::string end = or_infinity ? ", or inf" : "";
    if (bounded_below && bounded_above) return below + " and " + above + end;
    if (bounded_below) return below + end;
    return (bounded_above ? above : "any number") + end;
}

namespace {
template <class Named>
auto find_named(const std::vector<Named>& all, std::string_view name) {
    return std::find_if(all.begin(), all.end(), [&](const Named& one) { return one.name == name; });
}

template <class Named>
std::vector<std::string> names_of(const std::vector<Named>& all) {
    std::vector<std::string> names;
    for (const auto& one : all) names.push_back(one.name);
    return names;
}

[[noreturn]] void undeclared(std::string_view name, const std::vector<std::string>& declared) {
    const std::string nearest = nearest_name(name, declared);
    throw std::logic_error(
        fmt::format("'{}' is not declared{}", name, nearest.empty() ? "" : fmt::format("; did you mean '{}'?", nearest)));
}
}  // namespace

double Point::operator[](std::string_view name) const {
    const auto found = find_named(numbers_, name);
    if (found == numbers_.end()) throw std::out_of_range(fmt::format("the point has no parameter '{}'", name));
    return found->value;
}

std::int64_t Point::integer(std::string_view name) const { return std::llround((*this)[name]); }

const std::string& Point::word(std::string_view name) const {
    const auto found = find_named(numbers_, name);
    if (found == numbers_.end()) throw std::out_of_range(fmt::format("the point has no parameter '{}'", name));
    return found->word;
}

std::span<const double> Point::axis(std::string_view name) const {
    const auto found = find_named(axes_, name);
    if (found == axes_.end()) throw std::out_of_range(fmt::format("the point has no inner axis '{}'", name));
    return found->values;
}

bool Point::has(std::string_view name) const { return find_named(numbers_, name) != numbers_.end(); }

void Point::set(const std::string& name, double value) { set(name, value, {}); }

void Point::set(const std::string& name, double index, std::string word) {
    const auto found = std::find_if(numbers_.begin(), numbers_.end(), [&](const Number& n) { return n.name == name; });
    if (found == numbers_.end()) {
        numbers_.push_back({name, index, std::move(word)});
    } else {
        *found = {name, index, std::move(word)};
    }
}

void Point::set_axis(const std::string& name, std::vector<double> values) {
    const auto found = std::find_if(axes_.begin(), axes_.end(), [&](const Axis& a) { return a.name == name; });
    if (found == axes_.end()) {
        axes_.push_back({name, std::move(values)});
    } else {
        found->values = std::move(values);
    }
}

double Bounds::unseen(const Point& point, std::size_t replicas) const {
    const double range = max - min;
    if (!std::isfinite(range)) return 0;
    const double in_replica = samples > 0 ? samples : point.has("samples") ? point["samples"] : 1;
    return range / (in_replica * static_cast<double>(replicas));
}

std::function<Bounds(const Point&)> between(double min, double max, double samples) {
    return [=](const Point&) { return Bounds{min, max, samples}; };
}

std::string_view to_string(Combine combine) {
    switch (combine) {
        case Combine::mean:
            return "mean";
        case Combine::sum:
            return "sum";
        case Combine::log_mean_exp:
            return "log_mean_exp";
        case Combine::stored:
            return "stored";
    }
    return "";
}

std::string_view to_string(Role role) {
    switch (role) {
        case Role::grid:
            return "grid";
        case Role::inner:
            return "inner";
        case Role::setting:
            return "setting";
        case Role::fixed:
            return "fixed";
    }
    return "";
}

Layout::Layout(std::vector<Entry> entries) : entries_(std::move(entries)) {
    for (auto& entry : entries_) {
        entry.size = 1;
        for (const std::size_t n : entry.shape) entry.size *= n;
        entry.offset = size_;
        size_ += entry.size;
    }
}

const Layout::Entry& Layout::at(std::string_view name) const {
    const auto found = find_named(entries_, name);
    if (found == entries_.end()) undeclared(name, names_of(entries_));
    return *found;
}

Values::Values(const Layout& layout, std::span<double> block) : layout_(&layout), block_(block) {
    if (block.size() != layout.size()) throw std::logic_error("a block of values does not fit its layout");
    std::fill(block.begin(), block.end(), std::numeric_limits<double>::quiet_NaN());
}

std::span<double> Values::operator[](std::string_view name) const {
    const auto& entry = layout_->at(name);
    return block_.subspan(entry.offset, entry.size);
}

void Values::set(std::string_view name, std::span<const double> values) const {
    const std::span<double> target = (*this)[name];
    if (values.size() != target.size()) {
        throw std::logic_error(
            fmt::format("observable '{}' takes {} numbers, but {} were written", name, target.size(), values.size()));
    }
    std::copy(values.begin(), values.end(), target.begin());
}

void Values::set(std::string_view name, double value) const { set(name, std::span<const double>(&value, 1)); }

std::span<const double> Combined::operator[](std::string_view name) const {
    const auto& entry = layout_->at(name);
    return block_.subspan(entry.offset, entry.size);
}

const Parameter* Experiment::find_parameter(std::string_view parameter_name) const {
    const auto found = find_named(parameters, parameter_name);
    return found == parameters.end() ? nullptr : &*found;
}

const Parameter* Experiment::find_renamed(std::string_view former_name) const {
    const auto found = std::find_if(parameters.begin(), parameters.end(), [&](const Parameter& parameter) {
        const auto& names = parameter.former_names;
        return std::find(names.begin(), names.end(), former_name) != names.end();
    });
    return found == parameters.end() ? nullptr : &*found;
}

const FixedAxis* Experiment::find_fixed_axis(std::string_view axis_name) const {
    const auto found = find_named(fixed_axes, axis_name);
    return found == fixed_axes.end() ? nullptr : &*found;
}

void Experiment::validate() const {
    const auto refuse = [&](const std::string& what) {
        throw std::logic_error(fmt::format("experiment '{}': {}", name, what));
    };
    if (name.empty() || question.empty() || source.empty() || !run) refuse("needs a name, a question, a source and run()");
    if (observables.empty()) refuse("declares no observable");

    // Names of the job file, and names of the reduced file's variables, must each be unique.
    std::set<std::string> keys, variables;
    const auto unique = [&](std::set<std::string>& taken, const std::string& key) {
        if (key.empty() || !taken.insert(key).second) refuse(fmt::format("the name '{}' is empty or declared twice", key));
    };
    for (const char* reserved : {"experiment", "replicas", "seed", "output", "replicas_done"}) keys.insert(reserved);
    for (const auto& parameter : parameters) {
        unique(keys, parameter.name);
        unique(variables, parameter.name);
        if ((parameter.kind == Kind::word) == parameter.words.empty()) refuse("words belong to parameters of kind word");
        if (parameter.role == Role::inner && (parameter.kind == Kind::word || parameter.kind == Kind::dataset)) {
            refuse(fmt::format("the inner axis '{}' must hold numbers", parameter.name));
        }
        if (parameter.role == Role::fixed) refuse("a fixed axis is declared under fixed_axes");
        if (parameter.kind == Kind::dataset && parameter.role != Role::setting) refuse("a dataset is a setting");
        if (parameter.scale && parameter.role != Role::inner) refuse("only an inner axis is scaled");
        for (const auto& alternative : parameter.alternatives) {
            unique(keys, alternative.name);
            if (!alternative.to_parameter) refuse(fmt::format("'{}' has no conversion", alternative.name));
        }
        for (const auto& former : parameter.former_names) unique(keys, former);
    }
    for (const auto& axis : fixed_axes) {
        unique(variables, axis.name);
        if (axis.values.empty()) refuse(fmt::format("the axis '{}' is empty", axis.name));
    }
    const auto check_axes = [&](const std::string& owner, const std::vector<std::string>& axes) {
        for (const auto& axis : axes) {
            const Parameter* parameter = find_parameter(axis);
            if (find_fixed_axis(axis) == nullptr && (parameter == nullptr || parameter->role != Role::inner)) {
                refuse(fmt::format("'{}' spans '{}', which is neither an inner nor a fixed axis", owner, axis));
            }
        }
    };
    for (const auto& observable : observables) {
        unique(variables, observable.name);
        check_axes(observable.name, observable.axes);
        if (!observable.error_of.empty() && find_named(observables, observable.error_of) == observables.end()) {
            refuse(fmt::format("'{}' is the error of an unknown observable", observable.name));
        }
        if (observable.bounds && observable.combine != Combine::mean) {
            refuse(fmt::format("'{}' has bounds, which belong to means", observable.name));
        }
    }
    for (const auto& one : derived) {
        unique(variables, one.name);
        check_axes(one.name, one.axes);
        if (!one.compute) refuse(fmt::format("'{}' has no function", one.name));
    }
    for (const auto& one : theory) {
        unique(variables, one.name);
        check_axes(one.name, one.axes);
        if (!one.compute) refuse(fmt::format("'{}' has no function", one.name));
    }
    const auto is_grid_axis = [&](const std::string& axis) {
        return std::any_of(parameters.begin(), parameters.end(), [&](const Parameter& parameter) {
            const auto& others = parameter.alternatives;
            return parameter.role == Role::grid && (parameter.name == axis || find_named(others, axis) != others.end());
        });
    };
    for (const auto& one : extrapolations) {
        unique(variables, one.name);
        unique(variables, one.name + "_chi2");
        const auto observable = find_named(observables, one.quantity);
        const auto quantity = find_named(derived, one.quantity);
        const bool measured = observable != observables.end() && observable->axes.empty() &&
                              observable->combine != Combine::stored && observable->error_of.empty();
        if (!measured && (quantity == derived.end() || !quantity->axes.empty())) {
            refuse(fmt::format("'{}' extrapolates '{}', which is no scalar with an error", one.name, one.quantity));
        }
        for (const auto* axis : {&one.axis, &one.needs_axis}) {
            if (is_grid_axis(*axis) || (axis == &one.needs_axis && axis->empty())) continue;
            refuse(fmt::format("'{}' is extrapolated along '{}', which is no grid axis", one.name, *axis));
        }
        if (one.order < 0 || !one.abscissa) refuse(fmt::format("'{}' has no abscissa or a negative order", one.name));
    }
}

const Experiment& find_experiment(const std::vector<Experiment>& experiments, std::string_view name) {
    const auto found = find_named(experiments, name);
    if (found != experiments.end()) return *found;
    const auto names = names_of(experiments);
    const std::string nearest = nearest_name(name, names);
    throw UsageError(fmt::format("unknown experiment '{}'{}; there are: {}", name,
                                 nearest.empty() ? "" : fmt::format(" (did you mean '{}'?)", nearest), join(names, ", ")));
}

Layout make_layout(const Experiment& experiment, const std::map<std::string, std::size_t>& inner_lengths) {
    std::vector<Layout::Entry> entries;
    for (const auto& observable : experiment.observables) {
        Layout::Entry entry{observable.name, {}, 0, 1};
        for (const auto& axis : observable.axes) {
            const FixedAxis* fixed = experiment.find_fixed_axis(axis);
            entry.shape.push_back(fixed != nullptr ? fixed->values.size() : inner_lengths.at(axis));
        }
        entries.push_back(std::move(entry));
    }
    return Layout(std::move(entries));
}

namespace {
constexpr std::uint64_t exponent_bits = 0x7FF0000000000000;

/// Without a branch a number, so that a replica of 10⁵ numbers costs some microseconds.
bool all_finite(std::span<const double> numbers) {
    std::uint64_t special = 0;
    for (const double number : numbers)
        special |= (std::bit_cast<std::uint64_t>(number) & exponent_bits) == exponent_bits ? 1 : 0;
    return special == 0;
}

bool is_allowed(double number, const Observable& observable, const Point& point) {
    const auto& [when, at] = observable.may_be_missing;
    if (std::isnan(number)) return !when.empty() && (!at || at(point));
    return std::isfinite(number) || (number < 0 && observable.combine == Combine::log_mean_exp);
}

std::string place_text(const Layout::Entry& entry, std::size_t index) {
    std::vector<std::string> places;
    for (auto length = entry.shape.rbegin(); length != entry.shape.rend(); ++length) {
        places.insert(places.begin(), fmt::format("{}", index % *length));
        index /= *length;
    }
    return entry.name + (places.empty() ? "" : fmt::format("[{}]", join(places, ", ")));
}
}  // namespace

std::string not_allowed(const std::vector<Observable>& observables, const Layout& layout, const Point& point,
                        std::span<const double> block) {
    if (all_finite(block)) return {};
    for (std::size_t i = 0; i < observables.size(); ++i) {
        const Layout::Entry& entry = layout.entries()[i];
        const auto numbers = block.subspan(entry.offset, entry.size);
        const auto bad = std::find_if(numbers.begin(), numbers.end(),
                                      [&](double number) { return !is_allowed(number, observables[i], point); });
        if (bad == numbers.end()) continue;
        return fmt::format("{} is not finite ({})", place_text(entry, static_cast<std::size_t>(bad - numbers.begin())),
                           *bad);
    }
    return {};
}

double round_to_12_digits(double value) {
    if (!std::isfinite(value) || value == 0) return value == 0 ? 0.0 : value;
    return *parse_number(fmt::format("{:.11e}", value));
}

}  // namespace gdm
