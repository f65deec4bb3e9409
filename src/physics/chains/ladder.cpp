#include "gdm/physics/chains/ladder.hpp"

#include <algorithm>
#include <cmath>
#include <stdexcept>

namespace gdm {
namespace {

/// A curve through (x_i, y_i), x rising, that is monotone where the points are (Fritsch and Carlson 1980, with Butland's
/// harmonic means).
class MonotoneCubic {
  public:
    MonotoneCubic(std::vector<double> x, std::vector<double> y) : x_(std::move(x)), y_(std::move(y)), slope_(x_.size()) {
        const std::size_t last = x_.size() - 1;
        slope_[0] = secant(0);
        slope_[last] = secant(last - 1);
        for (std::size_t i = 1; i < last; ++i) {
            const double left = secant(i - 1), right = secant(i);
            const double before = x_[i] - x_[i - 1], after = x_[i + 1] - x_[i];
            const double w = 2 * after + before, v = after + 2 * before;
            slope_[i] = left * right > 0 ? (w + v) / (w / left + v / right) : 0;
        }
    }
    [[nodiscard]] double operator()(double x) const {
        const auto above = std::upper_bound(x_.begin() + 1, x_.end() - 1, x);
        const auto i = static_cast<std::size_t>(above - x_.begin()) - 1;
        const double h = x_[i + 1] - x_[i], s = (x - x_[i]) / h, r = 1 - s;
        return r * r * ((1 + 2 * s) * y_[i] + s * h * slope_[i]) + s * s * ((3 - 2 * s) * y_[i + 1] - r * h * slope_[i + 1]);
    }

  private:
    [[nodiscard]] double secant(std::size_t i) const { return (y_[i + 1] - y_[i]) / (x_[i + 1] - x_[i]); }
    std::vector<double> x_, y_, slope_;
};

/// Σ r/(1 − r)
double sum_of_odds(std::span<const double> acceptances) {
    double sum = 0;
    for (const double acceptance : acceptances) sum += (1 - acceptance) / acceptance;
    return sum;
}

}  // namespace

double communication_barrier(std::span<const double> acceptances) {
    double barrier = 0;
    for (const double acceptance : acceptances) barrier += 1 - acceptance;
    return barrier;
}

double round_trip_rate(std::span<const double> acceptances) { return 1 / (2 + 2 * sum_of_odds(acceptances)); }

std::vector<double> ideal_flow(std::span<const double> acceptances) {
    const double current = 1 / (1 + sum_of_odds(acceptances));
    std::vector<double> flow{1};
    for (std::size_t i = 1; i < acceptances.size(); ++i)
        flow.push_back(1 - current * (0.5 + sum_of_odds(acceptances.first(i))));
    flow.push_back(0);
    return flow;
}

std::vector<double> equal_rejection_ladder(std::span<const double> beta, std::span<const double> acceptances,
                                           std::size_t places) {
    if (places < 2 || acceptances.empty() || beta.size() != acceptances.size() + 1) {
        throw std::invalid_argument("a ladder has two places or more, and one acceptance for each pair of neighbours");
    }
    // Where nothing was rejected the barrier must rise all the same, for its inverse to exist.
    constexpr double least_rejection = 1e-6;
    const bool logarithmic = *std::min_element(beta.begin(), beta.end()) > 0;
    std::vector<double> barrier{0}, coordinate;
    for (const double acceptance : acceptances)
        barrier.push_back(barrier.back() + std::max(1 - acceptance, least_rejection));
    for (const double one : beta) coordinate.push_back(logarithmic ? std::log(one) : one);
    const double whole = barrier.back();
    const MonotoneCubic curve(std::move(barrier), std::move(coordinate));
    std::vector<double> result{beta.front()};
    for (std::size_t i = 1; i + 1 < places; ++i) {
        const double at = curve(whole * static_cast<double>(i) / static_cast<double>(places - 1));
        result.push_back(logarithmic ? std::exp(at) : at);
    }
    result.push_back(beta.back());
    return result;
}

}  // namespace gdm
