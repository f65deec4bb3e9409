#include "gdm/physics/memories/polynomial_memory.hpp"

#include <algorithm>
#include <bit>
#include <boost/math/distributions/binomial.hpp>
#include <cmath>
#include <numbers>
#include <numeric>
#include <stdexcept>

namespace gdm {
namespace {

std::int64_t power(std::int64_t base, int exponent) {
    std::int64_t result = 1;
    for (int i = 0; i < exponent; ++i) result *= base;
    return result;
}

/// (h + 1)^n − (h − 1)^n: what a pattern with the field h of the other spins adds to the gap of a spin along it.
std::int64_t gap(int degree, std::int64_t h) { return power(h + 1, degree) - power(h - 1, degree); }

/// The law of one term of X: values ±a of probability p/2 each.
struct Term {
    std::vector<std::int64_t> value;
    std::vector<double> probability;
    double variance = 0;
    std::int64_t largest = 0, step = 0;  ///< step: X lies on a lattice of this spacing
};

Term term_of(int degree, std::int64_t spins) {
    if (!(static_cast<double>(degree) * std::log2(static_cast<double>(spins)) < 53))
        throw std::invalid_argument("N^n of a polynomial memory is above 2^53");
    Term term;
    const auto others = static_cast<double>(spins - 1);
    const boost::math::binomial_distribution<> law(others, 0.5);
    for (std::int64_t up = 0; up < spins; ++up) {
        const double probability = boost::math::pdf(law, static_cast<double>(up));
        const std::int64_t value = std::abs(gap(degree, 2 * up - (spins - 1)));
        if (term.value.empty()) term.step = 2 * value;
        term.step = std::gcd(term.step, std::gcd(2 * value, std::abs(value - gap(degree, spins - 1))));
        term.largest = std::max(term.largest, value);
        if (probability < 1e-25) continue;
        term.value.push_back(value);
        term.probability.push_back(probability);
        term.variance += probability * static_cast<double>(value) * static_cast<double>(value);
    }
    if (term.step == 0) term.step = 1;
    return term;
}

}  // namespace

double polynomial_unit(int degree, double spins) {
    double factorial = 1;
    for (int k = 2 * degree - 3; k > 1; k -= 2) factorial *= k;
    return std::pow(spins, degree - 1) / (2 * factorial);
}

double polynomial_error_gaussian(int degree, std::int64_t spins, std::int64_t patterns) {
    if (patterns < 2) return 0;
    const double signal = static_cast<double>(gap(degree, spins - 1));
    return 0.5 * std::erfc(signal / std::sqrt(2 * static_cast<double>(patterns - 1) * term_of(degree, spins).variance));
}

double polynomial_error(int degree, std::int64_t spins, std::int64_t patterns) {
    const Term term = term_of(degree, spins);
    if (patterns < 2) return 0;
    const auto count = static_cast<double>(patterns - 1);
    const std::int64_t signal = gap(degree, spins - 1);
    // In units of the lattice X = (P − 1) a mod step; errors are X ≤ the largest such value below −S, by symmetry X ≥ its
    // negative, whose lower neighbour is ≤ S: the boundary stands half a step below.
    const auto step = static_cast<double>(term.step);
    const double offset = std::fmod(count * static_cast<double>(term.value.front() % term.step), step);
    const double first = (std::floor((static_cast<double>(signal) - offset) / step) + 1) * step + offset;
    const double boundary = (first - 0.5 * step) / step;
    // P(X ≥ first) = ½ − (1/π) ∫_0^π sin(u b) φ(u)^{P−1}/(2 sin(u/2)) du, u per step.
    const auto characteristic = [&](double u) {
        double phi = 0;
        for (std::size_t i = 0; i < term.value.size(); ++i)
            phi += term.probability[i] * std::cos(u * static_cast<double>(term.value[i]) / step);
        return phi;
    };
    const double points = 2 * count * static_cast<double>(term.largest) / step + 2 * std::abs(boundary) + 4;
    const double deviation = std::sqrt(count * term.variance) / step;
    double sum = 0, width = 0;
    if (points < 1 << 14) {
        // The midpoint rule with more nodes than the trigonometric polynomial has terms is exact.
        const auto nodes = static_cast<int>(points) + 1;
        width = std::numbers::pi / nodes;
        for (int i = 0; i < nodes; ++i) {
            const double u = (i + 0.5) * width, phi = characteristic(u);
            sum += std::sin(u * boundary) * std::pow(std::abs(phi), count) * (phi < 0 && (patterns - 1) % 2 != 0 ? -1 : 1) /
                   (2 * std::sin(u / 2));
        }
    } else {
        width = std::min(0.1 / deviation, 0.2 / std::abs(boundary));
        for (int i = 0; (i + 0.5) * width < std::numbers::pi; ++i) {
            const double u = (i + 0.5) * width, phi = characteristic(u);
            if (phi <= 0 || count * std::log(phi) < -45) break;
            sum += std::sin(u * boundary) * std::exp(count * std::log(phi)) / (2 * std::sin(u / 2));
        }
    }
    return std::max(0., 0.5 - sum * width / std::numbers::pi);
}

std::vector<std::int64_t> count_polynomial_errors(int degree, std::int64_t spins, std::span<const std::int64_t> counts,
                                                  RandomSequence& random, const Stop& stop) {
    // In the gauge of the stored pattern it is all up. A pattern of magnetisation M adds M^n − (M − 2)^n to the gap of the
    // spins along it and M^n − (M + 2)^n to that of the others.
    const std::int64_t words = (spins + 63) / 64;
    const std::uint64_t last = spins % 64 == 0 ? ~std::uint64_t{0} : (std::uint64_t{1} << (spins % 64)) - 1;
    std::vector<std::int64_t> along, across;
    for (std::int64_t up = 0; up <= spins; ++up) {
        const std::int64_t m = 2 * up - spins;
        along.push_back(power(m, degree) - power(m - 2, degree));
        across.push_back(power(m, degree) - power(m + 2, degree));
    }
    std::vector<std::int64_t> gaps(static_cast<std::size_t>(words * 64), along.back()), errors;
    std::vector<std::uint64_t> pattern(static_cast<std::size_t>(words));
    const std::int64_t interval = std::max<std::int64_t>(1, (1 << 21) / spins);  // some milliseconds
    std::int64_t stored = 1;
    for (const std::int64_t count : counts) {
        for (; stored < count; ++stored) {
            if (stored % interval == 0) stop.check();
            std::int64_t up = 0;
            for (std::uint64_t& word : pattern) word = random.bits();
            pattern.back() &= last;
            for (const std::uint64_t word : pattern) up += std::popcount(word);
            const std::int64_t base = across[static_cast<std::size_t>(up)];
            const std::int64_t more = along[static_cast<std::size_t>(up)] - base;
            for (std::size_t w = 0; w < pattern.size(); ++w) {
                std::int64_t* part = gaps.data() + 64 * w;
                const std::uint64_t word = pattern[w];
                for (unsigned i = 0; i < 64; ++i) part[i] += base + (more & -static_cast<std::int64_t>(word >> i & 1));
            }
        }
        errors.push_back(std::count_if(gaps.begin(), gaps.begin() + spins, [](std::int64_t g) { return g < 0; }));
    }
    return errors;
}

}  // namespace gdm
