#include "gdm/physics/paths/entropy_cumulants.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>

#include "gdm/base/log_sum.hpp"
#include "gdm/base/not_a_number.hpp"
#include "gdm/physics/paths/step_kernel.hpp"

namespace gdm {

namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();
constexpr double deviations = 8.5;        ///< of a tilted state that a grid reaches
constexpr double window = 7.5;            ///< the same of a step, given its start
constexpr double width_of_spacing = 0.9;  ///< spacing in widths of a Gaussian: the sum errs by 2e^{−2π²/0.81} = 5e-11
constexpr double most_layer_points = 4000;

/// −ln of a step's kernel times e^{−k s}, far out on the side of one class: ½P a² + ½Q y² + R a y + p a + q y.
struct FarStep {
    double P, Q, R, p, q;
};

FarStep far_step(const PathStep& step, const PathSettings& settings, EntropyRule rule, double k) {
    const auto [gain, noise] = transverse_gain(step, settings);
    double shift = step.start.coupling;
    if (settings.integrator == Integrator::heun)
        shift = 0.5 * (step.start.coupling * (1 + step.end.linear) + step.end.coupling);
    const double sharp = 1 / (noise * noise);
    FarStep far{gain * gain * sharp, sharp, -gain * sharp, gain * shift * sharp, -shift * sharp};
    if (rule == EntropyRule::midpoint) {
        far.P -= k * step.midpoint.linear, far.Q += k * step.midpoint.linear;
        far.p -= k * step.midpoint.coupling, far.q += k * step.midpoint.coupling;
        return far;
    }
    const double f = step.start.linear, cf = step.start.coupling, b = step.backward.linear, cb = step.backward.coupling;
    const double each = 2 * k * step.half_inverse_variance;
    far.P -= each * f * (2 + f), far.Q += each * b * (2 + b), far.R += each * (f - b);
    far.p -= each * (cf + cb + f * cf), far.q += each * (cf + cb + b * cb);
    return far;
}

/// Forward with equal steps, −ΔS_E is the same multiple of x_N² − x_0² whatever lies between: one step from end to end.
bool shorten(PathCourse& course, const PathSettings& settings, EntropyRule rule) {
    if (settings.direction != Direction::forward || course.steps.size() < 2) return false;
    const auto linear = [&](const PathStep& step) {
        if (rule == EntropyRule::midpoint) return step.midpoint.linear;
        return 2 * step.half_inverse_variance * step.start.linear * (2 + step.start.linear);
    };
    const double first = linear(course.steps.front());
    double gain = 1, variance = 0;
    for (const PathStep& step : course.steps) {
        if (std::abs(linear(step) - first) > 1e-9) return false;
        if (rule == EntropyRule::unbiased && std::abs(step.start.linear - step.backward.linear) > 1e-12) return false;
        const TransverseGain one = transverse_gain(step, settings);
        gain *= one.gain;
        variance = one.gain * one.gain * variance + one.noise * one.noise;
    }
    PathStep whole;
    whole.start.linear = gain - 1;
    whole.noise = std::sqrt(variance);
    whole.midpoint.linear = first;
    course.steps = {whole};
    course.times = {course.start_time, course.end_time};
    return true;
}

/// Environment entropy of a step between two states; tanh of half sums of arguments by the addition theorem.
class StepEntropy {
  public:
    StepEntropy(const PathStep& step, EntropyRule rule) : step_(step), rule_(rule) {}
    /// What depends on the end alone.
    [[nodiscard]] double end_part(double y) const {
        if (rule_ == EntropyRule::unbiased) return increment(step_.backward, y);
        return std::tanh(0.5 * step_.midpoint.slope * y);
    }
    void start_at(double a) {
        a_ = a;
        part_ = rule_ == EntropyRule::unbiased ? increment(step_.start, a) : std::tanh(0.5 * step_.midpoint.slope * a);
    }
    [[nodiscard]] double operator()(double y, double end_part) const {
        const double change = y - a_;
        if (rule_ == EntropyRule::unbiased) {
            return step_.half_inverse_variance * (2 * change * (part_ + end_part) + end_part * end_part - part_ * part_);
        }
        const double below = 1 + part_ * end_part;
        const double tanh_value = below > 0 ? std::clamp((part_ + end_part) / below, -1.0, 1.0) : 0;
        return change * (0.5 * step_.midpoint.linear * (a_ + y) + step_.midpoint.coupling * tanh_value);
    }

