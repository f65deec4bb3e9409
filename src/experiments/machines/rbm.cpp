#include "gdm/experiments/machines/rbm.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <string>
#include <utility>

#include "gdm/base/bytes.hpp"
#include "gdm/base/error.hpp"
#include "gdm/experiments/machines/training_data.hpp"
#include "gdm/physics/machines/rbm_moments.hpp"
#include "gdm/physics/machines/rbm_training.hpp"
#include "gdm/physics/machines/weight_modes.hpp"

namespace gdm {
namespace {

constexpr double most_exact_units = 24;     // whose states are counted for a log-likelihood
constexpr double most_gradient_units = 18;  // and at every update
constexpr double most_transition_units = 10;

/// What is measured at each recorded update, in the order of the state.
constexpr const char* curve_names[] = {"log_likelihood",    "reconstruction_error", "weight_norm",     "largest_weight",
                                       "visible_bias_norm", "hidden_bias_norm",     "gradient_cosine", "gradient_ratio"};
constexpr std::size_t curves = std::size(curve_names);

TrainingMethod method_of(const Point& point) { return training_method_words.at(point.word("method")); }

double smaller_layer(const Point& point) { return std::min(static_cast<double>(visible_units(point)), point["hidden"]); }

bool exact_likelihood(const Point& point) { return smaller_layer(point) <= most_exact_units; }

/// Whether the expected step of CD-k is enumerated beside the exact gradient.
bool has_bias(const Point& point) {
    const TrainingMethod method = method_of(point);
    return (method == TrainingMethod::cd || method == TrainingMethod::expected_cd) &&
           std::max(static_cast<double>(visible_units(point)), point["hidden"]) <= most_transition_units;
}

TrainingSettings settings_of(const Point& point) {
    const auto whole = [&](const char* name) { return static_cast<std::size_t>(point.integer(name)); };
    return {.method = method_of(point),
            .steps = whole("k"),
            .rate = point["rate"],
            .batch = whole("batch"),
            .decay = point["decay"],
            .temperature = point["T"],
            .chains = whole("chains"),
            .ladder = whole("ladder")};
}

/// A training run with what was recorded of it.
class Run {
  public:
    Run(const Point& point, const BinaryData& data, const RandomStream& random)
        : point_(point),
          data_(data),
          modes_(data_modes(data)),
          places_(point.axis("mode").size()),
          training_(data, static_cast<std::size_t>(point.integer("hidden")), point["initial_weights"], settings_of(point),
                    random),
          recorded_(updates().size() * (curves + 2 * places_), nan) {}

    [[nodiscard]] std::span<const double> updates() const { return point_.axis("update"); }
    [[nodiscard]] std::uint64_t done() const { return training_.updates(); }
    void update() { training_.update(); }

    /// Records what belongs to the present update, wherever it stands on the axis.
    void record(const Stop& stop) {
        for (std::size_t u = 0; u < updates().size(); ++u)
            if (updates()[u] == static_cast<double>(done())) record(u, stop);
    }

    [[nodiscard]] std::vector<std::byte> bytes() const {
        ByteWriter writer;
        training_.save(writer);
        writer.put(std::span(recorded_));
        return writer.take();
    }
    void load(std::span<const std::byte> bytes) {
        ByteReader reader(bytes);
        training_.load(reader);
        reader.get(std::span(recorded_));
    }

    void write(Values& values) const {
        const std::size_t count = updates().size(), width = curves + 2 * places_;
        for (std::size_t u = 0; u < count; ++u) {
            const double* from = recorded_.data() + u * width;
            for (std::size_t c = 0; c < curves; ++c) values[curve_names[c]][u] = from[c];
            for (std::size_t m = 0; m < places_; ++m) {
                values["singular_value"][u * places_ + m] = from[curves + m];
                values["mode_share"][u * places_ + m] = from[curves + places_ + m];
            }
        }
        for (std::size_t m = 0; m < places_; ++m) {
            const auto mode = static_cast<std::size_t>(point_.axis("mode")[m]) - 1;
            values["mode_variance"][m] = mode < modes_.variance.size() ? modes_.variance[mode] : nan;
        }
        values.set("best_log_likelihood", best_log_likelihood(data_));
        write_peak(values);
        write_exchanges(values);
        write_machine(values);
    }

  private:
    static constexpr double nan = std::numeric_limits<double>::quiet_NaN();

