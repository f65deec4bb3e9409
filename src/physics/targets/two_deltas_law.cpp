#include "gdm/physics/targets/two_deltas_law.hpp"

#include <algorithm>
#include <cmath>
#include <vector>

#include "gdm/base/log_sum.hpp"

namespace gdm {

TwoDeltasLaw::TwoDeltasLaw(double theta, double h, std::int64_t K) : field_(static_cast<double>(K) / theta * h) {
    const double sites = static_cast<double>(K);
    std::vector<double> log_weight;
    for (double up = std::ceil(sites / 2); up <= sites; ++up) {
        const double y = 2 * up / sites - 1;
        absolute_.push_back(y);
        // Both signs: ln 2 cosh(field y), but ȳ = 0 counts once.
        const double signs = field_ * y + (y > 0 ? log1p_exp(-2 * field_ * y) : 0);
        log_weight.push_back(sites / theta * y * y / 2 + signs - std::lgamma(up + 1) - std::lgamma(sites - up + 1));
    }
    const double greatest = *std::max_element(log_weight.begin(), log_weight.end());
    double total = 0;
    for (const double weight : log_weight) cumulative_.push_back(total += std::exp(weight - greatest));
    for (double& sum : cumulative_) sum /= total;
    log_partition_ = greatest + std::log(total) + std::lgamma(sites + 1) - 1 / (2 * theta);
}

TwoDeltasMoments TwoDeltasLaw::moments() const {
    TwoDeltasMoments sum;
    double before = 0;
    for (std::size_t i = 0; i < absolute_.size(); ++i) {
        const double weight = cumulative_[i] - before, square = absolute_[i] * absolute_[i];
        before = cumulative_[i];
        sum.first += weight * first_given(absolute_[i]);
        sum.absolute += weight * absolute_[i];
        sum.squared += weight * square;
        sum.fourth += weight * square * square;
    }
    return sum;
}

double TwoDeltasLaw::draw_absolute(double u) const {
    const auto place = std::upper_bound(cumulative_.begin(), cumulative_.end() - 1, u) - cumulative_.begin();
    return absolute_[static_cast<std::size_t>(place)];
}

double TwoDeltasLaw::first_given(double absolute) const { return absolute * std::tanh(field_ * absolute); }

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
