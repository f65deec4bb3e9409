#include "gdm/physics/process/score_times.hpp"

#include <cmath>
#include <numbers>
#include <stdexcept>

#include "gdm/physics/process/forward_process.hpp"
#include "gdm/physics/process/overlap_functions.hpp"

namespace gdm {
namespace {

constexpr double largest_signal = 60;
constexpr double no_narrower = 1e-9;  // |1 − s| below which ln Γ_t is (s − 1) e^{−2t}

/// dt/dγ up to its sign, 1/(2 γ (1 + γ)).
double slope_of_time(double gamma) { return 0.5 / (gamma * (1 + gamma)); }

}  // namespace

ScoreTimes ScoreTimes::continuous(double end, double least_variance) {
    if (!(end > 0 && least_variance > 0)) throw std::invalid_argument("an end and a variance above 0 are needed");
    return {end, least_variance, 1};
}

ScoreTimes ScoreTimes::spins(double end, double count) {
    if (!(end > 0 && count > 0)) throw std::invalid_argument("an end above 0 and spins are needed");
    return {end, 0, count};
}

WeightedTime ScoreTimes::at(TimeSampling sampling, double u) const {
    if (sampling == TimeSampling::uniform || sampling == TimeSampling::midpoint) return {end_ * u, end_};
    if (variance_ > 0) {
        const double a = 1 - variance_, last = std::exp(-2 * end_);
        if (std::abs(a) < no_narrower) {
            const double y = last + (1 - last) * u;
            return {-0.5 * std::log(y), (1 - last) / (2 * y)};
        }
        const double from = std::log1p(-a * last), to = std::log(variance_), place = from + (to - from) * u;
        const double y = -std::expm1(place) / a;  // e^{−2t}
        return {-0.5 * std::log(y), std::abs(to - from) * std::exp(place) / (2 * y * std::abs(a))};
    }
    const double from = std::asinh(std::sqrt(count_ * signal_of_time(end_)));
    const double to = std::asinh(std::sqrt(count_ * largest_signal)), place = from + (to - from) * u;
    const double root = std::sinh(place), gamma = root * root / count_;
    return {time_of_signal(gamma), (to - from) * 2 * root * std::cosh(place) / count_ * slope_of_time(gamma)};
}

std::vector<WeightedTime> ScoreTimes::times(TimeSampling sampling, std::size_t count, RandomSequence& random) const {
    const std::vector<WeightedTime> nodes =
        sampling == TimeSampling::gauss ? gauss_legendre(count) : std::vector<WeightedTime>();
    std::vector<WeightedTime> all;
    const double share = 1 / static_cast<double>(count);
    for (std::size_t k = 0; k < count; ++k) {
        double u = 0, weight = share;
        switch (sampling) {
            case TimeSampling::uniform:
            case TimeSampling::importance:
                u = random.uniform();
                break;
            case TimeSampling::stratified:
                u = (static_cast<double>(k) + random.uniform()) * share;
                break;
            case TimeSampling::midpoint:
                u = (static_cast<double>(k) + 0.5) * share;
                break;
            case TimeSampling::gauss:
                u = nodes[k].t;
                weight = nodes[k].weight;
        }
        all.push_back(at(sampling, u));
        all.back().weight *= weight;
    }
    return all;
}

double ScoreTimes::envelope(double t) const {
    if (variance_ > 0) return std::exp(-2 * t) / (1 + (variance_ - 1) * std::exp(-2 * t));
    const double gamma = signal_of_time(t);
    return gamma * (1 + gamma) * overlap_one_minus_q(gamma);
}

double ScoreTimes::envelope_integral() const {
    if (variance_ == 0) return std::numbers::ln2 - class_information(signal_of_time(end_));
    const double a = 1 - variance_, last = std::exp(-2 * end_);
    return std::abs(a) < no_narrower ? (1 - last) / 2 : (std::log1p(-a * last) - std::log(variance_)) / (2 * a);
}

double ScoreTimes::envelope_error(const std::vector<WeightedTime>& rule) const {
    double sum = 0;
    for (const WeightedTime& one : rule) sum += one.weight * envelope(one.t);
    return sum - envelope_integral();
}

std::vector<WeightedTime> gauss_legendre(std::size_t n) {
    std::vector<WeightedTime> rule(n);
    for (std::size_t k = 0; k < n; ++k) {
        double x = std::cos(std::numbers::pi * (static_cast<double>(k) + 0.75) / (static_cast<double>(n) + 0.5)), slope = 1;
        for (int step = 0; step < 100; ++step) {
            double before = 1, here = x;
            for (std::size_t j = 2; j <= n; ++j) {
                const double order = static_cast<double>(j),
                             next = ((2 * order - 1) * x * here - (order - 1) * before) / order;
                before = here;
                here = next;
            }
            slope = static_cast<double>(n) * (x * here - before) / (x * x - 1);
            const double change = here / slope;
            x -= change;
            if (std::abs(change) < 1e-15) break;
        }
        rule[k] = {(1 + x) / 2, 1 / ((1 - x * x) * slope * slope)};
    }
    return rule;
}

}  // namespace gdm
