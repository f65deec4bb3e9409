#pragma once

#include <any>
#include <cstdint>
#include <functional>
#include <limits>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "gdm/base/random_stream.hpp"
#include "gdm/base/stop.hpp"

/// What an experiment is to the rest of the program: data that declares its parameters and results, and one pure function
/// that computes a replica. The runner knows nothing else of physics; numbers are opaque blocks to it.
namespace gdm {

/// grid: an axis whose product with the others is scattered over ranks. inner: an axis evaluated inside one replica,
/// because the work is shared (t along a trajectory). setting: one value for the whole sweep. fixed: no parameter, but an
/// axis that observables span (used in files, not in declarations of parameters).
enum class Role { grid, inner, setting, fixed };

/// dataset: a path `file.h5:/name`; the program loads it and hands it to `prepare`. One that may be left out has the default
/// `none`, and is then not among the inputs.
enum class Kind { real, integer, word, dataset };

/// The values a number may take; `text()` is what messages and --describe print.
struct Range {
    double min = -std::numeric_limits<double>::infinity();
    double max = std::numeric_limits<double>::infinity();
    bool open_min = false;  ///< min itself is not allowed
    bool open_max = false;
    bool or_infinity = false;  ///< +inf is allowed too; otherwise every value is finite
    [[nodiscard]] bool contains(double value) const;
    [[nodiscard]] std::string text() const;
};

/// The values of all parameters at one point of the grid: numbers, words, and the inner axes.
class Point {
  public:
    /// The number called `name`; words give their place in the parameter's list. Throws std::out_of_range if there is none.
    [[nodiscard]] double operator[](std::string_view name) const;
    [[nodiscard]] std::int64_t integer(std::string_view name) const;
    [[nodiscard]] const std::string& word(std::string_view name) const;
    /// The values of an inner axis at this point (scaled, where the axis is).
    [[nodiscard]] std::span<const double> axis(std::string_view name) const;
    [[nodiscard]] bool has(std::string_view name) const;

    void set(const std::string& name, double value);
    void set(const std::string& name, double index, std::string word);
    void set_axis(const std::string& name, std::vector<double> values);

  private:
    struct Number {
        std::string name;
        double value;
        std::string word;
    };
    struct Axis {
        std::string name;
        std::vector<double> values;
    };
    std::vector<Number> numbers_;
    std::vector<Axis> axes_;
};

/// Another name under which a parameter may be given: α = ln N / d for N.
struct Alternative {
    std::string name;
    std::string unit = "1";
    std::string description = {};
    Range range = {};
    /// The parameter's value from the alternative's. The point holds the settings and the grid parameters declared before
    /// this one; for an inner axis or a setting, which is stored as the parameter itself, it is empty.
    std::function<double(double value, const Point& point)> to_parameter;
};

struct Parameter {
    std::string name;
    std::string unit = "1";
    std::string description = {};
    Role role = Role::grid;
    Kind kind = Kind::real;
    std::string default_value = {};  ///< as in a job file: `linspace(0, 1, 5)`, `1, 4, 16`, `heun`; "" = must be given
    Range range = {};
    std::vector<std::string> words = {};  ///< the allowed words of Kind::word
    /// Keyed values enter the random key. Points that differ only in unkeyed parameters share random numbers on purpose.
    /// By default grid parameters are keyed; settings and inner axes are not.
    bool keyed = true;
    std::vector<Alternative> alternatives = {};
    /// For an inner axis in units that depend on the point: the coordinate from the job's value. Values given under an
    /// alternative's name are the coordinate itself.
    std::function<double(double value, const Point& point)> scale = {};
    std::vector<std::string> former_names = {};  ///< what it was called in earlier versions: refused with the new name
};

/// An axis of observables that is no parameter: a coordinate index, the bins of a histogram.
struct FixedAxis {
    std::string name;
    std::string unit = "1";
    std::string description;
    std::vector<double> values;
};

/// How replicas combine. mean and sum as they say; log_mean_exp: ln of the mean of exp; stored: kept in the sweep file only.
enum class Combine { mean, sum, log_mean_exp, stored };
[[nodiscard]] std::string_view to_string(Combine combine);
[[nodiscard]] std::string_view to_string(Role role);

class Combined;

/// Where an observable does not exist, so that its numbers may be NaN.
struct Missing {
    std::string when = {};                            ///< in words: `d = 1`, `where no root exists`; empty: nowhere
    std::function<bool(const Point& point)> at = {};  ///< the points where that may be; empty: all
};

/// The values that one independent sample of an observable can take. Rare states that none of n samples met may shift a mean
/// by range/n and more, so the reduction adds that to the error, in quadrature: √(s² + (range/n)²). Where the samples are
/// counts of a rare state, k of n, this is √(k + 1)/n, the deviation of its probability given k (uniform prior).
struct Bounds {
    double min = -std::numeric_limits<double>::infinity();  ///< infinite: nothing is added
    double max = std::numeric_limits<double>::infinity();
    double samples = 0;   ///< independent samples in a replica; 0: the setting `samples`, or 1 without one
    double relative = 0;  ///< what the method leaves of the value (a truncation, a quadrature), in quadrature too
    /// What n samples of all `replicas` at a point cannot exclude: (max − min)/n, 0 without bounds.
    [[nodiscard]] double unseen(const Point& point, std::size_t replicas) const;
};
/// The same bounds at every point.
[[nodiscard]] std::function<Bounds(const Point&)> between(double min, double max, double samples = 0);

struct Observable {
    std::string name;
    std::string unit = "1";
    std::string description;
    std::vector<std::string> axes = {};  ///< inner parameters and fixed axes, slowest first; none: a scalar
    Combine combine = Combine::mean;
    /// Where numbers may be NaN; nowhere by default. Infinity is never a result, but for ln 0 = -inf of log_mean_exp. See
    /// not_allowed.
    Missing may_be_missing = {};
    /// For an observable that is the binned error of a Markov chain average: the observable whose error it is.
    std::string error_of = {};
    /// Whether the spread of replicas is the error of their mean at this point: false where a single value has no finite
    /// variance, and the reduction then gives NaN for the error. `combined` holds all observables of the point (an estimated
    /// tail index, say). Empty: always.
    std::function<bool(const Point& point, const Combined& combined)> spread_is_error = {};
    /// For a mean over samples that lie between bounds: `between(0, 1)` for a probability. Empty, or infinite at a point
    /// where the estimator measures rare states by itself: the spread of replicas is the whole error.
    std::function<Bounds(const Point& point)> bounds = {};
    std::string error_missing = "no finite variance";  ///< why there is no error where spread_is_error is false
};

/// Where each observable lies in the block of numbers that one replica writes.
class Layout {
  public:
    struct Entry {
        std::string name;
        std::vector<std::size_t> shape;
        std::size_t offset = 0;
        std::size_t size = 1;
    };
    Layout() = default;
    explicit Layout(std::vector<Entry> entries);  ///< offsets are computed here

