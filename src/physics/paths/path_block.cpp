#include "gdm/physics/paths/path_block.hpp"

#include <algorithm>
#include <cmath>

#include "gdm/physics/paths/full_path.hpp"

namespace gdm {

PathBlock::PathBlock(Precision precision, std::size_t length) : precision_(precision) { resize(length); }

PathBlock::PathBlock(const GaussianMixture& mixture, Method method, Precision precision, std::size_t length)
    : precision_(precision), dimension_(method == Method::full ? static_cast<std::size_t>(mixture.d) : 0) {
    resize(length);
}

void PathBlock::resize(std::size_t length) {
    for (auto* values : {&axis_, &midpoint_, &unbiased_}) values->resize(length);
    coordinates_.resize(dimension_ * length);
    if (precision_ == Precision::single_lanes) single_.resize(state().size());
}

void PathBlock::start(const GaussianMixture& mixture, double t, StartState state, const LaneNoise& noise) {
    const bool exact = state == StartState::exact;
    const double deviation = exact ? std::sqrt(mixture.variance(t)) : 1.0;
    if (dimension_ > 0) {
        start_full(coordinates_, length(), exact ? mixture.mu * std::exp(-t) : 0.0, deviation, noise);
    } else {
        start_axis(axis_, exact ? mixture.axis_mean(t) : 0.0, deviation, noise);
    }
    begin();
}

void PathBlock::start(std::span<const double> axis) {
    std::copy(axis.begin(), axis.end(), axis_.begin());
    const double unit = 1 / std::sqrt(static_cast<double>(dimension_));
    for (std::size_t k = 0; k < coordinates_.size(); ++k) coordinates_[k] = axis[k % length()] * unit;
    begin();
}

void PathBlock::begin() {
    std::fill(midpoint_.begin(), midpoint_.end(), 0.0);
    std::fill(unbiased_.begin(), unbiased_.end(), 0.0);
    // Rounded at once, so that the state at the start is the one from which the trajectory goes on.
    for (std::size_t i = 0; i < single_.size(); ++i) state()[i] = single_[i] = static_cast<float>(state()[i]);
    if (dimension_ > 0) axis_projection(coordinates_, length(), axis_);
}

void PathBlock::copy_from(const PathBlock& other) {
    std::copy(other.axis_.begin(), other.axis_.end(), axis_.begin());
    std::copy(other.coordinates_.begin(), other.coordinates_.end(), coordinates_.begin());
    std::copy(other.single_.begin(), other.single_.end(), single_.begin());
}

void PathBlock::advance(std::span<const PathStep> steps, const PathSettings& settings, const LaneNoise& noise, bool midpoint,
                        bool unbiased) {
    PathEntropy entropy;
    if (midpoint) entropy.midpoint = midpoint_;
    if (unbiased) entropy.unbiased = unbiased_;
    const auto run = [&](auto state) {
        if (dimension_ > 0) return advance_full(state, length(), entropy, steps, settings, noise);
        advance_paths(state, entropy, steps, settings, noise);
    };
    if (precision_ == Precision::double_lanes) {
        run(state());
    } else {
        run(std::span<float>(single_));
        std::copy(single_.begin(), single_.end(), state().begin());
    }
    if (dimension_ > 0) axis_projection(coordinates_, length(), axis_);
}

std::vector<double> PathBlock::transverse_squares() const {
    std::vector<double> squares(length());
    gdm::transverse_squares(coordinates_, length(), axis_, squares);
    return squares;
}

}  // namespace gdm