    void record(std::size_t u, const Stop& stop) {
        const Rbm& machine = training_.machine();
        const double temperature = point_["T"];
        const auto norm = [](const std::vector<double>& numbers) {
            double sum = 0;
            for (const double x : numbers) sum += x * x;
            return std::sqrt(sum);
        };
        double* to = recorded_.data() + u * (curves + 2 * places_);
        if (exact_likelihood(point_))
            to[0] = log_likelihood(machine, data_, exact_log_partition(machine, temperature, stop), temperature);
        to[1] = reconstruction_error(machine, data_, temperature);
        to[2] = norm(machine.weights);
        to[3] = 0;
        for (const double weight : machine.weights) to[3] = std::max(to[3], std::abs(weight));
        to[4] = norm(machine.visible_bias);
        to[5] = norm(machine.hidden_bias);
        if (has_bias(point_)) {
            const GradientBias bias =
                contrastive_divergence_bias(machine, data_, static_cast<std::size_t>(point_.integer("k")), temperature);
            to[6] = bias.cosine;
            to[7] = bias.ratio;
        }
        const auto values = singular_values(machine), shares = mode_shares(machine, modes_);
        for (std::size_t m = 0; m < places_; ++m) {
            const auto mode = static_cast<std::size_t>(point_.axis("mode")[m]) - 1;
            if (mode < values.size()) to[curves + m] = values[mode];
            if (mode < shares.size()) to[curves + places_ + m] = shares[mode];
        }
    }

    void write_peak(Values& values) const {
        const auto likelihood = values["log_likelihood"];
        if (!exact_likelihood(point_)) return;
        const auto peak = std::max_element(likelihood.begin(), likelihood.end());
        values.set("peak_log_likelihood", *peak);
        values.set("peak_update", updates()[static_cast<std::size_t>(peak - likelihood.begin())]);
        values.set("fall", *peak - likelihood.back());
    }

    void write_exchanges(Values& values) const {
        const auto swaps = training_.swap_acceptance();
        if (swaps.empty() || done() == 0) return;
        const auto all = values["swap_acceptance"];
        double least = 1, sum = 0;
        std::size_t tried = 0;
        for (const double share : swaps) {
            if (std::isnan(share)) continue;  // of odd places after a single round
            least = std::min(least, share);
            sum += share;
            ++tried;
        }
        all[0] = sum / static_cast<double>(tried);
        values.set("least_swap_acceptance", least);
        const double ladders =
            point_["chains"] == 0 ? static_cast<double>(settings_of(point_).rows_of_update(data_.rows())) : point_["chains"];
        values.set("round_trips",
                   static_cast<double>(training_.round_trips()) / (ladders * point_["k"] * static_cast<double>(done())));
    }

    void write_machine(Values& values) const {
        const Rbm& machine = training_.machine();
        const std::size_t rows = point_.axis("visible_unit").size(), columns = point_.axis("hidden_unit").size();
        if (rows < machine.visible || columns < machine.hidden) return;
        for (std::size_t i = 0; i < machine.visible; ++i)
            for (std::size_t j = 0; j < machine.hidden; ++j)
                values["weights"][i * columns + j] = machine.weights[i * machine.hidden + j];
        std::copy(machine.visible_bias.begin(), machine.visible_bias.end(), values["visible_bias"].begin());
        std::copy(machine.hidden_bias.begin(), machine.hidden_bias.end(), values["hidden_bias"].begin());
    }

