#include "gdm/physics/targets/generative_path.hpp"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>
#include <numeric>

#include "gdm/physics/process/forward_process.hpp"

namespace gdm {
namespace {

void scale(std::span<double> x, double factor) {
    for (double& one : x) one *= factor;
}

/// x_u given x_θ and y is normal, for the process with X_θ = a_θ y + √v_θ z.
struct Bridge {
    double of_state, of_point, variance;
};
Bridge brownian_bridge(double theta, double next) { return {next / theta, 1 - next / theta, next * (1 - next / theta)}; }
Bridge ornstein_uhlenbeck_bridge(double t, double u) {
    const double decay = std::exp(-(t - u)), here = noise_variance(t), there = noise_variance(u);
    const double of_state = decay * there / here;
    return {of_state, std::exp(-u) - of_state * std::exp(-t), there * (1 - of_state * decay)};
}

void step_bridge(const FramedTarget& target, const Bridge& bridge, double theta, double shrink, double grow,
                 RandomSequence& random, std::span<double> x) {
    std::vector<double> y(x.size());
    target.draw(x, theta, random, y);
    for (std::size_t i = 0; i < x.size(); ++i) x[i] = bridge.of_state * (shrink * x[i]) + bridge.of_point * y[i];
    target.fold(x);
    target.add_noise(bridge.variance, random, x);
    target.fold(x);
    scale(x, grow);
}

void step_euler(const FramedTarget& target, NoisingProcess process, double theta, double next, RandomSequence& random,
                std::span<double> x) {
    std::vector<double> mean(x.size());
    target.mean(x, theta, mean);
    if (process == NoisingProcess::brownian) {
        for (std::size_t i = 0; i < x.size(); ++i) x[i] += (mean[i] - x[i]) * (1 - next / theta);
        target.add_noise(theta - next, random, x);
    } else {
        const double t = time_from_brownian(theta), u = time_from_brownian(next), length = t - u;
        const double to_state = std::exp(-t), to_score = std::exp(t) / theta;
        for (std::size_t i = 0; i < x.size(); ++i)
            x[i] = x[i] * to_state * (1 + length) + 2 * length * (mean[i] - x[i]) * to_score;
        target.add_noise(2 * length, random, x);
        scale(x, std::exp(u));
    }
    target.fold(x);
}

/// Euler–Maruyama from θ to `next` by equal steps in ln θ.
void run_euler(const FramedTarget& target, const GenerativePaths& paths, double theta, double next, RandomSequence& random,
               std::span<double> x) {
    const double length = std::log(theta / next);
    const auto steps = static_cast<std::int64_t>(std::ceil(length / paths.step - 1e-9));
    for (std::int64_t k = 0; k < steps; ++k) {
        const double from = theta * std::exp(-length * static_cast<double>(k) / static_cast<double>(steps));
        const double to =
            k + 1 < steps ? theta * std::exp(-length * static_cast<double>(k + 1) / static_cast<double>(steps)) : next;
        step_euler(target, paths.process, from, to, random, x);
    }
}

/// Where a clone of x ends.
void run_clone(const FramedTarget& target, const GenerativePaths& paths, double theta, double end, RandomSequence& random,
               std::span<const double> state, std::span<double> x, std::span<double> y) {
    std::copy(state.begin(), state.end(), x.begin());
    if (paths.stepping == PathStepping::exact) {
        target.draw(x, theta, random, y);
        return;
    }
    if (target.isotropic()) {
        // The axis shows where the clones parted.
        x[0] = std::hypot(x[0], x[1]);
        x[1] = 0;
    }
    run_euler(target, paths, theta, end, random, x);
    if (target.isotropic()) {
        target.mean(x, end, y);
    } else {
        target.draw(x, end, random, y);
    }
}

}  // namespace

void step_reverse(const FramedTarget& target, NoisingProcess process, PathStepping stepping, double theta, double next,
                  RandomSequence& random, std::span<double> x) {
    if (stepping == PathStepping::euler_maruyama) {
        step_euler(target, process, theta, next, random, x);
    } else if (process == NoisingProcess::brownian) {
        step_bridge(target, brownian_bridge(theta, next), theta, 1, 1, random, x);
    } else {
        const double t = time_from_brownian(theta), u = time_from_brownian(next);
        step_bridge(target, ornstein_uhlenbeck_bridge(t, u), theta, std::exp(-t), std::exp(u), random, x);
    }
}

GenerativeResults run_generative_paths(const FramedTarget& target, const GenerativePaths& paths,
                                       std::span<const double> thetas, const RandomStream& random, const Stop& stop) {
    const std::size_t n = thetas.size(), width = target.coordinates();
    std::vector<std::size_t> order(n);
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::sort(order.begin(), order.end(), [&](auto a, auto b) { return thetas[a] > thetas[b]; });
    const double end = thetas[order.back()] * paths.end;

    GenerativeResults results;
    for (auto* sums : {&results.state_squared, &results.magnetisation, &results.magnetisation_squared, &results.overlap,
                       &results.agreement})
        sums->assign(n, 0.0);
    std::vector<double> x(width), mean(width), clone(width);
    std::vector<std::vector<double>> ends(paths.clones, std::vector<double>(width));
    const auto samples = static_cast<double>(paths.samples);
    const double pairs = samples * static_cast<double>(paths.clones * (paths.clones - 1)) / 2;
    for (std::uint32_t sample = 0; sample < paths.samples; ++sample) {
        RandomSequence begin(random, Purpose::initial_state, sample);
        target.start(thetas[order[0]], begin, x);
        for (std::size_t k = 0; k < n; ++k) {
            stop.check();
            const std::size_t place = order[k];
            const double theta = thetas[place];
            target.mean(x, theta, mean);
            results.state_squared[place] += squared_length(x) / samples;
            results.magnetisation[place] += std::sqrt(squared_length(mean)) / samples;
            results.magnetisation_squared[place] += squared_length(mean) / samples;

            RandomSequence clone_noise(random, Purpose::clone_noise, sample, static_cast<std::uint32_t>(k));
            for (std::size_t a = 0; a < paths.clones; ++a) {
                run_clone(target, paths, theta, end, clone_noise, x, clone, ends[a]);
                for (std::size_t b = 0; b < a; ++b) {
                    results.overlap[place] += target.overlap(ends[a], ends[b]) / pairs;
                    results.agreement[place] += ends[a] == ends[b] ? 1 / pairs : 0;
                }
            }
            if (k + 1 == n) break;
            RandomSequence noise(random, Purpose::noise, sample, static_cast<std::uint32_t>(k));
            const double next = thetas[order[k + 1]];
            if (next == theta) continue;
            if (paths.stepping == PathStepping::exact) {
                step_reverse(target, paths.process, paths.stepping, theta, next, noise, x);
            } else {
                run_euler(target, paths, theta, next, noise, x);
            }
        }
    }
    if (target.isotropic()) results.agreement.assign(n, std::numeric_limits<double>::quiet_NaN());
    return results;
}

}  // namespace gdm
