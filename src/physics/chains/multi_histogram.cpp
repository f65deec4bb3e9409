#include "gdm/physics/chains/multi_histogram.hpp"

#include <algorithm>
#include <cmath>
#include <stdexcept>

#include "gdm/base/cholesky.hpp"

namespace gdm {
MultiHistogram::MultiHistogram(std::vector<double> beta, std::span<const double> samples, std::span<const double> energies,
                               std::span<const std::uint64_t> counts, std::vector<double> start)
    : beta_(std::move(beta)), log_partition_(std::move(start)) {
    if (beta_.size() < 2 || samples.size() != beta_.size() || log_partition_.size() != beta_.size() ||
        energies.size() != counts.size()) {
        throw std::invalid_argument("histograms of a ladder need samples and a start for each of its places");
    }
    for (std::size_t bin = 0; bin < counts.size(); ++bin) {
        if (counts[bin] == 0) continue;
        energies_.push_back(energies[bin]);
        counts_.push_back(static_cast<double>(counts[bin]));
    }
    log_denominator_.resize(energies_.size());
    solve(samples);
}

void MultiHistogram::solve(std::span<const double> samples) {
    constexpr int most_steps = 100;
    constexpr double converged = 1e-11, longest = 1, negligible = 1e-18;
    const std::size_t places = beta_.size(), free = places - 1;
    std::vector<double> share(places), gradient(free), curvature(free * free);
    std::vector<std::size_t> present;
    for (int step = 0; step < most_steps; ++step) {
        std::fill(gradient.begin(), gradient.end(), 0.);
        std::fill(curvature.begin(), curvature.end(), 0.);
        for (std::size_t bin = 0; bin < energies_.size(); ++bin) {
            double greatest = -INFINITY, sum = 0;
            for (std::size_t k = 0; k < places; ++k) {
                share[k] = std::log(samples[k]) - beta_[k] * energies_[bin] - log_partition_[k];
                greatest = std::max(greatest, share[k]);
            }
            for (std::size_t k = 0; k < places; ++k) sum += share[k] = std::exp(share[k] - greatest);
            log_denominator_[bin] = greatest + std::log(sum);
            present.clear();
            for (std::size_t k = 0; k < places; ++k) {
                share[k] /= sum;
                if (k > 0 && share[k] > negligible) present.push_back(k);
            }
            for (const std::size_t k : present) {
                gradient[k - 1] += counts_[bin] * share[k];
                curvature[(k - 1) * free + k - 1] += counts_[bin] * share[k];
                for (const std::size_t l : present) {
                    if (l > k) break;
                    curvature[(k - 1) * free + l - 1] -= counts_[bin] * share[k] * share[l];
                }
            }
        }
        for (std::size_t k = 0; k < free; ++k) gradient[k] -= samples[k + 1];
        if (!solve_positive(curvature, gradient, 1e-13)) break;
        double largest = 0;
        for (const double one : gradient) largest = std::max(largest, std::abs(one));
        if (!std::isfinite(largest)) break;
        const double part = std::min(1., longest / largest);
        for (std::size_t k = 0; k < free; ++k) log_partition_[k + 1] += part * gradient[k];
        // The last step, which is below rounding in ln Z, leaves ln D where it was.
        if (largest < converged * std::max(1., std::abs(log_partition_.back()))) return;
    }
    throw std::runtime_error("energies of neighbouring temperatures hardly overlap: the ladder needs more places");
}

MultiHistogram::Law MultiHistogram::at(double beta) const {
    double greatest = -INFINITY;
    std::vector<double> logs(energies_.size());
    for (std::size_t bin = 0; bin < logs.size(); ++bin) {
        logs[bin] = std::log(counts_[bin]) - log_denominator_[bin] - beta * energies_[bin];
        greatest = std::max(greatest, logs[bin]);
    }
    double whole = 0, mean = 0, variance = 0;
    for (double& one : logs) whole += one = std::exp(one - greatest);
    for (std::size_t bin = 0; bin < logs.size(); ++bin) mean += logs[bin] / whole * energies_[bin];
    for (std::size_t bin = 0; bin < logs.size(); ++bin) variance += logs[bin] / whole * std::pow(energies_[bin] - mean, 2);
    return {greatest + std::log(whole), mean, variance};
}

}  // namespace gdm
