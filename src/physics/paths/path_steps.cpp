#include "gdm/physics/paths/path_steps.hpp"

#include <algorithm>
#include <cmath>

#include "gdm/physics/process/forward_process.hpp"

namespace gdm {

namespace {

/// Offset of the logarithmic grid: below it the steps become equal, so that t = 0 is reached.
constexpr double logarithm_offset = 0.01;

/// The drift at time t: forward −a, reverse a + 2S, flows the same with one S less (forward −a − S, reverse a + S).
DriftWeights drift_at(const GaussianMixture& mixture, double t, const PathSettings& settings) {
    const double gamma = mixture.variance(t);
    const double sign = settings.direction == Direction::reverse ? 1 : -1;
    double scores = settings.direction == Direction::reverse ? 2 : 0;
    if (is_flow(settings.integrator)) scores = 1;
    const double slope = mixture.axis_mean(t) / gamma;
    return {sign * (1 - scores / gamma), sign * scores * slope, scores == 0 ? 0 : slope};
}

/// The drifts along one step, each times the length of the step in its variable.
class Stages {
  public:
    Stages(const GaussianMixture& mixture, double t, double u, const PathSettings& settings)
        : mixture_(mixture), settings_(settings), t_(t), u_(u), length_(std::abs(t - u)) {
        if (step_variable(mixture, settings) == StepVariable::time) return;
        on_clock_ = true;
        clock_ = mixture.clock(t);
        length_ = std::abs(clock_ - mixture.clock(u));
    }
    [[nodiscard]] DriftWeights at(double time) const {
        const double length = on_clock_ ? mixture_.variance(time) * length_ : length_;
        const DriftWeights drift = drift_at(mixture_, time, settings_);
        return {length * drift.linear, length * drift.coupling, drift.slope};
    }
    /// Half way in the variable of the step; on the clock steps are those of reverse paths.
    [[nodiscard]] double middle() const {
        return on_clock_ ? mixture_.time_of_clock(clock_ - 0.5 * length_) : 0.5 * (t_ + u_);
    }

