#include "gdm/physics/paths/full_path.hpp"

#include <cmath>
#include <numeric>

namespace gdm {

namespace {

double projection(std::span<const double> x, double unit) { return unit * std::accumulate(x.begin(), x.end(), 0.0); }

}  // namespace

FullPath::FullPath(std::vector<double> state)
    : unit_(1 / std::sqrt(static_cast<double>(state.size()))), state_(std::move(state)) {}

double FullPath::axis() const { return projection(state_, unit_); }

double FullPath::transverse_square() const {
    const double along = axis() * unit_;
    double sum = 0;
    for (const double x : state_) sum += (x - along) * (x - along);
    return sum;
}

/// linear x + coupling tanh(slope m̂·x) m̂.
void FullPath::increment(std::span<const double> at, const DriftWeights& weights, std::span<double> result) const {
    const double pull = weights.coupling * std::tanh(weights.slope * projection(at, unit_)) * unit_;
    for (std::size_t j = 0; j < at.size(); ++j) result[j] = weights.linear * at[j] + pull;
}

void FullPath::advance(std::span<const PathStep> steps, const PathSettings& settings, bool unbiased,
                       RandomSequence& random) {
    const std::size_t d = state_.size();
    std::vector<double> drift(d), other(d), after(d), middle(d);
    const bool draws_class = settings.integrator == Integrator::exact && settings.direction == Direction::reverse;
    for (const PathStep& step : steps) {
        increment(state_, step.start, drift);
        if (draws_class) {
            const double probability = 0.5 * (1 + std::tanh(step.start.slope * axis()));
            const double sign = random.uniform() < probability ? 1 : -1;
            for (std::size_t j = 0; j < d; ++j)
                after[j] = step.start.linear * state_[j] + sign * step.start.coupling * unit_ + step.noise * random.normal();
        } else if (settings.integrator == Integrator::heun) {
            for (std::size_t j = 0; j < d; ++j) after[j] = state_[j] + step.noise * random.normal();
            for (std::size_t j = 0; j < d; ++j) middle[j] = after[j] + drift[j];
            increment(middle, step.end, other);
            for (std::size_t j = 0; j < d; ++j) after[j] += 0.5 * (drift[j] + other[j]);
        } else {
            for (std::size_t j = 0; j < d; ++j) after[j] = state_[j] + drift[j] + step.noise * random.normal();
        }
        if (unbiased) {
            // ln of the ratio of two Gaussian kernels: ‖x − x′ − B(x′)‖² − ‖x′ − x − F(x)‖² over twice the variance.
            increment(after, step.backward, other);
            double difference = 0;
            for (std::size_t j = 0; j < d; ++j) {
                difference += std::pow(state_[j] - after[j] - other[j], 2) - std::pow(after[j] - state_[j] - drift[j], 2);
            }
            unbiased_ += step.half_inverse_variance * difference;
        }
        for (std::size_t j = 0; j < d; ++j) middle[j] = 0.5 * (state_[j] + after[j]);
        increment(middle, step.midpoint, other);
        for (std::size_t j = 0; j < d; ++j) midpoint_ += (after[j] - state_[j]) * other[j];
        state_.swap(after);
    }
}

}  // namespace gdm
