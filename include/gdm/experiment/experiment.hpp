#pragma once

#include <cstddef>
#include <functional>
#include <limits>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "gdm/base/random_stream.hpp"
#include "gdm/base/stop.hpp"
#include "gdm/experiment/along.hpp"
#include "gdm/experiment/checkpoint.hpp"
#include "gdm/experiment/code_file.hpp"
#include "gdm/experiment/derived.hpp"
#include "gdm/experiment/input.hpp"
#include "gdm/experiment/observable.hpp"
#include "gdm/experiment/parameter.hpp"
#include "gdm/experiment/point.hpp"
#include "gdm/experiment/values.hpp"

/// What an experiment is to the rest of the program: data that declares its parameters and results, and one pure function
/// that computes a replica. The runner knows nothing else of physics; numbers are opaque blocks to it.
namespace gdm {

/// An experiment of an earlier version that a present one has taken the place of.
struct FormerExperiment {
    std::string name;
    std::string how;  ///< half a sentence: what to write instead
};

struct Experiment {
    std::string name;
    std::string question;     ///< one sentence that ends in a question mark
    std::string family = {};  ///< heading under which lists show it; those of one family stand together
    std::string source;       ///< paper and equations
    int version = 1;          ///< raised when its numbers change
    /// "kuramoto 1.0 (a1b2c3d)": what it was compiled from, where that is another program than this. Recorded beside this
    /// program's code_version, cut to 32 bytes in the record of a run, and compared with nothing.
    std::string build = {};
    std::vector<Parameter> parameters;
    std::vector<FixedAxis> fixed_axes = {};
    std::vector<Observable> observables;
    std::vector<Derived> derived = {};
    std::vector<Theory> theory = {};
    std::vector<Along> along = {};
    /// What datasets, whole numbers and words of a job say of its other parameters (a dataset that may be given must be).
    std::function<std::vector<Implied>(const Shapes& shapes)> implied = {};
    /// Throws UsageError if parameters that are allowed one by one do not go together at a point, or not with the
    /// datasets; asked of every point before any file is touched.
    std::function<void(const Point& point, const Shapes& shapes)> check = {};
    std::function<Context(const Point& settings, const Inputs& inputs)> prepare = {};
    /// Computes one replica. Pure: the same arguments give the same bits, on any rank and in any order.
    std::function<void(const Point& point, const Context& context, const RandomStream& random, const Stop& stop,
                       Values& values)>
        run;
    /// For replicas that may outlast a run: the bytes of a replica's state at a point, more than none. What they mean is
    /// part of the `version`. Empty: replicas have no state, and begin anew where they were stopped.
    std::function<std::size_t(const Point& point)> state_size = {};
    /// In the place of `run`, with a state: begins, or goes on from `checkpoint.saved()`, to the same bits.
    std::function<void(const Point& point, const Context& context, const RandomStream& random, const Stop& stop,
                       Checkpoint& checkpoint, Values& values)>
        run_from = {};
    /// The setting that makes replicas longer and changes nothing else of them: the state after the last of n steps is that
    /// after n of more. Then --grow may raise it in a file that kept its states (keep_state), and replicas go on. Empty:
    /// none.
    std::string lengthened_by = {};
    /// Work of one replica in nanoseconds, roughly: orders the schedule, and stands in --dry-run for replicas too long to be
    /// tried. Empty: all alike.
    std::function<double(const Point& point)> cost = {};
    /// Seconds within which a replica returns after a stop; then the process ends without it. For code that may not look at
    /// `stop`.
    double grace = std::numeric_limits<double>::infinity();
    std::vector<FormerExperiment> former = {};  ///< refused with this experiment's name and how
    /// What it is made of where it is not part of the program: kept in the sweep file, which refuses other code. Whatever
    /// the numbers depend on belongs to it.
    std::vector<CodeFile> code = {};
    /// The lines of a job that declare it, in the place of `experiment = name`: {"experiment", "percolation.py"}. They are
    /// allowed keys of its jobs, and stand in the normalised job.
    std::vector<std::pair<std::string, std::string>> declared_by = {};

    [[nodiscard]] const Parameter* find_parameter(std::string_view parameter_name) const;
    /// The parameter that `former_name` named in an earlier version, or nullptr.
    [[nodiscard]] const Parameter* find_renamed(std::string_view former_name) const;
    [[nodiscard]] const FixedAxis* find_fixed_axis(std::string_view axis_name) const;
    /// Computes one replica from its beginning in one go, by `run` or `run_from`.
    void compute(const Point& point, const Context& context, const RandomStream& random, const Stop& stop,
                 Values& values) const;
    /// Throws std::logic_error if the declaration contradicts itself (names twice, unknown axes, defaults out of range, not
    /// exactly one of run and run_from, a state without run_from).
    void validate() const;
};

/// The experiment called `name`. Throws UsageError with the names that may be meant, or all, if there is none.
[[nodiscard]] const Experiment& find_experiment(const std::vector<Experiment>& experiments, std::string_view name);

/// What the numbers of an experiment were computed by: code_version(), and the experiment's `build` if it has one.
[[nodiscard]] std::string code_version_of(const Experiment& experiment);

/// The layout of a replica's block when the inner axes have the given lengths.
[[nodiscard]] Layout make_layout(const Experiment& experiment, const std::map<std::string, std::size_t>& inner_lengths);

}  // namespace gdm
