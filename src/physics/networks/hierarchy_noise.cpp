#include "gdm/physics/networks/hierarchy_noise.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <vector>

namespace gdm {
namespace {

void gaussian_belief(std::span<const double> strengths, std::size_t truth, RandomSequence& random, Beliefs belief) {
    thread_local std::vector<double> normals, weights;
    normals.resize(belief.size());
    weights.resize(belief.size());
    for (double& z : normals) z = random.normal();
    for (std::size_t lane = 0; lane < strengths.size(); ++lane) {
        const double snr = strengths[lane], root = std::sqrt(snr);
        for (std::size_t b = 0; b < weights.size(); ++b) weights[b] = root * normals[b] + (b == truth ? snr : 0);
        const double most = std::ranges::max(weights);
        double sum = 0;
        for (double& weight : weights) sum += weight = std::exp(weight - most);
        for (std::size_t b = 0; b < weights.size(); ++b) belief[b][lane] = weights[b] / sum;
    }
}

/// E exp(−e^{y + √snr z}) and minus its derivative by y.
struct Laplace {
    double value = 0, slope = 0;
};
Laplace laplace(double y, double snr) {
    const double root = std::sqrt(snr), step = 0.2 / std::max(1., root);
    const int most = static_cast<int>(9 / step);
    Laplace sum;
    for (int k = -most; k <= most; ++k) {
        const double z = k * step, x = std::exp(y + root * z);
        const double weight = std::exp(-z * z / 2 - x) * step / std::sqrt(2 * std::numbers::pi);
        sum.value += weight;
        if (weight > 0) sum.slope += weight * x;
    }
    return sum;
}

double gaussian_mean(double snr, std::size_t symbols) {
    if (snr > 300) return 1;
    const double root = std::sqrt(snr), step = 0.1;
    // h′ vanishes outside: e^{y} is e^{±9 root} about e^{snr} at most, and its tails end within e^{−35} and e^{4}.
    double sum = 0;
    for (double y = -snr - 9 * root - 35; y < -snr + 9 * root + 4; y += step)
        sum += laplace(y + snr, snr).slope * std::pow(laplace(y, snr).value, static_cast<double>(symbols) - 1);
    return sum * step;
}

}  // namespace

void leaf_belief(LeafNoise noise, std::span<const double> strengths, std::size_t truth, RandomSequence& random,
                 Beliefs belief) {
    const auto v = static_cast<double>(belief.size());
    if (noise == LeafNoise::gaussian) gaussian_belief(strengths, truth, random, belief);
    const double uniform = noise == LeafNoise::mask ? random.uniform() : 0;
    for (std::size_t lane = 0; lane < strengths.size() && noise != LeafNoise::gaussian; ++lane) {
        const double epsilon = noise == LeafNoise::epsilon ? strengths[lane] : uniform < strengths[lane] ? 1 : 0;
        for (std::size_t b = 0; b < belief.size(); ++b) belief[b][lane] = epsilon / v + (b == truth ? 1 - epsilon : 0);
    }
    for (HierarchyLanes& one : belief)
        for (std::size_t lane = strengths.size(); lane < hierarchy_lanes; ++lane) one[lane] = one[strengths.size() - 1];
}

double mean_leaf_belief(LeafNoise noise, double strength, std::size_t symbols) {
    if (noise == LeafNoise::gaussian) return gaussian_mean(strength, symbols);
    return 1 - strength + strength / static_cast<double>(symbols);
}

}  // namespace gdm
