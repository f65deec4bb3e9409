#include "gdm/experiments/condensation/level_theory.hpp"

#include <cmath>
#include <limits>
#include <map>
#include <utility>

namespace gdm {

double vanishing_point(std::span<const double> x, std::span<const double> y) {
    double w = 0, wx = 0, wy = 0, wxx = 0, wxy = 0;
    int points = 0;
    for (std::size_t i = 0; i < x.size(); ++i) {
        if (!(y[i] > 0.2 && y[i] < 0.9)) continue;
        const double root = (y[i] - 0.2) * (0.9 - y[i]), weight = root * root;
        ++points;
        w += weight;
        wx += weight * x[i];
        wy += weight * y[i];
        wxx += weight * x[i] * x[i];
        wxy += weight * x[i] * y[i];
    }
    const double slope = (w * wxy - wx * wy) / (w * wxx - wx * wx);
    if (points < 3 || !(slope < 0)) return std::numeric_limits<double>::quiet_NaN();
    return (wx - wy / slope) / w;
}

std::shared_ptr<const std::vector<LevelAverages>> remembered_averages(const LevelLaw& law, double log_n,
                                                                      std::span<const double> betas,
                                                                      const std::vector<double>& key) {
    using Key = std::pair<std::vector<double>, std::vector<double>>;
    thread_local std::map<Key, std::shared_ptr<const std::vector<LevelAverages>>> known;
    const Key at{key, std::vector<double>(betas.begin(), betas.end())};
    const auto found = known.find(at);
    if (found != known.end()) return found->second;
    auto made = std::make_shared<std::vector<LevelAverages>>();
    for (const double beta : betas) made->push_back(level_averages(law, log_n, beta));
    if (known.size() > 10000) known.clear();
    return known[at] = made;
}

}  // namespace gdm
