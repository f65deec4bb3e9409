#include "gdm/physics/memories/memory_dynamics.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

#include "gdm/base/log_sum.hpp"

namespace gdm {
namespace {

// Four partial sums in a fixed order: the compiler may not reorder one.
double product(std::span<const double> a, std::span<const double> b) {
    double sum[4] = {};
    std::size_t k = 0;
    for (; k + 4 <= a.size(); k += 4) {
        for (std::size_t i = 0; i < 4; ++i) sum[i] += a[k + i] * b[k + i];
    }
    for (; k < a.size(); ++k) sum[0] += a[k] * b[k];
    return (sum[0] + sum[1]) + (sum[2] + sum[3]);
}

}  // namespace

StoredPatterns::StoredPatterns(std::vector<double> rows, std::size_t d) : d_(d), rows_(std::move(rows)) {
    norm2_.resize(rows_.size() / d);
    for (std::size_t j = 0; j < norm2_.size(); ++j) norm2_[j] = product((*this)[j], (*this)[j]);
}

std::vector<double> StoredPatterns::scores(WeightRule rule, std::span<const double> x, std::size_t count) const {
    std::vector<double> all(count);
    const double factor = rule == WeightRule::diffusion ? 0.5 : 0;
    for (std::size_t j = 0; j < count; ++j) all[j] = product(x, (*this)[j]) - factor * norm2_[j];
    return all;
}

std::vector<double> StoredPatterns::mean(std::span<const double> weights) const {
    std::vector<double> sum(d_, 0.);
    for (std::size_t j = 0; j < weights.size(); ++j) {
        if (weights[j] == 0) continue;
        const std::span<const double> row = (*this)[j];
        for (std::size_t k = 0; k < d_; ++k) sum[k] += weights[j] * row[k];
    }
    return sum;
}

std::vector<double> softmax(std::span<const double> scores, double lambda) {
    constexpr double negligible = 40;
    const double largest = *std::max_element(scores.begin(), scores.end());
    std::vector<double> weights(scores.size());
    double sum = 0;
    for (std::size_t j = 0; j < scores.size(); ++j) {
        const double below = lambda * (largest - scores[j]);
        weights[j] = below < negligible ? std::exp(-below) : 0;
        sum += weights[j];
    }
    for (double& weight : weights) weight /= sum;
    return weights;
}

double sum_of_squares(std::span<const double> weights) { return product(weights, weights); }

double memory_energy(const StoredPatterns& patterns, WeightRule rule, double lambda, std::size_t count,
                     std::span<const double> x) {
    LogSum sum;
    for (const double score : patterns.scores(rule, x, count)) sum.add(lambda * score);
    return -sum.log() / lambda + product(x, x) / 2;
}

FixedPoint find_fixed_point(const StoredPatterns& patterns, WeightRule rule, double lambda, std::size_t count,
                            std::span<const double> cue, std::size_t most, const Stop& stop) {
    FixedPoint found{{cue.begin(), cue.end()}, {}, 0, false};
    while (true) {
        stop.check();
        found.weights = softmax(patterns.scores(rule, found.state, count), lambda);
        if (found.reached || found.updates == most) return found;
        std::vector<double> next = patterns.mean(found.weights);
        double step2 = 0;
        for (std::size_t k = 0; k < next.size(); ++k) step2 += (next[k] - found.state[k]) * (next[k] - found.state[k]);
        found.state = std::move(next);
        ++found.updates;
        found.reached = step2 < 1e-12 * static_cast<double>(patterns.dimension());
    }
}

}  // namespace gdm
