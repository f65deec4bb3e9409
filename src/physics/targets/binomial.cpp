#include "gdm/physics/targets/binomial.hpp"

#include <array>
#include <cmath>

namespace gdm {
namespace {

/// ln k! − [(k + ½) ln(k + 1) − (k + 1) + ½ ln 2π], Stirling's series for (k + 1)!.
double stirling_rest(double k) {
    static constexpr std::array small{0.08106146679532726,  0.04134069595540929, 0.02767792568499834, 0.02079067210376509,
                                      0.01664469118982119,  0.01387612882307075, 0.01189670994589177, 0.01041126526197209,
                                      0.009255462182712733, 0.008330563433362871};
    if (k < static_cast<double>(small.size())) return small[static_cast<std::size_t>(k)];
    const double square = 1 / ((k + 1) * (k + 1));
    return (1. / 12 - (1. / 360 - square / 1260) * square) / (k + 1);
}

std::uint64_t by_leaps(double n, double p, RandomSequence& random) {
    if (p <= 0) return 0;
    const double log_failure = std::log1p(-p);
    std::uint64_t successes = 0;
    for (double place = 0;; ++successes) {
        place += 1 + std::floor(std::log(random.uniform()) / log_failure);
        if (!(place <= n)) return successes;
    }
}

/// For p ≤ ½ and np ≥ 10.
std::uint64_t by_rejection(double n, double p, RandomSequence& random) {
    const double deviation = std::sqrt(n * p * (1 - p));
    const double b = 1.15 + 2.53 * deviation, a = -0.0873 + 0.0248 * b + 0.01 * p;
    const double inside = 0.92 - 4.2 / b, alpha = (2.83 + 5.1 / b) * deviation;
    const double odds = p / (1 - p), mode = std::floor((n + 1) * p);
    while (true) {
        const double u = random.uniform() - 0.5, v = random.uniform(), from_edge = 0.5 - std::abs(u);
        const double k = std::floor((2 * a / from_edge + b) * u + n * p + 0.5);
        if (from_edge >= 0.07 && v <= inside) return static_cast<std::uint64_t>(k);
        if (k < 0 || k > n) continue;
        const double log_law = (mode + 0.5) * std::log((mode + 1) / (odds * (n - mode + 1))) +
                               (n + 1) * std::log((n - mode + 1) / (n - k + 1)) +
                               (k + 0.5) * std::log(odds * (n - k + 1) / (k + 1)) + stirling_rest(mode) +
                               stirling_rest(n - mode) - stirling_rest(k) - stirling_rest(n - k);
        if (std::log(v * alpha / (a / (from_edge * from_edge) + b)) <= log_law) return static_cast<std::uint64_t>(k);
    }
}

}  // namespace

std::uint64_t draw_binomial(std::uint64_t n, double p, RandomSequence& random) {
    if (p > 0.5) return n - draw_binomial(n, 1 - p, random);
    const double trials = static_cast<double>(n);
    return trials * p < 10 ? by_leaps(trials, p, random) : by_rejection(trials, p, random);
}

}  // namespace gdm