  private:
    const PathStep& step_;
    EntropyRule rule_;
    double a_ = 0, part_ = 0;
};

}  // namespace

/// Of the state after n steps, tilted and far out: how far a grid goes, its spacing, and the message from the end,
/// −ln v = ½U a² + u a.
struct AxisCumulants::Reach {
    double far = 0, spacing = 1;
    double U = 0, u = 0;
};

/// ln v, v′/v and v″/v (derivatives by k) at 0, spacing, 2 spacing, …
struct AxisCumulants::Layer {
    double spacing = 1;
    std::vector<double> log, first, second;
    [[nodiscard]] double at(std::size_t i) const { return spacing * static_cast<double>(i); }
};

AxisCumulants::AxisCumulants(const PathProblem& problem, EntropyRule rule, EntropyPart part)
    : problem_(problem), rule_(rule), part_(part), course_(path_course(problem)), kernel_(problem.settings.integrator) {
    if (problem.settings.direction == Direction::forward && kernel_ == Integrator::exact) kernel_ = Integrator::exponential;
    if (!shorten(course_, problem.settings, rule_)) return;
    rule_ = EntropyRule::midpoint;
    kernel_ = problem_.settings.integrator = Integrator::euler_maruyama;
}

std::vector<AxisCumulants::Reach> AxisCumulants::reach(double k) const {
    const GaussianMixture& mixture = problem_.mixture;
    const std::size_t n = course_.steps.size();
    const bool total = part_ == EntropyPart::total, exact = problem_.start == StartState::exact;
    std::vector<Reach> all(n + 1);
    std::vector<FarStep> steps;
    for (const PathStep& step : course_.steps) steps.push_back(far_step(step, problem_.settings, rule_, k));
    const auto mean = [&](std::size_t i) { return mixture.axis_mean(course_.times[i]); };
    if (total) all[n] = {0, 1, k / course_.end_variance, -k * mean(n) / course_.end_variance};
    for (std::size_t i = n; i-- > 0;) {
        const double sharp = steps[i].Q + all[i + 1].U;
        if (!(sharp > 0)) return {};
        all[i].U = steps[i].P - steps[i].R * steps[i].R / sharp;
        all[i].u = steps[i].p - steps[i].R * (steps[i].q + all[i + 1].u) / sharp;
    }
    const double share = total ? 1 - k : 1;
    double V = share / course_.start_variance, v = exact ? -V * mean(0) : 0;  // the message from the start
    for (std::size_t i = 0; i <= n; ++i) {
        const double sharp = V + all[i].U;
        if (!(sharp > 0)) return {};
        // Features of v: those of the classes, and of a long step that tears the line apart between them.
        double feature = mean(i) / mixture.variance(course_.times[i]);
        if (i < n && steepest(course_.steps[i].start) > 2)
            feature = std::max(feature, 1 / StepKernel(course_.steps[i], kernel_).source_width());
        double given = sharp;
        if (i > 0) given = std::max(steps[i - 1].Q + std::max(0.0, all[i].U), 1 / std::pow(course_.steps[i - 1].noise, 2));
        all[i].spacing = width_of_spacing / std::sqrt(given + feature * feature);
        all[i].far = std::max(std::abs((v + all[i].u) / sharp), mean(i)) + deviations / std::sqrt(sharp);
        if (i == n) break;
        // The message from the start, one step on.
        const double before = steps[i].P + V;
        if (!(before > 0)) {  // flat (k = 1) or growing: the end alone holds the state
            V = 0, v = 0;
            continue;
        }
        const double cross = steps[i].R / before;
        v = steps[i].q - cross * (steps[i].p + v);
        V = steps[i].Q - cross * steps[i].R;
    }
    return all;
}

