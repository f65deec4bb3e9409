#include "gdm/experiments/networks/training_memorisation.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <tuple>
#include <utility>

#include "gdm/base/bytes.hpp"
#include "gdm/base/error.hpp"
#include "gdm/experiments/networks/training_points.hpp"
#include "gdm/experiments/shared/mixture_parameters.hpp"
#include "gdm/experiments/shared/user_points.hpp"
#include "gdm/physics/networks/random_features.hpp"
#include "gdm/physics/process/forward_process.hpp"
#include "gdm/physics/process/overlap_functions.hpp"

namespace gdm {

namespace {

constexpr double most_features = 8192, most_numbers = 1 << 28;

bool from_dataset(const Point& point) { return std::isnan(point["mu"]); }
Activation activation_of(const Point& point) { return activation_words.at(point.word("activation")); }

std::vector<Implied> implied(const Shapes& shapes) {
    const auto& shape = shapes.at("dataset");
    if (shape.size() != 2 || shape[0] < 4 || shape[1] < 2 || shape[1] > 4096) {
        throw UsageError(
            "the dataset must be a table of points, N rows (4 or more) of d columns (2 to 4096); "
            "analysis/make_dataset.py makes one of arrays and images");
    }
    const auto d = static_cast<double>(shape[1]);
    std::vector<std::string> sizes;
    for (std::size_t n = shape[0] / 2; n >= 2 && sizes.size() < 4; n /= 2)
        sizes.insert(sizes.begin(), fmt::format("{}", static_cast<double>(n) / d));
    return {{"mu", "nan", true},
            {"sigma2", "nan", true},
            {"d", fmt::format("{}", shape[1]), true},
            {"psi_n", fmt::format("{}", fmt::join(sizes, ", ")), false}};
}

void check(const Point& point, const Shapes& shapes) {
    const double n = trained_points(point), p = random_feature_count(point), d = point["d"];
    if (!(n >= 1)) throw UsageError(fmt::format("psi_n = {} is less than one point; take at least 1/d", point["psi_n"]));
    if (!(p >= 1 && p <= most_features))
        throw UsageError(fmt::format("psi_p d = {:g} features are not allowed; take 1 to {:g}", p, most_features));
    if (n * d > most_numbers)
        throw UsageError(
            fmt::format("{:g} points of {:g} coordinates need more than 2 GiB; take a smaller psi_n or d", n, d));
    const auto dataset = shapes.find("dataset");
    if (dataset != shapes.end() && n >= static_cast<double>(dataset->second[0]))
        throw UsageError(
            fmt::format("psi_n d = {:g} points leave no row of {} to test on; take a smaller psi_n", n, dataset->second[0]));
    if (point.word("activation") == "tanh" && !from_dataset(point)) {
        const double variance = mixture_of(point).variance(point["t"]);
        if (variance > 2)
            throw UsageError(
                fmt::format("tanh is averaged over preactivations of variance up to 2, here {:.3g}; take a "
                            "smaller sigma2 or activation = erf",
                            variance));
    }
}

Context prepare(const Point& settings, const Inputs& inputs) {
    const auto found = inputs.find("dataset");
    if (found == inputs.end()) return {};
    return user_points(found->second, settings.word("standardise"));
}

DenseMatrix draw_features(std::size_t p, std::size_t d, const RandomStream& random) {
    DenseMatrix weights(p, d);
    for (std::size_t i = 0; i < p; ++i) {
        RandomSequence sequence(random, Purpose::couplings, static_cast<std::uint32_t>(i));
        for (double& weight : weights.row(i)) weight = sequence.normal();
    }
    return weights;
}

void write_spectrum(std::span<const double> spectrum, Values& values) {
    values.set("mean_eigenvalue",
               std::accumulate(spectrum.begin(), spectrum.end(), 0.0) / static_cast<double>(spectrum.size()));
    const auto share = values["eigenvalue_share"];
    std::fill(share.begin(), share.end(), 0.0);
    const double first = eigenvalue_bins().values.front() - eigenvalue_bin_width / 2;
    for (const double lambda : spectrum) {
        const double bin = lambda > 0 ? std::floor((std::log10(lambda) - first) / eigenvalue_bin_width) : 0;
        const auto place = static_cast<std::size_t>(std::clamp(bin, 0.0, static_cast<double>(share.size()) - 1));
        share[place] += 1 / static_cast<double>(spectrum.size());
    }
}

/// Nanoseconds on one core with AVX2.
double cost(const Point& point) {
    const double n = trained_points(point), p = random_feature_count(point);
    const double terms = activation_of(point) == Activation::relu ? 60 : 4;  // of the series
    return 2e4 + p * p * (0.5 * p + 0.1 * terms * n + 0.1 * static_cast<double>(point.axis("tau").size())) + 150 * n * p;
}

/// The sums over points, p²/2 numbers, where points are many; else the eigenproblem takes the time, and there is no state.
std::size_t state_size(const Point& point) {
    const double p = random_feature_count(point);
    return trained_points(point) < 32 * p ? 0 : FeatureMomentSums::state_size(static_cast<std::size_t>(p));
}

/// Averages over the training points, which take the time of long replicas.
FeatureMoments trained_moments(const Point& point, const TrainingPoints& points, FeatureMomentSums& sums, const Stop& stop,
                               Checkpoint& checkpoint) {
    const std::size_t size = state_size(point);
    if (!checkpoint.saved().empty()) {
        ByteReader reader(checkpoint.saved());
        sums.load(reader);
    }
    const double share = 0.4 * trained_points(point) / (0.4 * trained_points(point) + random_feature_count(point));
    while (sums.points() < points.count()) {
        if (checkpoint.due()) {
            ByteWriter writer;
            if (size > 0) sums.save(writer);
            checkpoint.save(writer.bytes(),
                            share * static_cast<double>(sums.points()) / static_cast<double>(points.count()));
        }
        sums.add(points.from(sums.points(), FeatureMomentSums::block), stop);
    }
    return sums.averages();
}

void run(const Point& point, const Context& context, const RandomStream& random, const Stop& stop, Checkpoint& checkpoint,
         Values& values) {
    const double delta = noise_variance(point["t"]);
    const NoisyActivation activation(activation_of(point));
    const DenseMatrix weights =
        draw_features(static_cast<std::size_t>(random_feature_count(point)), static_cast<std::size_t>(point["d"]), random);
    const TrainingPoints points(point, context, random);
    FeatureMomentSums sums(activation, weights, delta, stop);
    const RandomFeatureTraining training(weights, trained_moments(point, points, sums, stop, checkpoint),
                                         feature_moments(activation, weights, points.tested(), points.test_noise(), stop),
                                         delta, delta, stop);
    const TrainingLosses losses = training.losses(point.axis("tau"), stop);
    values.set("loss_train", losses.train);
    values.set("loss_test", losses.test);
    for (std::size_t k = 0; k < losses.test.size(); ++k) {
        values["gap"][k] = losses.test[k] - losses.train[k];
        if (!from_dataset(point)) values["score_error"][k] = (losses.test[k] - 1) / delta + squared_score(point);
    }
    write_spectrum(training.spectrum(), values);
}

std::vector<Parameter> parameters() {
    std::vector<Parameter> all = {
        {.name = "activation",
         .description = "nonlinearity of the features; erf: erf(sqrt(pi) x/2), of slope 1; relu: max(0, x)",
         .kind = Kind::word,
         .default_value = "erf",
         .words = {"erf", "tanh", "linear", "relu"}}};
    for (Parameter& parameter : mixture_parameters("0", "1", "32")) all.push_back(std::move(parameter));
    all[1].description += "; 0: one Gaussian class";
    all[3].range = {.min = 2, .max = 4096};
    const auto per_dimension = [](std::string name, const std::string& description, std::string values, std::string count) {
        return Parameter{
            .name = std::move(name),
            .description = description + " per dimension",
            .default_value = std::move(values),
            .range = {.min = 0, .max = 1e6, .open_min = true},
            .alternatives = {{.name = std::move(count),
                              .description = description,
                              .range = {.min = 1, .max = 1e9},
                              .to_parameter = [](double number, const Point& point) { return number / point["d"]; }}}};
    };
    for (Parameter& parameter : std::vector<Parameter>{
             per_dimension("psi_n", "training points", "2, 4, 8, 16", "n"),
             per_dimension("psi_p", "features", "16", "p"),
             {.name = "t",
             .description = "time of the Ornstein-Uhlenbeck process at which the score is learned",
             .default_value = "0.01",
             .range = {.min = 1e-6, .max = 20}},
             {.name = "tau",
             .description = "training time, dA/dtau = -d^2 grad L from A = 0",
             .role = Role::inner,
             .default_value = "geomspace(1, 1e6, 61)",
             .range = {.min = 0, .max = 1e15}},
             {.name = "threshold",
             .description =
                  "loss_test - loss_train at which training points count as memorised; smaller gaps open at a time "
                  "that hardly depends on n",
             .role = Role::setting,
             .default_value = "0.05",
             .range = {.min = 0.02, .max = 1}},
             {.name = "dataset",
             .description = "points of one's own, N rows of d columns; fixes d and bounds psi_n: the rows outside the "
                            "training points, 4096 at most, are what the model is tested on",
             .role = Role::setting,
             .kind = Kind::dataset,
             .default_value = "none"},
             standardise_setting()})
        all.push_back(std::move(parameter));
    return all;
}

}  // namespace

double trained_points(const Point& point) { return std::round(point["psi_n"] * point["d"]); }
double random_feature_count(const Point& point) { return std::round(point["psi_p"] * point["d"]); }

double squared_score(const Point& point) {
    if (from_dataset(point)) return nan_time;
    const GaussianMixture mixture = mixture_of(point);
    const double lambda = mixture.lambda(point["t"]);
    return (1 - lambda * overlap_one_minus_q(lambda) / mixture.d) / mixture.variance(point["t"]);
}

FixedAxis eigenvalue_bins() {
    FixedAxis axis{.name = "log_lambda", .description = "log10 of an eigenvalue of U, middle of a bin", .values = {}};
    for (int i = 0; i < 80; ++i) axis.values.push_back(-5 + eigenvalue_bin_width * (i + 0.5));
    return axis;
}

Experiment training_memorisation() {
    Experiment experiment;
    experiment.name = "training_memorisation";
    experiment.question = "When does a score model that is trained on n points generalise, and when does it memorise them?";
    experiment.source =
        "Bonnaire, Urfin, Biroli, Mezard, arXiv:2505.17638; George, Veiga, Macris, arXiv:2502.00336 (random features)";
    experiment.version = 2;
    experiment.parameters = parameters();
    experiment.fixed_axes = {eigenvalue_bins()};
    experiment.observables = {
        {.name = "loss_train", .description = "E|sqrt(Delta) s + xi|^2/d over the training points", .axes = {"tau"}},
        {.name = "loss_test", .description = "the same over the law of the data, or held-out rows", .axes = {"tau"}},
        {.name = "gap", .description = "loss_test - loss_train", .axes = {"tau"}},
        {.name = "score_error",
         .description = "E|s - grad ln p_t|^2/d over the law of the data",
         .axes = {"tau"},
         .may_be_missing = {"a dataset, whose score is not known", from_dataset}},
        {.name = "mean_eigenvalue", .description = "Tr U/p"},
        {.name = "eigenvalue_share",
         .description = "share of the eigenvalues of U in a bin of log10 lambda",
         .axes = {"log_lambda"}}};
    experiment.derived = training_memorisation_derived();
    experiment.theory = training_memorisation_theory();
    experiment.along = training_memorisation_along();
    experiment.implied = implied;
    experiment.check = check;
    experiment.prepare = prepare;
    experiment.state_size = state_size;
    experiment.run_from = run;
    experiment.cost = cost;
    return experiment;
}

}  // namespace gdm