  private:
    const GaussianMixture& mixture_;
    const PathSettings& settings_;
    double t_, u_;
    double length_;
    bool on_clock_ = false;
    double clock_ = 0;
};

/// Linear part exact and class mean frozen: a ← gain a + (M_u − gain M_t)⟨c⟩ + noise z. The gain is that of a Gaussian of
/// variance Γ (flow: √(Γ_u/Γ_t); reverse: the exact kernel's; forward: no class enters).
void exponential_step(const GaussianMixture& mixture, double t, double u, const PathSettings& settings, PathStep& step) {
    const double gamma = mixture.variance(t);
    const double end_gamma = mixture.variance(u);
    const double h = std::abs(t - u);
    double gain = std::exp(-h);
    if (is_flow(settings.integrator)) {
        gain = std::sqrt(end_gamma / gamma);
    } else if (settings.direction == Direction::reverse) {
        gain *= end_gamma / gamma;
        step.noise = std::sqrt(end_gamma * noise_variance(h) / gamma);
    } else {
        step.noise = std::sqrt(noise_variance(h));
    }
    const bool classes = is_flow(settings.integrator) || settings.direction == Direction::reverse;
    const double coupling = classes ? mixture.axis_mean(u) - gain * mixture.axis_mean(t) : 0;
    step.start = {gain - 1, coupling, classes ? mixture.axis_mean(t) / gamma : 0};
    step.end = {gain - 1, coupling, classes ? mixture.axis_mean(u) / end_gamma : 0};
}

}  // namespace

int score_evaluations(Integrator integrator) noexcept {
    if (integrator == Integrator::heun || integrator == Integrator::flow_heun) return 2;
    return integrator == Integrator::flow_rk4 ? 4 : 1;
}

int weak_order(Integrator integrator) noexcept {
    if (integrator == Integrator::heun || integrator == Integrator::flow_heun) return 2;
    return integrator == Integrator::flow_rk4 ? 4 : 1;
}

std::vector<double> path_times(const GaussianMixture& mixture, double from, double to, TimeGrid grid, double dt) {
    const auto to_grid = [&](double t) {
        if (grid == TimeGrid::clock) return mixture.clock(t);
        return grid == TimeGrid::logarithmic ? std::log(t + logarithm_offset) : t;
    };
    const auto from_grid = [&](double g) {
        if (grid == TimeGrid::clock) return mixture.time_of_clock(g);
        return grid == TimeGrid::logarithmic ? std::exp(g) - logarithm_offset : g;
    };
    const double start = to_grid(from);
    const double length = to_grid(to) - start;
    const double measured = grid == TimeGrid::clock ? std::abs(length) : std::abs(to - from);
    const double count = std::max(1.0, std::ceil(measured / dt - 1e-9));
    std::vector<double> times{from};
    for (double k = 1; k < count; ++k) times.push_back(from_grid(start + length * k / count));
    times.push_back(to);
    return times;
}

StepVariable step_variable(const GaussianMixture& mixture, const PathSettings& settings) {
    const bool on_clock = settings.direction == Direction::reverse && settings.grid == TimeGrid::clock;
    return on_clock && mixture.sigma2 < 1 ? StepVariable::clock : StepVariable::time;
}

PathStep path_step(const GaussianMixture& mixture, double t, double u, const PathSettings& settings) {
    const double h = std::abs(t - u);
    const double middle = 0.5 * (t + u);
    PathStep step;
    const double entropy_times[] = {t, middle, u};
    PathSettings sde = settings;  // heat is defined by the drift of the SDE
    sde.integrator = Integrator::euler_maruyama;
    step.midpoint = drift_at(mixture, entropy_times[static_cast<int>(settings.drift_time)], sde);
    switch (settings.integrator) {
        case Integrator::exponential:
        case Integrator::flow_exponential:
            exponential_step(mixture, t, u, settings, step);
            break;
        case Integrator::exact:
            exponential_step(mixture, t, u, settings, step);
            if (settings.direction == Direction::reverse) step.start.linear += 1;
            break;
        default: {
            const Stages stages(mixture, t, u, settings);
            step.start = stages.at(t);
            if (settings.integrator == Integrator::flow_rk4) step.middle = stages.at(stages.middle());
            step.end = stages.at(u);
            if (!is_flow(settings.integrator)) step.noise = std::sqrt(2 * h);
        }
    }
    if (has_unbiased_entropy(settings)) {
        step.backward = step.end;
        step.half_inverse_variance = 0.5 / (step.noise * step.noise);
    }
    return step;
}

void append_path_steps(const GaussianMixture& mixture, double from, double to, const PathSettings& settings,
                       std::vector<PathStep>& steps) {
    const std::vector<double> times = path_times(mixture, from, to, settings.grid, settings.dt);
    for (std::size_t k = 0; k + 1 < times.size(); ++k) steps.push_back(path_step(mixture, times[k], times[k + 1], settings));
}

TransverseGain transverse_gain(const PathStep& step, const PathSettings& settings) {
    const double a = step.start.linear, b = step.middle.linear, c = step.end.linear;
    switch (settings.integrator) {
        case Integrator::heun:
        case Integrator::flow_heun:
            return {1 + 0.5 * (a + c * (1 + a)), step.noise * (1 + 0.5 * c)};
        case Integrator::flow_rk4: {
            const double k2 = b * (1 + 0.5 * a), k3 = b * (1 + 0.5 * k2), k4 = c * (1 + k3);
            return {1 + (a + 2 * k2 + 2 * k3 + k4) / 6, 0};
        }
        case Integrator::exact:
            return {settings.direction == Direction::reverse ? a : 1 + a, step.noise};
        default:
            return {1 + a, step.noise};
    }
}

bool has_unbiased_entropy(const PathSettings& settings) {
    if (settings.integrator == Integrator::exact) return settings.direction == Direction::forward;
    return settings.integrator == Integrator::euler_maruyama || settings.integrator == Integrator::exponential;
}

}  // namespace gdm
