#include "gdm/experiments/two_deltas_theory.hpp"

#include <algorithm>
#include <cmath>
#include <vector>

namespace gdm {

TwoDeltasMoments two_deltas_moments(double theta, double h, std::int64_t K) {
    std::vector<double> mean, log_weight;
    const double sites = static_cast<double>(K);
    for (double up = 0; up <= sites; ++up) {
        const double y = 2 * up / sites - 1;
        mean.push_back(y);
        log_weight.push_back(sites / theta * (y * y / 2 + h * y) - std::lgamma(up + 1) - std::lgamma(sites - up + 1));
    }
    const double greatest = *std::max_element(log_weight.begin(), log_weight.end());
    TwoDeltasMoments sum;
    double total = 0;
    for (std::size_t i = 0; i < mean.size(); ++i) {
        const double weight = std::exp(log_weight[i] - greatest), square = mean[i] * mean[i];
        total += weight;
        sum.absolute += weight * std::abs(mean[i]);
        sum.squared += weight * square;
        sum.fourth += weight * square * square;
    }
    return {sum.absolute / total, sum.squared / total, sum.fourth / total};
}

double two_deltas_mean_field(double theta, double h) {
    if (theta >= 1 && h == 0) return 0;
    // m − tanh((m + h)/θ) is convex for m ≥ 0, so Newton's method descends from m = 1 to the greatest root.
    double m = 1;
    while (true) {
        const double response = std::tanh((m + h) / theta);
        const double slope = 1 - (1 - response * response) / theta;
        const double next = m - (m - response) / slope;
        if (!(next < m)) return m;
        m = next;
    }
}

double two_deltas_susceptibility(double theta, double h) {
    const double m = two_deltas_mean_field(theta, h);
    return (1 - m * m) / (theta - 1 + m * m);
}

}  // namespace gdm
