#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <stdexcept>
#include <utility>

#include "gdm/base/named.hpp"
#include "gdm/experiment/experiment.hpp"
#include "gdm/experiment/reserved_names.hpp"

namespace gdm {
namespace {

/// Checks of one declaration, part by part.
class Validation {
  public:
    explicit Validation(const Experiment& experiment) : experiment_(experiment) {}

    void run() {
        if (experiment_.name.empty() || experiment_.question.empty() || experiment_.source.empty()) {
            refuse("needs a name, a question and a source");
        }
        if (experiment_.observables.empty()) refuse("declares no observable");
        for (const auto& parameter : experiment_.parameters) check(parameter);
        for (const auto& axis : experiment_.fixed_axes) {
            declare(axis.name, Declared::fixed_axis);
            if (axis.values.empty()) refuse("the axis '{}' is empty", axis.name);
        }
        for (const auto& observable : experiment_.observables) check(observable);
        for (const auto& one : experiment_.derived) check_function(one, Declared::derived);
        for (const auto& one : experiment_.theory) check_function(one, Declared::theory);
        for (const auto& one : experiment_.along) check(one);
        check_state();
    }

  private:
    template <class... Values>
    [[noreturn]] void refuse(fmt::format_string<Values...> text, Values&&... values) const {
        throw std::logic_error(
            fmt::format("experiment '{}': {}", experiment_.name, fmt::format(text, std::forward<Values>(values)...)));
    }

    /// Names of a job's keys and of the reduced file's variables must be unique, and free.
    void declare(const std::string& name, Declared what) {
        if (const std::string why = why_not_declared(name, what); !why.empty()) refuse("{}", why);
        if (!names_.insert(name).second) refuse("the name '{}' is declared twice", name);
    }

    void check(const Parameter& parameter) {
        declare(parameter.name, Declared::parameter);
        if ((parameter.kind == Kind::word) == parameter.words.empty()) refuse("words belong to parameters of kind word");
        if (parameter.role == Role::inner && (parameter.kind == Kind::word || is_input(parameter.kind))) {
            refuse("the inner axis '{}' must hold numbers", parameter.name);
        }
        if (parameter.role == Role::fixed) refuse("a fixed axis is declared under fixed_axes");
        if (is_input(parameter.kind) && parameter.role != Role::setting) refuse("a dataset or a file is a setting");
        if (parameter.scale && parameter.role != Role::inner) refuse("only an inner axis is scaled");
        for (const auto& alternative : parameter.alternatives) {
            declare(alternative.name, Declared::parameter);
            if (!alternative.to_parameter) refuse("'{}' has no conversion", alternative.name);
            check(alternative.name, alternative.only_with);
        }
        for (const auto& former : parameter.former_names) declare(former, Declared::parameter);
    }

    void check(const std::string& owner, const OnlyWith& only_with) const {
        if (only_with.parameter.empty()) return;
        const Parameter* other = experiment_.find_parameter(only_with.parameter);
        const auto known = [&](const std::string& word) {
            return std::find(other->words.begin(), other->words.end(), word) != other->words.end();
        };
        if (other == nullptr || only_with.words.empty() || !std::ranges::all_of(only_with.words, known))
            refuse("'{}' belongs to {}, which no job can say", owner, only_with.text());
    }

    void check_state() const {
        if (static_cast<bool>(experiment_.run) == static_cast<bool>(experiment_.run_from)) {
            refuse("needs run() or run_from(), and not both");
        }
        if (static_cast<bool>(experiment_.run_from) != static_cast<bool>(experiment_.state_size)) {
            refuse("run_from() and state_size() belong together");
        }
        if (experiment_.lengthened_by.empty()) return;
        const Parameter* setting = experiment_.find_parameter(experiment_.lengthened_by);
        if (!experiment_.run_from || setting == nullptr || setting->role != Role::setting ||
            setting->kind != Kind::integer) {
            refuse("is lengthened by '{}', which is no whole-number setting of replicas with a state",
                   experiment_.lengthened_by);
        }
    }

    void check_axes(const std::string& owner, const std::vector<std::string>& axes) const {
        for (const auto& axis : axes) {
            const Parameter* parameter = experiment_.find_parameter(axis);
            if (experiment_.find_fixed_axis(axis) == nullptr && (parameter == nullptr || parameter->role != Role::inner)) {
                refuse("'{}' spans '{}', which is neither an inner nor a fixed axis", owner, axis);
            }
        }
    }