    const Point& point_;
    const BinaryData& data_;
    DataModes modes_;
    std::size_t places_;
    RbmTraining training_;
    std::vector<double> recorded_;  ///< (update, curves, then singular values and shares)
};

void run(const Point& point, const Context& context, const RandomStream& random, const Stop& stop, Checkpoint& checkpoint,
         Values& values) {
    const BinaryData data = training_data(point, context, random);
    Run training(point, data, random);
    if (!checkpoint.saved().empty()) training.load(checkpoint.saved());
    const double last = training.updates().back();
    if (training.done() == 0) training.record(stop);
    while (static_cast<double>(training.done()) < last) {
        if (checkpoint.due()) checkpoint.save(training.bytes(), static_cast<double>(training.done()) / last);
        training.update();
        training.record(stop);
    }
    checkpoint.end(training.bytes());
    training.write(values);
}

std::size_t state_size(const Point& point) {
    const std::size_t visible = visible_units(point), hidden = static_cast<std::size_t>(point.integer("hidden"));
    const TrainingSettings settings = settings_of(point);
    const std::size_t chains = settings.chains == 0 ? settings.rows_of_update(training_rows(point)) : settings.chains;
    std::size_t bytes = RbmTraining::state_size(visible, hidden, chains, settings);
    bytes += 8 * point.axis("update").size() * (curves + 2 * point.axis("mode").size());
    return bytes;
}

void check_axis(const Point& point, const char* axis, std::size_t units) {
    const auto values = point.axis(axis);
    for (std::size_t k = 0; k < values.size(); ++k)
        if (values[k] != static_cast<double>(k))
            throw UsageError(
                fmt::format("{} counts units from 0; take arange(0, {}), or 0 alone to store no machine", axis, units));
    if (values.size() > 1 && values.size() < units)
        throw UsageError(
            fmt::format("{} has {} values, but there are {} units; take arange(0, {})", axis, values.size(), units, units));
}

void check(const Point& point, const Shapes& shapes) {
    check_training_data(point, shapes);
    const std::size_t visible = visible_units(point);
    const TrainingMethod method = method_of(point);
    const auto updates = point.axis("update");
    for (std::size_t u = 1; u < updates.size(); ++u)
        if (updates[u] <= updates[u - 1])
            throw UsageError(fmt::format("the values of update must rise: {} comes after {}", updates[u], updates[u - 1]));
    if (updates.back() * point["k"] >= 4294967296.)
        throw UsageError("update times k must be less than 2^32 Gibbs steps; take more replicas instead");
    if (method == TrainingMethod::exact && smaller_layer(point) > most_gradient_units)
        throw UsageError(
            fmt::format("method = exact counts the states of the smaller layer at every update, at most {} units, "
                        "not {}; take tempering",
                        most_gradient_units, smaller_layer(point)));
    if (method == TrainingMethod::expected_cd &&
        std::max(static_cast<double>(visible), point["hidden"]) > most_transition_units)
        throw UsageError(fmt::format("method = expected_cd counts the states of both layers, at most {} units each; take cd",
                                     most_transition_units));
    check_axis(point, "visible_unit", visible);
    check_axis(point, "hidden_unit", static_cast<std::size_t>(point.integer("hidden")));
}

double cost(const Point& point) {
    const double visible = static_cast<double>(visible_units(point)), hidden = point["hidden"];
    const double rows = static_cast<double>(settings_of(point).rows_of_update(training_rows(point)));
    const double all = static_cast<double>(training_rows(point)), counted = std::exp2(smaller_layer(point));
    const double larger = std::max(visible, hidden);
    const TrainingMethod method = method_of(point);
    double update = 0;
    if (method == TrainingMethod::exact) {
        update = counted * larger * 1.5 + rows * hidden * (visible + 10);
    } else if (method == TrainingMethod::expected_cd) {
        update = point["k"] * std::exp2(visible + hidden);
    } else {
        double chains = method == TrainingMethod::cd || point["chains"] == 0 ? rows : point["chains"];
        if (method == TrainingMethod::tempering) chains *= point["ladder"];
        const double half = visible * hidden / 40 + 0.5 * (visible + hidden);
        update = (2 * point["k"] + 1) * (chains + 16) * half + (rows + 16) * half + 5 * visible * hidden + 2000;
    }
    const double record = (exact_likelihood(point) ? counted * larger : 0) + all * visible * hidden * 3 +
                          10 * std::pow(std::min(visible, hidden), 3) + visible * visible * hidden;
    return point.axis("update").back() * update + static_cast<double>(point.axis("update").size()) * record;
}

std::vector<Parameter> parameters() {
    std::vector<Parameter> all = training_data_grid();
    for (Parameter& one : std::vector<Parameter>{
             {.name = "hidden",
 .description = "hidden units",
 .kind = Kind::integer,
 .default_value = "16",
 .range = {.min = 1, .max = 65536}},
             {.name = "method",
             .description = "what stands for averages under the model; cd: k Gibbs steps from the data; pcd: chains that go "
                            "on; tempering: these with exchanges of temperatures; exact: all states; expected_cd: cd on "
                            "average, by all states. Data, start and random numbers are the same for all",
             .kind = Kind::word,
             .default_value = "cd",
             .words = training_method_words.list(),
             .keyed = false},
             {.name = "k",
             .description = "Gibbs steps in an update",
             .kind = Kind::integer,
             .default_value = "1",
             .range = {.min = 1, .max = 1e6},
             .keyed = false},
             {.name = "rate",
             .description = "learning rate, of the gradient of the mean log-likelihood",
             .default_value = "0.1",
             .range = {.min = 0, .max = 1e3, .open_min = true},
             .keyed = false},
             {.name = "batch",
             .description = "rows in an update; 0: all",
             .kind = Kind::integer,
             .default_value = "0",
             .range = {.min = 0, .max = 1e6},
             .keyed = false},
             {.name = "decay",
             .description = "weight decay lambda: weights lose rate lambda W in an update",
             .default_value = "0",
             .range = {.min = 0, .max = 1e3},
             .keyed = false},
             {.name = "T",
             .description = "temperature of the machine, which divides its energy",
             .default_value = "1",
             .range = {.min = 1e-3, .max = 1e3},
             .keyed = false},
             {.name = "update",
             .description = "updates done, at which the machine is looked at",
             .role = Role::inner,
             .kind = Kind::integer,
             .default_value = "0, 1, 2, 4, 7, 10, 20, 40, 70, 100, 200, 400, 700, 1000, 2000, 4000, 7000, 10000",
             .range = {.min = 0, .max = 1e9}},
             {.name = "mode",
             .description = "number of a mode, of the weights or of the data, from 1 on",
             .role = Role::inner,
             .kind = Kind::integer,
             .default_value = "1, 2, 3, 4, 5, 6, 7, 8",
             .range = {.min = 1, .max = 65536}},
             {.name = "visible_unit",
             .description = "visible units whose weights are stored after the last update, arange(0, n); 0 alone: none",
             .role = Role::inner,
             .kind = Kind::integer,
             .default_value = "0",
             .range = {.min = 0, .max = 65535}},
             {.name = "hidden_unit",
             .description = "hidden units, alike",
             .role = Role::inner,
             .kind = Kind::integer,
             .default_value = "0",
             .range = {.min = 0, .max = 65535}},
             {.name = "initial_weights",
             .description = "deviation of the normal weights at the start; biases start at 0",
             .role = Role::setting,
             .default_value = "0.01",
             .range = {.min = 0, .max = 1e3}},
             {.name = "chains",
             .description = "chains of pcd, ladders of tempering; 0: as many as rows in an update",
             .role = Role::setting,
             .kind = Kind::integer,
             .default_value = "0",
             .range = {.min = 0, .max = 1e6}},
             {.name = "ladder",
             .description = "temperatures of tempering: 1/T_k from 0 to 1/T in equal steps",
             .role = Role::setting,
             .kind = Kind::integer,
             .default_value = "8",
             .range = {.min = 2, .max = 1024}}})
        all.push_back(std::move(one));
    for (Parameter& one : training_data_settings()) all.push_back(std::move(one));
    return all;
}

std::vector<Observable> observables() {
    const Missing large{"smaller layer above 24 units", [](const Point& point) { return !exact_likelihood(point); }};
    const Missing no_bias{"other methods than cd and expected_cd, or a layer of more than 10 units",
                          [](const Point& point) { return !has_bias(point); }};
    const Missing not_tempered{"other methods than tempering",
                               [](const Point& point) { return method_of(point) != TrainingMethod::tempering; }};
    const Missing beyond{"beyond the last mode"}, not_stored{"not stored, and beyond the units of a smaller machine"};
    const std::vector<std::string> update{"update"}, modes{"update", "mode"};
    return {
        {.name = "log_likelihood",
         .unit = "nat",
         .description = "of the data, the sum over all rows; exact",
         .axes = update,
         .may_be_missing = large},
        {.name = "reconstruction_error",
         .description = "mean squared difference of the data and their reconstruction from hidden probabilities",
         .axes = update},
        {.name = "weight_norm", .description = "sqrt(sum W_ij^2)", .axes = update},
        {.name = "largest_weight", .description = "greatest |W_ij|", .axes = update},
        {.name = "visible_bias_norm", .description = "sqrt(sum a_i^2)", .axes = update},
        {.name = "hidden_bias_norm", .description = "sqrt(sum b_j^2)", .axes = update},
        {.name = "gradient_cosine",
         .description = "of the angle between the expected step of CD-k and the gradient of the log-likelihood",
         .axes = update,
         .may_be_missing = no_bias},
        {.name = "gradient_ratio",
         .description = "norm of the expected step of CD-k over that of the gradient",
         .axes = update,
         .may_be_missing = no_bias},
        {.name = "singular_value", .description = "singular values of W", .axes = modes, .may_be_missing = beyond},
        {.name = "mode_share",
         .description = "share of sum W_ij^2 along a principal mode of the data; the mean of modes of equal variance",
         .axes = modes,
         .may_be_missing = {"beyond the last mode, and while all weights are 0"}},
        {.name = "mode_variance",
         .description = "variance of the data along a mode",
         .axes = {"mode"},
         .may_be_missing = beyond},
        {.name = "best_log_likelihood",
         .unit = "nat",
         .description = "greatest that any law has: that of the data's shares"},
        {.name = "peak_log_likelihood",
         .unit = "nat",
         .description = "greatest of a run, among the values of update",
         .may_be_missing = large},
        {.name = "peak_update", .description = "at which that is", .may_be_missing = large},
        {.name = "fall", .unit = "nat", .description = "how far the log-likelihood fell from it", .may_be_missing = large},
        {.name = "swap_acceptance",
         .description = "probability of an exchange between neighbours, mean of the ladder",
         .may_be_missing = not_tempered},
        {.name = "least_swap_acceptance", .description = "the same of the worst pair", .may_be_missing = not_tempered},
        {.name = "round_trips",
         .unit = "1/step",
         .description = "of all chains of a ladder together, hot to cold and back",
         .may_be_missing = not_tempered},
        {.name = "weights",
         .description = "W after the last update",
         .axes = {"visible_unit", "hidden_unit"},
         .combine = Combine::stored,
         .may_be_missing = not_stored},
        {.name = "visible_bias",
         .description = "a after the last update",
         .axes = {"visible_unit"},
         .combine = Combine::stored,
         .may_be_missing = not_stored},
        {.name = "hidden_bias",
         .description = "b after the last update",
         .axes = {"hidden_unit"},
         .combine = Combine::stored,
         .may_be_missing = not_stored}};
}

/// Of the normal weights at the start: their norm has a χ law, and no mode of the data is preferred.
std::vector<Theory> theory() {
    const auto at_start = [](std::string name, std::string description, std::vector<std::string> axes,
                             double (*value)(double visible, double hidden, double deviation)) {
        return Theory{.name = std::move(name),
                      .description = std::move(description),
                      .axes = std::move(axes),
                      .compute = [value](const Point& point, std::span<double> values) {
                          const double visible = static_cast<double>(visible_units(point));
                          const auto updates = point.axis("update"), modes = point.axis("mode");
                          const std::size_t width = values.size() / updates.size();
                          for (std::size_t k = 0; k < values.size(); ++k) {
                              const bool there = updates[k / width] == 0 && point["initial_weights"] > 0 &&
                                                 (width == 1 || modes[k % width] <= visible);
                              values[k] = there ? value(visible, point["hidden"], point["initial_weights"]) : std::nan("");
                          }
                      }};
    };
    return {at_start("weight_norm_theory", "at the start: the mean of a chi law", {"update"},
                     [](double visible, double hidden, double deviation) {
                         const double half = visible * hidden / 2;
                         return deviation * std::sqrt(2) * std::exp(std::lgamma(half + 0.5) - std::lgamma(half));
                     }),
            at_start("mode_share_theory", "at the start: 1/n of n visible units", {"update", "mode"},
                     [](double visible, double, double) { return 1 / visible; })};
}

}  // namespace

Experiment rbm() {
    Experiment experiment;
    experiment.name = "rbm";
    experiment.question =
        "How well does a restricted Boltzmann machine learn, and when does contrastive divergence lead it astray?";
    experiment.source =
        "Hinton, Neural Computation 14, 1771 (2002); Tieleman, ICML (2008); Desjardins et al., AISTATS (2010); Fischer and "
        "Igel, Pattern Recognition 47, 25 (2014); Decelle, Fissore and Furtlehner, J. Stat. Phys. 172, 1576 (2018)";
    experiment.parameters = parameters();
    experiment.observables = observables();
    experiment.theory = theory();
    experiment.implied = implied_by_training_data;
    experiment.check = check;
    experiment.prepare = prepare_training_data;
    experiment.state_size = state_size;
    experiment.run_from = run;
    experiment.cost = cost;
    return experiment;
}

}  // namespace gdm