AxisCumulants::Layer AxisCumulants::empty_layer(const Reach& reach) const {
    const auto count = static_cast<std::size_t>(std::ceil(reach.far / reach.spacing)) + 1;
    return {reach.spacing, std::vector<double>(count), std::vector<double>(count), std::vector<double>(count)};
}

AxisCumulants::Layer AxisCumulants::before(const Layer& after, std::size_t n, double k,
                                           const std::vector<Reach>& far) const {
    const PathStep& step = course_.steps[n];
    const StepKernel kernel(step, kernel_);
    const FarStep line = far_step(step, problem_.settings, rule_, k);
    const double sharp = line.Q + far[n + 1].U;
    Layer layer = empty_layer(far[n]);
    StepEntropy entropy(step, rule_);
    const auto last = static_cast<double>(after.log.size() - 1);
    std::vector<double> end_parts(after.log.size());
    for (std::size_t j = 0; j < end_parts.size(); ++j) end_parts[j] = entropy.end_part(after.at(j));
    const double log_norm = std::log(after.spacing / (kernel.noise() * std::sqrt(2 * std::numbers::pi)));
    std::vector<double> exponent, given;
    for (std::size_t i = 0; i < layer.log.size(); ++i) {
        const double a = layer.at(i);
        const double centre = -line.R * a / sharp, shift = std::abs((line.q + far[n + 1].u) / sharp);
        const double margin = shift + window / std::sqrt(sharp);
        const double low = std::max(-last, std::floor((centre - margin) / after.spacing));
        const double high = std::min(last, std::ceil((centre + margin) / after.spacing));
        const auto [one, other] = kernel.branches(a);
        const double log_one = std::log(one.probability), log_other = std::log(other.probability);
        const double offset = kernel.offset(a);
        entropy.start_at(a);
        exponent.clear(), given.clear();
        double largest = -infinity, b = one.mean;
        for (double j = low; j <= high; ++j) {
            const double y = j * after.spacing;
            const auto place = static_cast<std::size_t>(std::abs(j));
            b = kernel.predictor_of(y + offset, b);
            const double z = (b - one.mean) / kernel.noise();
            double log_kernel = log_one - 0.5 * z * z;
            if (other.probability > 0) {
                const double z_other = (y - other.mean) / kernel.noise();
                log_kernel = log_add_exp(log_kernel, log_other - 0.5 * z_other * z_other);
            }
            if (kernel.corrected()) {
                const double slope = kernel.slope_of(b);
                log_kernel -= std::log(slope);
                b += after.spacing / slope;  // where the next one will be
            }
            // Both parts are odd functions of the end.
            const double s = entropy(y, j < 0 ? -end_parts[place] : end_parts[place]);
            given.push_back(s);
            exponent.push_back(log_kernel - k * s + after.log[place]);
            largest = std::max(largest, exponent.back());
        }
        double sum = 0, first = 0, second = 0;
        for (std::size_t m = 0; m < exponent.size(); ++m) {
            const double weight = std::exp(exponent[m] - largest);
            const auto place = static_cast<std::size_t>(std::abs(low + static_cast<double>(m)));
            const double r1 = after.first[place], s = given[m];
            sum += weight;
            first += weight * (r1 - s);
            second += weight * (after.second[place] - 2 * s * r1 + s * s);
        }
        layer.log[i] = largest + std::log(sum) + log_norm;
        layer.first[i] = first / sum, layer.second[i] = second / sum;
    }
    return layer;
}