    [[nodiscard]] const std::vector<Entry>& entries() const noexcept { return entries_; }
    [[nodiscard]] std::size_t size() const noexcept { return size_; }
    /// Throws std::logic_error naming the undeclared observable and its nearest neighbour.
    [[nodiscard]] const Entry& at(std::string_view name) const;

  private:
    std::vector<Entry> entries_;
    std::size_t size_ = 0;
};

/// The results of one replica, written by name. Starts as NaN: what is not written stays NaN, and makes the replica failed
/// unless its observable may be missing.
class Values {
  public:
    Values(const Layout& layout, std::span<double> block);
    /// The numbers of one observable, slowest axis first. Throws std::logic_error if it was not declared.
    [[nodiscard]] std::span<double> operator[](std::string_view name) const;
    /// Writes an observable of which all numbers are given; a wrong length throws std::logic_error.
    void set(std::string_view name, std::span<const double> values) const;
    void set(std::string_view name, double value) const;

  private:
    const Layout* layout_;
    std::span<double> block_;
};

/// Combined observables of one point, read by name.
class Combined {
  public:
    Combined(const Layout& layout, std::span<const double> block) : layout_(&layout), block_(block) {}
    [[nodiscard]] std::span<const double> operator[](std::string_view name) const;
    [[nodiscard]] double scalar(std::string_view name) const { return (*this)[name].front(); }

