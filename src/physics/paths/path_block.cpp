#include "gdm/physics/paths/path_block.hpp"

#include <algorithm>
#include <cmath>

namespace gdm {

PathBlock::PathBlock(Precision precision, std::size_t length)
    : precision_(precision), axis_(length), midpoint_(length), unbiased_(length) {
    if (precision == Precision::single_lanes) single_.resize(length);
}

void PathBlock::start(const GaussianMixture& mixture, double t, StartState state, const LaneNoise& noise) {
    const bool exact = state == StartState::exact;
    start_axis(axis_, exact ? mixture.axis_mean(t) : 0.0, exact ? std::sqrt(mixture.variance(t)) : 1.0, noise);
    start(axis_);
}

void PathBlock::start(std::span<const double> axis) {
    if (axis.data() != axis_.data()) std::copy(axis.begin(), axis.end(), axis_.begin());
    std::fill(midpoint_.begin(), midpoint_.end(), 0.0);
    std::fill(unbiased_.begin(), unbiased_.end(), 0.0);
    // Rounded at once, so that the state at the start is the one from which the trajectory goes on.
    for (std::size_t i = 0; i < single_.size(); ++i) axis_[i] = single_[i] = static_cast<float>(axis_[i]);
}

void PathBlock::advance(std::span<const PathStep> steps, const PathSettings& settings, const LaneNoise& noise, bool midpoint,
                        bool unbiased) {
    PathEntropy entropy;
    if (midpoint) entropy.midpoint = midpoint_;
    if (unbiased) entropy.unbiased = unbiased_;
    if (precision_ == Precision::double_lanes) return advance_paths(axis_, entropy, steps, settings, noise);
    advance_paths(single_, entropy, steps, settings, noise);
    std::copy(single_.begin(), single_.end(), axis_.begin());
}

}  // namespace gdm
