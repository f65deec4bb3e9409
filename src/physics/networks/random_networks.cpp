#include "gdm/physics/networks/random_networks.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>

#include "physics/networks/signal_kernel.hpp"

namespace gdm {
namespace {

std::size_t rounded_up(std::size_t networks) { return (networks + signal_columns - 1) / signal_columns * signal_columns; }

/// A gap below this share of the length is scaled up: there differences grow linearly.
constexpr double smallest_gap = 1e-100;

double root_or_zero(double x) { return x > 0 ? std::sqrt(x) : 0; }

}  // namespace

RandomNetworks::RandomNetworks(const RandomLayer& layer, Architecture architecture, double branch, std::size_t width,
                               std::size_t networks, double q0, double rho0)
    : layer_law_(layer),
      architecture_(architecture),
      branch_(branch),
      width_(width),
      networks_(networks),
      lanes_(rounded_up(networks)),
      log_scale_(lanes_, 0.),
      log_growth_(lanes_, 0.),
      norm_(lanes_, 1.),
      sums_(2 * signal_sums * lanes_) {
    const auto all = [&](double value) { return std::vector<double>(lanes_, value); };
    drawn_ = {all(q0), all(-q0 * rho0), all(2 * q0 * rho0), all(0), all(1)};
    units_law_ = drawn_;
    if (architecture == Architecture::resnet)
        for (auto& part : units_) part.assign(width * lanes_, 0.);
}

void RandomNetworks::draw(const RandomStream& random, std::uint32_t step) {
    std::vector<double> coefficients(5 * lanes_);
    double *root = coefficients.data(), *slope = root + lanes_, *rest = slope + lanes_, *tangent_slope = rest + lanes_,
           *tangent_rest = tangent_slope + lanes_;
    for (std::size_t i = 0; i < lanes_; ++i) {
        root[i] = root_or_zero(drawn_.length[i]);
        slope[i] = root[i] > 0 ? drawn_.cross[i] / root[i] : 0;
        rest[i] = root_or_zero(drawn_.gap[i] - slope[i] * slope[i]);
        tangent_slope[i] = root[i] > 0 ? drawn_.tangent_cross[i] / root[i] : 0;
        tangent_rest[i] = root_or_zero(drawn_.tangent[i] - tangent_slope[i] * tangent_slope[i]);
    }
    const bool residual = architecture_ == Architecture::resnet;
    pass_signal_layer({.activation = layer_law_.activation,
                       .key = NoiseKey(random, Purpose::couplings),
                       .layer = step,
                       .width = width_,
                       .networks = lanes_,
                       .root = root,
                       .slope = slope,
                       .rest = rest,
                       .tangent_slope = tangent_slope,
                       .tangent_rest = tangent_rest,
                       .u = residual ? units_[0].data() : nullptr,
                       .d = units_[1].data(),
                       .t = units_[2].data(),
                       .tangent_norm = norm_.data(),
                       .sums = sums_.data(),
                       .unit_sums = sums_.data() + signal_sums * lanes_});
    const double share = 1 / static_cast<double>(width_), weight = layer_law_.weight_variance * share,
                 scale = residual ? branch_ * branch_ : 1;
    for (std::size_t i = 0; i < lanes_; ++i) {
        const auto sum = [&](std::size_t which) { return sums_[which * lanes_ + i]; };
        drawn_.length[i] = scale * (weight * sum(0) + layer_law_.bias_variance);
        drawn_.cross[i] = scale * weight * sum(1);
        drawn_.gap[i] = scale * weight * sum(2);
        drawn_.tangent_cross[i] = scale * weight * sum(3);
        drawn_.tangent[i] = scale * weight * sum(4);
        if (!residual) continue;
        units_law_.length[i] = share * sum(5);
        units_law_.cross[i] = share * sum(6);
        units_law_.gap[i] = share * sum(7);
        norm_[i] = std::sqrt(share * sum(9));
        drawn_.tangent_cross[i] /= norm_[i];
        drawn_.tangent[i] /= norm_[i] * norm_[i];
    }
}

void RandomNetworks::advance(const RandomStream& random) {
    if (architecture_ == Architecture::resnet) {
        if (layer_ == 0) draw(random, 0);  // the inputs
        draw(random, ++layer_);
        for (std::size_t i = 0; i < lanes_; ++i) log_growth_[i] += 2 * std::log(norm_[i]);
        return;
    }
    draw(random, layer_++);
    for (std::size_t i = 0; i < lanes_; ++i) {
        const double tangent = drawn_.tangent[i];
        log_growth_[i] += std::log(tangent);
        drawn_.tangent_cross[i] = tangent > 0 ? drawn_.tangent_cross[i] / std::sqrt(tangent) : 0;
        drawn_.tangent[i] = 1;
    }
    grow_small_gaps();
    units_law_ = drawn_;
}

void RandomNetworks::grow_small_gaps() {
    for (std::size_t i = 0; i < lanes_; ++i) {
        if (drawn_.gap[i] >= smallest_gap * drawn_.length[i] || drawn_.gap[i] == 0) continue;
        // Powers of 4, so that no digit is lost; differences are still far below where they cease to grow linearly.
        const int power = static_cast<int>(std::floor(std::log2(1e-40 * drawn_.length[i] / drawn_.gap[i]) / 2));
        drawn_.gap[i] = std::ldexp(drawn_.gap[i], 2 * power);
        drawn_.cross[i] = std::ldexp(drawn_.cross[i], power);
        log_scale_[i] -= 2 * power * std::numbers::ln2;
    }
}

double RandomNetworks::log_rho(std::size_t network) const {
    const double q = units_law_.length[network], g = units_law_.cross[network], gap = units_law_.gap[network];
    const double w = std::clamp((q * gap - g * g) / (q * (q + 2 * g + gap)), 0., 1.);
    const double part = std::sqrt(1 - w);
    return std::log(q + g >= 0 ? w / (1 + part) : 1 + part) + log_scale_[network];
}

std::vector<std::vector<double>*> RandomNetworks::parts() {
    std::vector<std::vector<double>*> all{&log_scale_, &log_growth_, &norm_, &units_[0], &units_[1], &units_[2]};
    for (Law* law : {&drawn_, &units_law_})
        for (auto* part : {&law->length, &law->cross, &law->gap, &law->tangent_cross, &law->tangent}) all.push_back(part);
    return all;
}

void RandomNetworks::save(ByteWriter& writer) {
    writer.put(layer_);
    for (const auto* part : parts()) writer.put(std::span<const double>(*part));
}

void RandomNetworks::load(ByteReader& reader) {
    reader.get(layer_);
    for (auto* part : parts()) reader.get(std::span(*part));
}

std::size_t RandomNetworks::bytes(Architecture architecture, std::size_t width, std::size_t networks) {
    const std::size_t units = architecture == Architecture::resnet ? 3 * width : 0;
    return sizeof(std::uint32_t) + (13 + units) * rounded_up(networks) * sizeof(double);
}

}  // namespace gdm