  private:
    const Layout* layout_;
    std::span<const double> block_;
};

/// How the error of a derived quantity is found. jackknife: without each replica in turn, right for smooth functions of the
/// combined observables. bootstrap: on resamples of the replicas (Efron 1979), for those that jump, such as a maximum or a
/// crossing.
enum class ErrorMethod { jackknife, bootstrap };

/// A function of the combined observables (a Binder cumulant, a crossing time), computed by the reduction, which gives
/// it an error over replicas.
struct Derived {
    std::string name;
    std::string unit = "1";
    std::string description;
    std::vector<std::string> axes = {};
    ErrorMethod error = ErrorMethod::jackknife;
    /// Fills `value`; may fill `systematic` (zero on entry) with the part of the error that more replicas do not reduce
    /// (extrapolation, interpolation); it is added in quadrature.
    std::function<void(const Point& point, const Combined& combined, std::span<double> value, std::span<double> systematic)>
        compute;
    /// Why there is no error where `compute` makes `systematic` NaN beside a value.
    std::string error_missing = "the part of it that more replicas do not reduce is not known";
};

/// A closed form that stands beside a measured quantity, as the variable `name` of the reduced file.
struct Theory {
    std::string name;
    std::string unit = "1";
    std::string description;
    std::vector<std::string> axes = {};
    std::function<void(const Point& point, std::span<double> value)> compute;
};

/// The limit of a quantity along a grid axis (d → ∞), for each point of the other axes: the value at abscissa 0 of the
/// polynomial fitted to the quantity with weights 1/stderr². The reduction writes it as the variable `name`, with its
/// error (see extrapolate) and χ² per degree of freedom, NAME_chi2. Assumes that the points along the axis have independent
/// errors.
struct Extrapolation {
    std::string name;
    std::string unit = "1";
    std::string description;
    std::string quantity;                                ///< a scalar observable or derived quantity
    std::string axis;                                    ///< a grid parameter, or an alternative of one
    std::function<double(const Point& point)> abscissa;  ///< 1/d, say; 0 in the limit
    int order = 1;                                       ///< of the polynomial
    std::string needs_axis = {};                         ///< only in files with this grid axis: the limit at fixed alpha
};

/// A user's array, as handed to `prepare`: row-major values and their shape.
struct Array {
    std::vector<std::size_t> shape;
    std::shared_ptr<const double[]> values;
    std::uint64_t content_hash = 0;
    std::string source;  ///< file:/name
};

/// The datasets of a job by parameter name.
using Inputs = std::map<std::string, Array>;
/// The shapes of a job's datasets by parameter name, known before they are read.
using Shapes = std::map<std::string, std::vector<std::size_t>>;

/// What a job's datasets say of another parameter.
struct Implied {
    std::string key;         ///< a parameter, or an alternative of one
    std::string expression;  ///< its values, as in a job; "nan": it has no meaning beside a dataset
    bool fixed = false;      ///< the job may not give others; otherwise this takes the place of the default
};

/// What `prepare` builds and `run` reads: of any type, the same for all replicas.
using Context = std::any;

struct Experiment {
    std::string name;
    std::string question;  ///< one sentence that ends in a question mark
    std::string source;    ///< paper and equations
    int version = 1;       ///< raised when its numbers change
    std::vector<Parameter> parameters;
    std::vector<FixedAxis> fixed_axes = {};
    std::vector<Observable> observables;
    std::vector<Derived> derived = {};
    std::vector<Theory> theory = {};
    std::vector<Extrapolation> extrapolations = {};
    /// What the datasets of a job say of its other parameters; asked only if the job names a dataset.
    std::function<std::vector<Implied>(const Shapes& shapes)> implied = {};
    /// Throws UsageError if parameters that are allowed one by one do not go together at a point, or not with the
    /// datasets; asked of every point before any file is touched.
    std::function<void(const Point& point, const Shapes& shapes)> check = {};
    std::function<Context(const Point& settings, const Inputs& inputs)> prepare = {};
    /// Computes one replica. Pure: the same arguments give the same bits, on any rank and in any order.
    std::function<void(const Point& point, const Context& context, const RandomStream& random, const Stop& stop,
                       Values& values)>
        run;
    /// Work of one replica in nanoseconds, roughly: orders the schedule, and stands in --dry-run for replicas too long to be
    /// tried. Empty: all alike.
    std::function<double(const Point& point)> cost = {};

    [[nodiscard]] const Parameter* find_parameter(std::string_view parameter_name) const;
    /// The parameter that `former_name` named in an earlier version, or nullptr.
    [[nodiscard]] const Parameter* find_renamed(std::string_view former_name) const;
    [[nodiscard]] const FixedAxis* find_fixed_axis(std::string_view axis_name) const;
    /// Throws std::logic_error if the declaration contradicts itself (names twice, unknown axes, defaults out of range).
    void validate() const;
};

/// The experiment called `name`. Throws UsageError with the nearest name and all names if there is none.
[[nodiscard]] const Experiment& find_experiment(const std::vector<Experiment>& experiments, std::string_view name);

/// The layout of a replica's block when the inner axes have the given lengths.
[[nodiscard]] Layout make_layout(const Experiment& experiment, const std::map<std::string, std::size_t>& inner_lengths);

/// The first number of a replica's block that is not finite although its observable does not allow it, as
/// `V[3, 17] is not finite (nan)` with its place along the axes, counted from 0; empty if there is none.
[[nodiscard]] std::string not_allowed(const std::vector<Observable>& observables, const Layout& layout, const Point& point,
                                      std::span<const double> block);

/// `value` rounded to 12 significant digits, as it is hashed and run, so that a refined linspace meets its old values.
[[nodiscard]] double round_to_12_digits(double value);

}  // namespace gdm
