#include "gdm/physics/learned/noisy_spins.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <utility>

#include "gdm/base/log_bessel.hpp"

namespace gdm {
namespace {

/// A configuration after a symmetry of the square lattice and of its spins, drawn at random.
std::vector<float> turned(std::span<const float> spins, const SpinShape& shape, RandomSequence& random) {
    const std::size_t size = shape.size, sites = shape.sites();
    const std::size_t shift_x = random.below(size), shift_y = random.below(size);
    const bool flip_x = random.below(2) == 1, flip_y = random.below(2) == 1, transpose = random.below(2) == 1;
    const bool mirror = random.below(2) == 1;
    const double angle = shape.components == 2 ? 2 * std::numbers::pi * random.uniform() : 0;
    const auto cosine = static_cast<float>(std::cos(angle)), sine = static_cast<float>(std::sin(angle));
    std::vector<float> out(spins.size());
    for (std::size_t y = 0; y < size; ++y) {
        for (std::size_t x = 0; x < size; ++x) {
            std::size_t from_x = (x + shift_x) % size, from_y = (y + shift_y) % size;
            if (flip_x) from_x = size - 1 - from_x;
            if (flip_y) from_y = size - 1 - from_y;
            if (transpose) std::swap(from_x, from_y);
            const std::size_t to = y * size + x, from = from_y * size + from_x;
            const float first = mirror ? -spins[from] : spins[from];
            if (shape.components == 1) {
                out[to] = first;
            } else {
                out[to] = cosine * first - sine * spins[sites + from];
                out[sites + to] = sine * first + cosine * spins[sites + from];
            }
        }
    }
    return out;
}

/// The exact denoiser of independent spins, uniform on ±1 or the circle.
void independent(const SpinShape& shape, std::span<const float> fields, std::span<double> mean) {
    const std::size_t sites = shape.sites();
    for (std::size_t site = 0; site < sites; ++site) {
        if (shape.components == 1) {
            mean[site] = std::tanh(static_cast<double>(fields[site]));
        } else {
            const double x = fields[site], y = fields[sites + site], strength = std::hypot(x, y);
            const double share = strength > 0 ? log_bessel_i_with_ratio(0, strength).ratio / strength : 0;
            mean[site] = share * x;
            mean[sites + site] = share * y;
        }
    }
}

}  // namespace

double SignalRange::at(double share) const { return lowest * std::exp(share * logarithm()); }
double SignalRange::logarithm() const { return std::log(highest / lowest); }
SignalRange SignalRange::of(const SpinShape& shape) { return {1e-4, shape.components == 1 ? 60. : 1e4}; }

void NoisyBatch::add(std::span<const float> configuration, double its_gamma, double its_temperature,
                     RandomSequence& random) {
    clean.insert(clean.end(), configuration.begin(), configuration.end());
    const double noise = std::sqrt(its_gamma);
    for (const float spin : configuration) fields.push_back(static_cast<float>(its_gamma * spin + noise * random.normal()));
    gamma.push_back(static_cast<float>(its_gamma));
    temperature.push_back(static_cast<float>(its_temperature));
}

NoisyBatch training_batch(const SpinSet& set, const SignalRange& range, std::size_t count, RandomSequence random) {
    NoisyBatch batch;
    for (std::size_t i = 0; i < count; ++i) {
        const std::size_t place = random.below(set.temperatures.size());
        const auto configuration = turned(set.at(place, random.below(set.count())), set.shape, random);
        const double share = (static_cast<double>(i) + random.uniform()) / static_cast<double>(count);
        batch.add(configuration, range.at(share), set.temperatures[place], random);
    }
    return batch;
}

Divergence divergence(const Denoiser& denoiser, const SpinSet& set, std::size_t temperature, const SignalRange& range,
                      std::size_t strata, RandomSequence random) {
    Divergence sums{std::vector<double>(strata), std::vector<double>(strata)};
    const std::size_t length = set.shape.length();
    std::vector<double> reference(length);
    std::vector<float> mean;
    for (std::size_t which = 0; which < set.count(); ++which) {
        NoisyBatch batch;
        for (std::size_t k = 0; k < strata; ++k) {
            const double share = (static_cast<double>(k) + random.uniform()) / static_cast<double>(strata);
            batch.add(set.at(temperature, which), range.at(share), set.temperatures[temperature], random);
        }
        mean.resize(batch.fields.size());
        denoiser.denoise(batch.view(), mean);
        for (std::size_t k = 0; k < strata; ++k) {
            const std::span fields = std::span(std::as_const(batch.fields)).subspan(k * length, length);
            independent(set.shape, fields, reference);
            double gain = 0, distance = 0;
            for (std::size_t i = 0; i < length; ++i) {
                const double clean = batch.clean[k * length + i], learned = mean[k * length + i];
                gain += std::pow(clean - reference[i], 2) - std::pow(clean - learned, 2);
                distance += std::pow(learned - reference[i], 2);
            }
            const double weight = batch.gamma[k] / (2 * static_cast<double>(set.shape.sites() * set.count()));
            sums.gain[k] += weight * gain;
            sums.distance[k] += weight * distance;
        }
    }
    return sums;
}

}  // namespace gdm
