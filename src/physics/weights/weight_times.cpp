#include "gdm/physics/weights/weight_times.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "gdm/physics/process/forward_process.hpp"

namespace gdm {

WeightTime weight_time(double t) {
    // Beyond these limits every energy is 0, or every one but the lowest infinite, to the last digit.
    const double square = std::clamp(1 / brownian_from_time(t), 1e-18, 1e15);
    return {static_cast<float>(0.5 * square / std::numbers::ln2), static_cast<float>(std::sqrt(square) / std::numbers::ln2)};
}

WeightTimes::WeightTimes(std::vector<WeightTime> times) : times_(std::move(times)) {
    if (times_.empty()) return;
    std::vector<float> ratios;
    for (const WeightTime time : times_) ratios.push_back(time.square / time.linear);
    const auto [least, most] = std::minmax_element(ratios.begin(), ratios.end());
    // Within a factor of three the chord is close: passing it is then a few times as frequent as a new lowest energy.
    const double span = std::log(static_cast<double>(*most) / static_cast<double>(*least));
    const auto steps = static_cast<std::size_t>(std::min(std::ceil(span / std::log(3.0)), most_probes - 1.0));
    for (std::size_t i = 0; i < steps; ++i)
        probes_.push_back(static_cast<float>(*least * std::exp(span * static_cast<double>(i) / static_cast<double>(steps))));
    probes_.push_back(*most);
    for (const float ratio : ratios) {
        const auto above = std::upper_bound(probes_.begin(), probes_.end(), ratio);
        const auto to = static_cast<std::size_t>(std::min(above, probes_.end() - 1) - probes_.begin());
        const std::size_t from = to > 0 ? to - 1 : 0;
        const float length = probes_[to] - probes_[from];
        chords_.push_back({from, to, length > 0 ? std::clamp((ratio - probes_[from]) / length, 0.0f, 1.0f) : 0});
    }
}

}  // namespace gdm
