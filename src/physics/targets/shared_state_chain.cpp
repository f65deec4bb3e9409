#include "gdm/physics/targets/shared_state_chain.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <utility>

namespace gdm {
SharedStateChain::SharedStateChain(const FramedTarget& target, double theta, double K, double step,
                                   std::vector<double> start)
    : target_(&target),
      theta_(theta),
      K_(K),
      step_(step),
      state_(std::move(start)),
      mean_(state_.size()),
      drifted_(state_.size()),
      proposal_(state_.size()),
      proposed_mean_(state_.size()),
      log_partition_(target.mean(state_, theta, mean_)) {}

void SharedStateChain::advance(std::uint64_t from, std::uint64_t count, const RandomStream& random, std::uint32_t sample) {
    const double variance = 2 * theta_ / K_ * step_;
    for (std::uint64_t k = from; k < from + count; ++k) {
        RandomSequence sequence(random, Purpose::markov_chain, sample, static_cast<std::uint32_t>(k));
        for (std::size_t i = 0; i < state_.size(); ++i) drifted_[i] = state_[i] + step_ * (mean_[i] - state_[i]);
        proposal_ = drifted_;
        target_->add_noise(variance, sequence, proposal_);
        const double log_partition = target_->mean(proposal_, theta_, proposed_mean_);
        double there = 0, back = 0;
        for (std::size_t i = 0; i < state_.size(); ++i) {
            there += (proposal_[i] - drifted_[i]) * (proposal_[i] - drifted_[i]);
            const double returned = proposal_[i] + step_ * (proposed_mean_[i] - proposal_[i]);
            back += (state_[i] - returned) * (state_[i] - returned);
        }
        const double gain =
            K_ * (log_partition - log_partition_ - (squared_length(proposal_) - squared_length(state_)) / (2 * theta_)) -
            (back - there) / (2 * variance);
        if (gain < 0 && std::log(sequence.uniform()) >= gain) continue;
        ++accepted_;
        std::swap(state_, proposal_);
        std::swap(mean_, proposed_mean_);
        log_partition_ = log_partition;
        target_->fold(state_);
        target_->fold(mean_);
    }
}

double SharedStateChain::state_squared() const { return squared_length(state_); }
double SharedStateChain::magnetisation_squared() const { return squared_length(mean_); }

void SharedStateChain::save(ByteWriter& writer) const {
    writer.put(std::span<const double>(state_));
    writer.put(std::span<const double>(mean_));
    writer.put(log_partition_);
    writer.put(accepted_);
}

void SharedStateChain::load(ByteReader& reader) {
    reader.get(std::span(state_));
    reader.get(std::span(mean_));
    reader.get(log_partition_);
    reader.get(accepted_);
}

SharedStateMoments shared_state_moments(double d, double theta, double K) {
    constexpr double depth = 45;  // e^{−45} of the largest weight is nothing
    const auto exponent = [&](double r, double log_average) {
        return K * (log_average - r * r / (2 * theta)) + (d > 1 ? (d - 1) * std::log(r) : 0);
    };
    // Three times the interval shrinks to where the weight is: at large K or d it is narrow.
    double from = 0, to = 1 + 12 * std::sqrt(theta / K) + 2 * std::sqrt(d * theta / K);
    for (int pass = 0; pass < 3; ++pass) {
        constexpr int intervals = 200;
        const double start = from, width = (to - from) / intervals;
        std::vector<double> exponents;
        for (int i = 0; i <= intervals; ++i) {
            const double r = start + i * width;
            exponents.push_back(exponent(r, sphere_overlap(d, r / theta).log_average));
        }
        const double least = *std::max_element(exponents.begin(), exponents.end()) - depth;
        for (int i = intervals; i > 0 && exponents[i] < least; --i) to = start + i * width;
        for (int i = 0; i < intervals && exponents[i] < least; ++i) from = start + i * width;
    }
    // Simpson's rule, which is right where the weight does not vanish at r = 0.
    constexpr int intervals = 1200;
    std::vector<double> exponents, means;
    for (int i = 0; i <= intervals; ++i) {
        const double r = from + i * (to - from) / intervals;
        const SphereOverlap overlap = sphere_overlap(d, r / theta);
        exponents.push_back(exponent(r, overlap.log_average));
        means.push_back(overlap.mean);
    }
    const double greatest = *std::max_element(exponents.begin(), exponents.end());
    double sum = 0, state = 0, magnetisation = 0;
    for (int i = 0; i <= intervals; ++i) {
        const double r = from + i * (to - from) / intervals;
        const double weight = std::exp(exponents[i] - greatest) * (i == 0 || i == intervals ? 1 : i % 2 == 1 ? 4 : 2);
        sum += weight;
        state += weight * r * r;
        magnetisation += weight * means[i] * means[i];
    }
    const double squared = magnetisation / sum;
    return {state / sum, squared, 1 / (1 - (1 - squared) / (theta * d))};
}

double correlation_time_about_zero(std::span<const double> chain, std::size_t window) {
    const double variance = squared_length(chain) / static_cast<double>(chain.size());
    double tau = 0.5;
    for (std::size_t lag = 1; lag <= std::min(window, chain.size() - 1); ++lag) {
        const auto pairs = chain.size() - lag;
        const double product = std::inner_product(chain.begin(), chain.end() - static_cast<std::ptrdiff_t>(lag),
                                                  chain.begin() + static_cast<std::ptrdiff_t>(lag), 0.0);
        tau += product / static_cast<double>(pairs) / variance;
    }
    return tau;
}

}  // namespace gdm
