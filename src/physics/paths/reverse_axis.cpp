#include "gdm/physics/paths/reverse_axis.hpp"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "physics/paths/reverse_axis.cpp"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

#include "gdm/base/lanes-inl.hpp"
#include "gdm/physics/paths/reverse_step-inl.hpp"

HWY_BEFORE_NAMESPACE();
namespace gdm::HWY_NAMESPACE {

void start_axis(std::span<double> a, double mean, double deviation, const LaneNoise& noise) {
    const DoubleTag d;
    for (std::size_t i = 0; i < a.size(); i += hn::Lanes(d)) {
        const auto sample = sample_lanes(d, noise.first_sample + static_cast<std::uint32_t>(i));
        hn::Vec<DoubleTag> z, other;
        normal_pair(d, philox(d, noise.key, noise.draw, noise.first_step, sample), z, other);
        const auto signed_mean = hn::CopySign(hn::Set(d, mean), other);  // the sign of the second normal is the class
        store_up_to(d, hn::MulAdd(hn::Set(d, deviation), z, signed_mean), a.data() + i, a.size() - i);
    }
}

/// Two vectors at a time: their dependency chains overlap.
template <Scheme scheme>
void advance(std::span<double> a, std::span<const ReverseStep> steps, const LaneNoise& noise) {
    const DoubleTag d;
    using Vector = hn::Vec<DoubleTag>;
    const std::size_t lanes = hn::Lanes(d);
    for (std::size_t i = 0; i < a.size(); i += 2 * lanes) {
        const std::size_t second = i + lanes < a.size() ? i + lanes : i;  // a lone last vector is done twice
        Vector x = load_up_to(d, a.data() + i, a.size() - i);
        Vector y = load_up_to(d, a.data() + second, a.size() - second);
        const auto x_samples = sample_lanes(d, noise.first_sample + static_cast<std::uint32_t>(i));
        const auto y_samples = sample_lanes(d, noise.first_sample + static_cast<std::uint32_t>(second));
        StepNoise<DoubleTag> x_noise, y_noise;
        std::uint32_t index = noise.first_step;
        std::size_t s = 0;
        if (index % 2 == 1 && !steps.empty()) {
            x_noise.template draw<scheme>(d, noise.key, noise.draw, index / 2, x_samples);
            y_noise.template draw<scheme>(d, noise.key, noise.draw, index / 2, y_samples);
            x = take_step<scheme>(d, x, steps[0], x_noise.normal[1], x_noise.uniform[1]);
            y = take_step<scheme>(d, y, steps[0], y_noise.normal[1], y_noise.uniform[1]);
            ++s, ++index;
        }
        for (; s + 2 <= steps.size(); s += 2, index += 2) {
            x_noise.template draw<scheme>(d, noise.key, noise.draw, index / 2, x_samples);
            y_noise.template draw<scheme>(d, noise.key, noise.draw, index / 2, y_samples);
            x = take_step<scheme>(d, x, steps[s], x_noise.normal[0], x_noise.uniform[0]);
            y = take_step<scheme>(d, y, steps[s], y_noise.normal[0], y_noise.uniform[0]);
            x = take_step<scheme>(d, x, steps[s + 1], x_noise.normal[1], x_noise.uniform[1]);
            y = take_step<scheme>(d, y, steps[s + 1], y_noise.normal[1], y_noise.uniform[1]);
        }
        if (s < steps.size()) {
            x_noise.template draw<scheme>(d, noise.key, noise.draw, index / 2, x_samples);
            y_noise.template draw<scheme>(d, noise.key, noise.draw, index / 2, y_samples);
            x = take_step<scheme>(d, x, steps[s], x_noise.normal[0], x_noise.uniform[0]);
            y = take_step<scheme>(d, y, steps[s], y_noise.normal[0], y_noise.uniform[0]);
        }
        store_up_to(d, x, a.data() + i, a.size() - i);
        store_up_to(d, y, a.data() + second, a.size() - second);
    }
}

void advance_axis(std::span<double> a, std::span<const ReverseStep> steps, Scheme scheme, const LaneNoise& noise) {
    switch (scheme) {
        case Scheme::euler_maruyama:
            advance<Scheme::euler_maruyama>(a, steps, noise);
            break;
        case Scheme::heun:
            advance<Scheme::heun>(a, steps, noise);
            break;
        case Scheme::exact:
            advance<Scheme::exact>(a, steps, noise);
            break;
    }
}

void class_probabilities(std::span<const double> a, double slope, std::span<double> probability) {
    const DoubleTag d;
    const auto half = hn::Set(d, 0.5);
    for (std::size_t i = 0; i < a.size(); i += hn::Lanes(d)) {
        const auto x = load_up_to(d, a.data() + i, a.size() - i);
        const auto p = hn::MulAdd(half, tanh(d, hn::Mul(hn::Set(d, slope), x)), half);
        store_up_to(d, p, probability.data() + i, a.size() - i);
    }
}

}  // namespace gdm::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace gdm {

HWY_EXPORT(start_axis);
HWY_EXPORT(advance_axis);
HWY_EXPORT(class_probabilities);

void start_axis(std::span<double> a, double mean, double deviation, const LaneNoise& noise) {
    HWY_DYNAMIC_DISPATCH(start_axis)(a, mean, deviation, noise);
}

void advance_axis(std::span<double> a, std::span<const ReverseStep> steps, Scheme scheme, const LaneNoise& noise) {
    HWY_DYNAMIC_DISPATCH(advance_axis)(a, steps, scheme, noise);
}

void class_probabilities(std::span<const double> a, double slope, std::span<double> probability) {
    HWY_DYNAMIC_DISPATCH(class_probabilities)(a, slope, probability);
}

}  // namespace gdm
#endif