    void check(const Observable& observable) {
        declare(observable.name, Declared::observable);
        check_axes(observable.name, observable.axes);
        if (!observable.error_of.empty() && find_named(experiment_.observables, observable.error_of) == nullptr) {
            refuse("'{}' is the error of an unknown observable", observable.name);
        }
        check_chain(observable);
        if (observable.bounds && observable.combine != Combine::mean) {
            refuse("'{}' has bounds, which belong to means", observable.name);
        }
    }

    /// What an observable says of a Markov chain, or is as a part of one.
    void check_chain(const Observable& observable) const {
        for (const auto* of : {&observable.tau_of, &observable.starts_of}) {
            if (of->empty()) continue;
            const Observable* average = find_named(experiment_.observables, *of);
            if (average == nullptr || combined_axes(average->axes) != observable.axes) {
                refuse("'{}' belongs to '{}', which is no observable over the same axes", observable.name, *of);
            }
        }
        const Parameter* length = experiment_.find_parameter(observable.chain_length);
        if (!observable.tau_of.empty() && (length == nullptr || length->role == Role::inner)) {
            refuse("'{}' needs the length of the chain, but '{}' is no setting", observable.name, observable.chain_length);
        }
        const auto& axes = observable.axes;
        const auto& all = experiment_.observables;
        if (combined_axes(axes) != axes &&
            std::all_of(all.begin(), all.end(), [](const Observable& one) { return one.tau_of.empty(); })) {
            refuse("'{}' has blocks, but no observable tells an autocorrelation time (tau_of)", observable.name);
        }
        if (std::find(axes.begin(), axes.end(), block_axis) != axes.end() &&
            (axes.back() != block_axis || combined_axes(axes).size() + 1 != axes.size() ||
             experiment_.find_parameter(block_axis) != nullptr)) {
            refuse("'{}' has an axis '{}', which must be a fixed one and the last", observable.name, block_axis);
        }
    }

    template <class Quantity>
    void check_function(const Quantity& quantity, Declared what) {
        declare(quantity.name, what);
        check_axes(quantity.name, quantity.axes);
        if (!quantity.compute) refuse("'{}' has no function", quantity.name);
    }

    void check(const Along& one) {
        declare(one.name, Declared::along);
        for (const auto& part : along::parts_of(one.kind)) names_.insert(one.name + part.suffix);
        const Parameter* inner = experiment_.find_parameter(one.axis);
        if (inner != nullptr && inner->role != Role::inner) inner = nullptr;
        if (inner == nullptr && !is_grid_axis(one.axis))
            refuse("'{}' is along '{}', which is no axis of points", one.name, one.axis);
        const auto& size_axis = along::size_axis_of(one.kind);
        for (const auto* axis : {&one.needs_axis, &size_axis}) {
            if (axis->empty() ? axis == &size_axis && has_sizes(one.kind) : !is_grid_axis(*axis) || size_axis == one.axis) {
                refuse("'{}' is along '{}', which is no grid axis beside '{}'", one.name, *axis, one.axis);
            }
        }
        const std::vector<std::string> axes = inner == nullptr ? std::vector<std::string>{} : std::vector{one.axis};
        const Observable* observable = find_named(experiment_.observables, one.quantity);
        const Derived* derived = find_named(experiment_.derived, one.quantity);
        const bool measured = observable != nullptr && combined_axes(observable->axes) == axes &&
                              observable->combine != Combine::stored && observable->error_of.empty();
        if (!measured && (derived == nullptr || derived->axes != axes)) {
            refuse("'{}' is of '{}', which is no {} with an error", one.name, one.quantity,
                   axes.empty() ? "scalar" : "quantity over its axis alone");
        }
        if (const std::string why = along::contradiction(one.kind); !why.empty()) refuse("'{}' {}", one.name, why);
    }

    [[nodiscard]] static bool has_sizes(const along::Kind& kind) {
        return std::holds_alternative<along::Crossing>(kind) || std::holds_alternative<along::Collapse>(kind);
    }

    [[nodiscard]] bool is_grid_axis(const std::string& axis) const {
        const auto& all = experiment_.parameters;
        return std::any_of(all.begin(), all.end(), [&](const Parameter& parameter) {
            return parameter.role == Role::grid &&
                   (parameter.name == axis || find_named(parameter.alternatives, axis) != nullptr);
        });
    }

    const Experiment& experiment_;
    std::set<std::string> names_;
};

}  // namespace

void Experiment::validate() const { Validation(*this).run(); }

}  // namespace gdm