Cumulants AxisCumulants::operator()(double k) const {
    const std::vector<Reach> far = reach(k);
    if (far.empty()) return {infinity, infinity, infinity};
    for (std::size_t n = 0; n < far.size(); ++n) {
        const bool valid = n == course_.steps.size() || StepKernel(course_.steps[n], kernel_).valid();
        if (!valid || !(far[n].far / far[n].spacing < most_layer_points)) return {not_a_number, not_a_number, not_a_number};
    }
    const bool total = part_ == EntropyPart::total;
    const GaussianMixture along{problem_.mixture.axis_mean(), problem_.mixture.sigma2, 1};
    Layer layer = empty_layer(far.back());
    for (std::size_t i = 0; total && i < layer.log.size(); ++i) {
        const double a = layer.at(i), log_density = along.log_density({&a, 1}, course_.end_time);
        layer.log[i] = k * log_density;
        layer.first[i] = log_density, layer.second[i] = log_density * log_density;
    }
    for (std::size_t n = course_.steps.size(); n-- > 0;) layer = before(layer, n, k, far);
    const GaussianMixture start = problem_.start == StartState::exact ? along : GaussianMixture{0, 1, 1};
    std::vector<double> exponent(layer.log.size()), given(layer.log.size());
    for (std::size_t i = 0; i < exponent.size(); ++i) {
        const double a = layer.at(i), log_density = start.log_density({&a, 1}, course_.start_time);
        given[i] = total ? log_density : 0;
        exponent[i] = log_density - k * given[i] + layer.log[i] + (i == 0 ? -std::numbers::ln2 : 0);
    }
    const double largest = *std::max_element(exponent.begin(), exponent.end());
    double sum = 0, first = 0, second = 0;
    for (std::size_t i = 0; i < exponent.size(); ++i) {
        const double weight = std::exp(exponent[i] - largest), r1 = layer.first[i], s = given[i];
        sum += weight;
        first += weight * (r1 - s);
        second += weight * (layer.second[i] - 2 * s * r1 + s * s);
    }
    first /= sum;
    return {largest + std::log(2 * layer.spacing * sum), first, second / sum - first * first};
}

std::vector<WeightMass> AxisCumulants::one_step_law() const {
    if (course_.steps.size() != 1 || kernel_ == Integrator::exact || kernel_ == Integrator::heun) return {};
    const std::vector<Reach> far = reach(0);
    const StepKernel kernel(course_.steps.front(), kernel_);
    StepEntropy entropy(course_.steps.front(), rule_);
    const GaussianMixture along{problem_.mixture.axis_mean(), problem_.mixture.sigma2, 1};
    const GaussianMixture start = problem_.start == StartState::exact ? along : GaussianMixture{0, 1, 1};
    constexpr double finer = 3;  // than a sum needs: what lies beyond a value is wanted
    const double spacing = far[0].spacing / finer;
    std::vector<WeightMass> masses;
    for (double i = 0; i * spacing < far[0].far; ++i) {
        const double a = i * spacing, log_density = start.log_density({&a, 1}, course_.start_time);
        const double mean = kernel.branches(a).first.mean;
        entropy.start_at(a);
        for (double z = -window; z < window; z += 0.25) {
            const double y = mean + z * kernel.noise();
            const double total =
                log_density - along.log_density({&y, 1}, course_.end_time) + entropy(y, entropy.end_part(y));
            const double mass = std::exp(log_density - 0.5 * z * z) * (i == 0 ? 0.5 : 1);
            masses.push_back({-total, mass});
        }
    }
    double sum = 0;
    for (const WeightMass& one : masses) sum += one.mass;
    for (WeightMass& one : masses) one.mass /= sum;
    return masses;
}

Cumulants transverse_cumulants(const TailProblem& problem, double k, double index) {
    if (!(k < index)) return {infinity, infinity, infinity};
    const double h = 1e-3 * std::min(1.0, index - k);
    const auto value = [&](double at) { return log_exp_average(problem.chain, problem.form, at) - at * problem.constant; };
    const double low = value(k - h), here = value(k), high = value(k + h);
    return {here, (high - low) / (2 * h), (high - 2 * here + low) / (h * h)};
}

}  // namespace gdm
