#include "gdm/physics/paths/axis_lanes.hpp"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "physics/paths/axis_lanes.cpp"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

#include "gdm/base/lanes-inl.hpp"

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
HWY_EXPORT(class_probabilities);

void start_axis(std::span<double> a, double mean, double deviation, const LaneNoise& noise) {
    HWY_DYNAMIC_DISPATCH(start_axis)(a, mean, deviation, noise);
}

void class_probabilities(std::span<const double> a, double slope, std::span<double> probability) {
    HWY_DYNAMIC_DISPATCH(class_probabilities)(a, slope, probability);
}

}  // namespace gdm
#endif
