#include "gdm/physics/levels/noncentral_levels.hpp"

#include <algorithm>
#include <boost/math/special_functions/gamma.hpp>
#include <cmath>
#include <numbers>
#include <stdexcept>

#include "gdm/base/densities.hpp"
#include "gdm/base/log_bessel.hpp"

namespace gdm {
namespace {

/// Γ(ν+1) (x/2)^{−ν} I_ν(x) = Σ y^k/(k! (ν+1)_k), y = x²/4.
double series(double order, double y) {
    double term = 1, total = 1;
    for (int k = 1; term > 1e-17 * total; ++k) {
        term *= y / (k * (order + k));
        total += term;
    }
    return total;
}

}  // namespace

NoncentralLevels::NoncentralLevels(double c, double d, double noncentrality)
    : NoncentralLevels(c, d, 1, noncentrality, noncentrality) {}

NoncentralLevels::NoncentralLevels(double c, double d, double noncentrality_0, double noncentrality_1)
    : NoncentralLevels(c, d, 2, noncentrality_0, noncentrality_1) {}

NoncentralLevels::NoncentralLevels(double c, double d, std::size_t classes, double noncentrality_0, double noncentrality_1)
    : c_(c), d_(d), order_(0.5 * d - 1), log_weight_(classes == 2 ? -std::numbers::ln2 : 0), classes_(classes) {
    if (!(c > 0 && std::isfinite(c)) || !(d == 1 || (d >= 2 && d <= 1e9))) {
        throw std::invalid_argument("noncentral levels need c > 0 and d = 1 or 2 <= d <= 1e9");
    }
    const double log_gamma = boost::math::lgamma(0.5 * d);
    for (std::size_t i = 0; i < 2; ++i) {
        const double l = i == 0 ? noncentrality_0 : noncentrality_1;
        if (!(l >= 0 && std::isfinite(l))) throw std::invalid_argument("noncentral levels need a noncentrality >= 0");
        const double root = std::sqrt(l);
        class_[i] = {root, log_weight_ - (root > 0 ? order_ * std::log(root) : 0),
                     log_weight_ - order_ * std::numbers::ln2 - log_gamma - 0.5 * l};
    }
}

double NoncentralLevels::log_mass(std::size_t component) const {
    if (d_ != 1) return log_weight_;
    const double root = class_[class_of(component)].root;
    return log_weight_ + log_normal_distribution(component < classes_ ? root : -root);
}

double NoncentralLevels::search_start() const {
    const double smallest = std::min(class_[0].root, class_[1].root);
    const double mean = std::sqrt(d_ + smallest * smallest);
    return std::max(mean - 1, 0.3 * mean);
}

template <bool with_slope>
LevelLaw::Density NoncentralLevels::evaluate(std::size_t component, double u) const {
    const Class& of = class_[class_of(component)];
    if (d_ == 1) {
        const double z = component < classes_ ? u - of.root : u + of.root;
        return {log_weight_ - half_log_two_pi - 0.5 * z * z, -z};
    }
    const double x = of.root * u, y = 0.25 * x * x, next = order_ + 1;
    if (y < std::max(16., 1e-4 * next)) {
        const double sum = series(order_, y);
        const double ratio = with_slope ? 0.5 * x / next * series(next, y) / sum : 0;
        return {of.central + (d_ - 1) * std::log(u) - 0.5 * u * u + std::log(sum), (d_ - 1) / u - u + of.root * ratio};
    }
    const LogBessel bessel = with_slope ? log_bessel_i_with_ratio(order_, x) : LogBessel{log_bessel_i_scaled(order_, x), 0};
    const double gap = u - of.root;
    return {of.log_prefactor + next * std::log(u) - 0.5 * gap * gap + bessel.log_scaled,
            (d_ - 1) / u - u + of.root * bessel.ratio};
}

double NoncentralLevels::log_density(std::size_t component, double u) const { return evaluate<false>(component, u).log; }

LevelLaw::Density NoncentralLevels::density(std::size_t component, double u) const { return evaluate<true>(component, u); }

LevelLaw::Level NoncentralLevels::draw(RandomSequence& random) const {
    const std::size_t i = classes_ == 2 ? random.below(2) : 0;
    const double z = random.normal() + class_[i].root;
    return {c_ * (z * z + (d_ > 1 ? random.chi_squared(d_ - 1) : 0)), i};
}

}  // namespace gdm
