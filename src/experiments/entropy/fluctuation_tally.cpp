#include "gdm/experiments/entropy/fluctuation_tally.hpp"

#include <algorithm>
#include <cmath>
#include <functional>

#include "gdm/base/not_a_number.hpp"
#include "gdm/base/statistics.hpp"
#include "gdm/experiments/shared/path_parameters.hpp"
#include "gdm/physics/paths/path_steps.hpp"

namespace gdm {

namespace {

/// Equal bins; what lies outside is in none.
struct Bins {
    double low, width;
    std::size_t count;
    [[nodiscard]] std::vector<double> centres() const {
        std::vector<double> result;
        for (std::size_t k = 0; k < count; ++k) result.push_back(low + (static_cast<double>(k) + 0.5) * width);
        return result;
    }
    void add(double value, std::vector<double>& bins) const {
        const double place = std::floor((value - low) / width);
        if (place >= 0 && place < static_cast<double>(count)) bins[static_cast<std::size_t>(place)] += 1;
    }
    /// Counts to a density whose integral is the share inside.
    [[nodiscard]] std::vector<double> density(std::vector<double> bins, double total) const {
        for (double& bin : bins) bin /= total * width;
        return bins;
    }
};

constexpr Bins entropy_bins{-12, 0.1, 240};
constexpr Bins weight_bins{0, 0.05, 160};

/// 1, 2, 3, 6, 10, … 10⁷: four to a decade.
std::vector<double> trajectory_numbers() {
    std::vector<double> numbers;
    for (int k = 0; k <= 28; ++k) numbers.push_back(std::round(std::pow(10, k / 4.0)));
    return numbers;
}

}  // namespace

std::vector<FixedAxis> fluctuation_axes() {
    return {{.name = "entropy", .unit = "nat", .description = "centre of a bin", .values = entropy_bins.centres()},
            {.name = "weight", .description = "centre of a bin of exp(-entropy)", .values = weight_bins.centres()},
            {.name = "n", .description = "number of trajectories", .values = trajectory_numbers()}};
}

const char* const no_error =
    "the variance of exp(-total entropy) is infinite, or made by paths that so few trajectories do not show";

std::vector<Observable> fluctuation_observables(const SpreadIsError& spread_is_error) {
    std::vector<Observable> all;
    const auto entropy = [&](const std::string& name, const std::string& description, const Missing& missing) {
        all.push_back({.name = name, .unit = "nat", .description = description, .may_be_missing = missing});
        all.push_back(
            {.name = name + "_2", .unit = "nat2", .description = "mean square of " + name, .may_be_missing = missing});
        all.push_back({.name = name + "_density",
                       .unit = "nat-1",
                       .description = "probability density of " + name + " over the bins",
                       .axes = {"entropy"},
                       .may_be_missing = missing,
                       .bounds = between(0, 1 / entropy_bins.width)});
    };
    entropy("system_entropy", "ln p(start) - ln p(end)", {});
    for (const std::string rule : {"midpoint", "unbiased"}) {
        const auto name = [rule](const std::string& what) { return (what + "_").append(rule); };
        const auto applies_not = [](const Point& point) { return !has_unbiased_entropy(path_settings_of(point)); };
        const Missing missing =
            rule == "unbiased" ? Missing{"integrators without a density of their steps", applies_not} : Missing{};
        const auto missing_or = [&](const std::string& when) {
            return Missing{missing.when.empty() ? when : missing.when + "; " + when};
        };
        const auto is_error = [=](const Point& point, const Combined& combined) {
            return spread_is_error(point, rule, combined.scalar("trajectories"));
        };
        entropy(name("environment_entropy"), "entropy given to the environment, " + rule + " rule", missing);
        entropy(name("total_entropy"), "system and environment, " + rule + " rule", missing);
        all.push_back({.name = name("integral_fluctuation"),
                       .description = "<exp(-total entropy)>, " + rule + " rule",
                       .may_be_missing = missing,
                       .spread_is_error = is_error,
                       .error_missing = no_error});
        all.push_back({.name = name("running_average"),
                       .description = "<exp(-total entropy)> over the first n trajectories of a replica",
                       .axes = {"n"},
                       .may_be_missing = missing_or("n above samples"),
                       .spread_is_error = is_error,
                       .error_missing = no_error});
        all.push_back({.name = name("exponential_density"),
                       .description = "probability density of exp(-total entropy) over the bins",
                       .axes = {"weight"},
                       .may_be_missing = missing,
                       .bounds = between(0, 1 / weight_bins.width)});
        all.push_back({.name = name("negative_share"),
                       .description = "P(total entropy < 0)",
                       .may_be_missing = missing,
                       .bounds = between(0, 1)});
        all.push_back({.name = name("effective_share"),
                       .description = "effective number of trajectories, (sum w)^2/sum w^2, over their number",
                       .may_be_missing = missing});
        all.push_back({.name = name("largest_share"),
                       .description = "share of the largest exp(-total entropy) in the sum",
                       .may_be_missing = missing});
        all.push_back({.name = name("tail_index"),
                       .description = "Hill's index of the largest hundredth of exp(-total entropy), at least 10 of them; "
                                      "exact_tail_index is that of the law",
                       .may_be_missing = missing_or("10 samples or fewer, or equal ones")});
        all.push_back({.name = name("tail_log_scale"),
                       .description = "ln C of the tail P(w) = C w^-a, a the tail index",
                       .may_be_missing = missing_or("10 samples or fewer, or equal ones")});
    }
    all.push_back({.name = "trajectories", .description = "in all replicas", .combine = Combine::sum});
    return all;
}

EntropyTally::EntropyTally() : bins_(entropy_bins.count) {}

void EntropyTally::add(double entropy) {
    sum_ += entropy;
    sum_of_squares_ += entropy * entropy;
    count_ += 1;
    entropy_bins.add(entropy, bins_);
}

void EntropyTally::write(const std::string& name, const Values& values) const {
    values.set(name, sum_ / count_);
    values.set(name + "_2", sum_of_squares_ / count_);
    values.set(name + "_density", entropy_bins.density(bins_, count_));
}

std::size_t tail_size(std::size_t n) { return std::max<std::size_t>(10, n / 100); }

void FluctuationTally::add(std::span<const double> system, std::span<const double> environment) {
    for (std::size_t i = 0; i < system.size(); ++i) {
        environment_.add(environment[i]);
        total_.add(system[i] + environment[i]);
        log_weights_.push_back(-(system[i] + environment[i]));
    }
}

void FluctuationTally::write(const Values& values) const {
    const auto name = [&](const std::string& what) { return what + "_" + rule_; };
    const auto count = static_cast<double>(log_weights_.size());
    environment_.write(name("environment_entropy"), values);
    total_.write(name("total_entropy"), values);
    const std::vector<double> numbers = trajectory_numbers();
    std::vector<double> running(numbers.size(), not_a_number), bins(weight_bins.count);
    double sum = 0, negative = 0;
    std::size_t place = 0;
    for (std::size_t i = 0; i < log_weights_.size(); ++i) {
        const double weight = std::exp(log_weights_[i]);
        sum += weight;
        negative += log_weights_[i] > 0 ? 1 : 0;
        weight_bins.add(weight, bins);
        const auto taken = static_cast<double>(i + 1);
        if (place < numbers.size() && taken == numbers[place]) running[place++] = sum / taken;
    }
    values.set(name("integral_fluctuation"), sum / count);
    values.set(name("running_average"), running);
    values.set(name("exponential_density"), weight_bins.density(bins, count));
    values.set(name("negative_share"), negative / count);
    values.set(name("effective_share"), effective_sample_size(log_weights_) / count);
    const double largest = *std::max_element(log_weights_.begin(), log_weights_.end());
    values.set(name("largest_share"), std::exp(largest - log_mean_exp(log_weights_)) / count);
    const std::size_t size = tail_size(log_weights_.size());
    if (size >= log_weights_.size()) return;
    const TailIndex tail = tail_index(log_weights_, size);
    if (!std::isfinite(tail.index)) return;  // no spread, no tail
    std::vector<double> sorted = log_weights_;
    std::nth_element(sorted.begin(), sorted.begin() + static_cast<std::ptrdiff_t>(size), sorted.end(), std::greater<>());
    values.set(name("tail_index"), tail.index);
    values.set(name("tail_log_scale"), std::log(static_cast<double>(size) / count) + tail.index * sorted[size]);
}

}  // namespace gdm
