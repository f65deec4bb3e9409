#include "gdm/physics/networks/convolutional_signal.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>
#include <stdexcept>

namespace gdm {
namespace {

ConvolutionShape shape_of(const ConvolutionalNetwork& network) {
    if (network.channels == 0 || network.kernel % 2 == 0 || network.kernel > 2 * ChannelField::margin - 1 ||
        network.sites == 0 || network.sites % 64 != 0 || !(network.weight_variance >= 0) || !(network.bias_variance >= 0) ||
        network.activation == Activation::relu)
        throw std::invalid_argument("a convolutional network has channels, an odd kernel below 32, 64 n sites, tanh or erf");
    const auto inputs = static_cast<double>(network.channels * network.kernel);
    return {.channels = network.channels,
            .kernel = network.kernel,
            .sites = network.sites,
            .weight_deviation = static_cast<float>(std::sqrt(network.weight_variance / inputs)),
            .bias_deviation = static_cast<float>(std::sqrt(network.bias_variance)),
            .activation = network.activation,
            .shared_weights = network.shared_weights};
}

/// Multiplies by a power of two, which rounds nothing.
void scale(ChannelField& field, const ConvolutionShape& shape, int exponent) {
    // In two factors, because one may be beyond single precision.
    const float half = std::ldexp(1.0f, exponent / 2), rest = std::ldexp(1.0f, exponent - exponent / 2);
    for (std::size_t channel = 0; channel < shape.channels; ++channel)
        for (std::size_t site = 0; site < shape.sites; ++site)
            field.row(channel)[site] = field.row(channel)[site] * half * rest;
}

/// Where a difference is this small, in bits, what is not linear in it is lost in rounding.
constexpr int linear_below = -38;
/// The exponents between which nothing is scaled.
constexpr int scaled_within = 20;

}  // namespace

ConvolutionalSignal::ConvolutionalSignal(const ConvolutionalNetwork& network, double q0, double rho0,
                                         const RandomStream& random)
    : shape_(shape_of(network)), fields_(shape_.channels, shape_.sites), activated_(shape_.channels, shape_.sites) {
    if (!(rho0 > 0 && rho0 <= 2) || !(q0 > 0)) throw std::invalid_argument("inputs have 0 < rho_0 <= 2 and q_0 > 0");
    RandomSequence sequence(random, Purpose::initial_state);
    const double length = std::sqrt(q0), across = std::sqrt(rho0 * (2 - rho0));
    LargestSignals largest;
    for (std::size_t channel = 0; channel < shape_.channels; ++channel) {
        for (std::size_t site = 0; site < shape_.sites; ++site) {
            const double z = sequence.normal(), other = sequence.normal();
            const auto d = static_cast<float>(length * (across * other - rho0 * z)),
                       v = static_cast<float>(sequence.normal());
            fields_.h.row(channel)[site] = static_cast<float>(length * z);
            fields_.d.row(channel)[site] = d;
            fields_.v.row(channel)[site] = v;
            largest = {std::max(largest.d, std::abs(d)), std::max(largest.v, std::abs(v))};
        }
    }
    rescale(largest);
}

void ConvolutionalSignal::rescale(LargestSignals largest) {
    if (largest.v > 0 && std::abs(std::ilogb(largest.v)) > scaled_within) {
        const int exponent = -std::ilogb(largest.v);
        scale(fields_.v, shape_, exponent);
        v_exponent_ += exponent;
    }
    if (!(largest.d > 0)) return;
    const int now = std::ilogb(largest.d), truth = now - d_exponent_;
    int exponent = 0;
    if (truth >= linear_below)
        exponent = -d_exponent_;
    else if (std::abs(now) > scaled_within)
        exponent = -now;
    if (exponent == 0) return;
    scale(fields_.d, shape_, exponent);
    d_exponent_ += exponent;
}

void ConvolutionalSignal::step(const RandomStream& random) {
    const NoiseKey key(random, Purpose::couplings);
    activate(shape_, d_exponent_ != 0, fields_, activated_);
    LargestSignals largest;
    if (shape_.shared_weights) {
        draw_weights(shape_, key, layer_, weights_);
        largest = convolve(shape_, weights_, activated_, fields_);
    } else {
        largest = convolve_independent(shape_, key, layer_, activated_, fields_);
    }
    ++layer_;
    rescale(largest);
}

double ConvolutionalSignal::mean_square() const {
    double sum = 0;
    for (std::size_t channel = 0; channel < shape_.channels; ++channel)
        for (std::size_t site = 0; site < shape_.sites; ++site) sum += std::pow(double{fields_.h.row(channel)[site]}, 2);
    return sum / static_cast<double>(shape_.channels * shape_.sites);
}

double ConvolutionalSignal::scaled_square(std::size_t first_site, std::size_t last_site) const {
    double sum = 0;
    for (std::size_t channel = 0; channel < shape_.channels; ++channel) {
        const float* const d = fields_.d.row(channel);
        for (std::size_t site = first_site; site < last_site; ++site) sum += double{d[site]} * double{d[site]};
    }
    return std::max(sum, std::numeric_limits<double>::min());
}

double ConvolutionalSignal::log_rho() const {
    double both = 0;
    const double unit = std::ldexp(1.0, -d_exponent_);
    for (std::size_t channel = 0; channel < shape_.channels; ++channel) {
        for (std::size_t site = 0; site < shape_.sites; ++site) {
            const double h = fields_.h.row(channel)[site], other = h + unit * fields_.d.row(channel)[site];
            both += h * h + other * other;
        }
    }
    return std::log(scaled_square(0, shape_.sites) / both) - 2 * d_exponent_ * std::numbers::ln2;
}

double ConvolutionalSignal::active_fraction(double threshold) const {
    std::size_t active = 0;
    const double unit = std::ldexp(1.0, -2 * d_exponent_) / static_cast<double>(shape_.channels);
    for (std::size_t site = 0; site < shape_.sites; ++site)
        active += unit * scaled_square(site, site + 1) > threshold ? 1 : 0;
    return static_cast<double>(active) / static_cast<double>(shape_.sites);
}

double ConvolutionalSignal::log_tangent() const {
    double sum = 0;
    for (std::size_t channel = 0; channel < shape_.channels; ++channel)
        for (std::size_t site = 0; site < shape_.sites; ++site) sum += std::pow(double{fields_.v.row(channel)[site]}, 2);
    return std::log(sum / static_cast<double>(shape_.channels * shape_.sites)) / 2 - v_exponent_ * std::numbers::ln2;
}

void ConvolutionalSignal::log_differences(std::span<double> blocks) const {
    const std::size_t length = shape_.sites / blocks.size();
    for (std::size_t block = 0; block < blocks.size(); ++block)
        blocks[block] =
            std::log(scaled_square(block * length, (block + 1) * length) / static_cast<double>(length * shape_.channels)) /
                2 -
            d_exponent_ * std::numbers::ln2;
}

std::size_t ConvolutionalSignal::state_size(const ConvolutionalNetwork& network) {
    return 3 * network.channels * network.sites * sizeof(float) + sizeof layer_ + 2 * sizeof(std::int32_t);
}

void ConvolutionalSignal::save(ByteWriter& writer) const {
    writer.put(layer_);
    writer.put(d_exponent_);
    writer.put(v_exponent_);
    for (const ChannelField* field : {&fields_.h, &fields_.d, &fields_.v})
        for (std::size_t channel = 0; channel < shape_.channels; ++channel)
            writer.put(std::span<const float>(field->row(channel), shape_.sites));
}

void ConvolutionalSignal::load(ByteReader& reader) {
    reader.get(layer_);
    reader.get(d_exponent_);
    reader.get(v_exponent_);
    for (ChannelField* field : {&fields_.h, &fields_.d, &fields_.v})
        for (std::size_t channel = 0; channel < shape_.channels; ++channel)
            reader.get(std::span<float>(field->row(channel), shape_.sites));
}

}  // namespace gdm
