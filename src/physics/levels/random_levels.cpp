#include "gdm/physics/levels/random_levels.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <stdexcept>

#include "gdm/base/log_sum.hpp"
#include "gdm/physics/levels/level_tail.hpp"

namespace gdm {
namespace {

constexpr double minus_infinity = -std::numeric_limits<double>::infinity();
constexpr double exact_counts = 0x1p53;

/// How many of n = e^{log_n} levels lie below a cut of probability p: waiting times until the next are geometric, in the
/// limit of small p (where the two differ by less than rounding) exponential.
std::size_t draw_count(double log_n, double log_p, RandomSequence& random) {
    std::size_t count = 0;
    if (log_p > -37) {
        const double n = std::round(std::exp(log_n)), log_miss = std::log1p(-std::exp(log_p));
        for (double at = 0;; ++count) {
            at += std::ceil(std::log(random.uniform()) / log_miss);
            if (at > n) return count;
        }
    }
    const double left = log_n + log_p < 6.5 ? std::exp(-std::exp(log_n + log_p)) : 0;
    if (left > 0) {
        for (double product = random.uniform(); product > left; ++count) product *= random.uniform();
        return count;
    }
    const double mean = std::exp(log_n + log_p);
    for (double at = 0;; ++count) {
        at -= std::log(random.uniform());
        if (at > mean) return count;
    }
}

/// Multiplies standard normals by the Cholesky factor of `c`. Where `c` is no covariance (ln(1 + R) of one need not be), the
/// correlations give way, so that each variance, hence each mean of a lognormal, stays exact.
std::array<double, 4> correlate(const std::array<std::array<double, 4>, 4>& c, const double (&normals)[4]) {
    std::array<std::array<double, 4>, 4> factor{};
    std::array<double, 4> result{};
    for (std::size_t i = 0; i < 4; ++i) {
        double left = c[i][i];
        for (std::size_t j = 0; j < i; ++j) {
            double rest = c[i][j];
            for (std::size_t k = 0; k < j; ++k) rest -= factor[i][k] * factor[j][k];
            const double most = std::sqrt(left);
            factor[i][j] = factor[j][j] > 0 ? std::clamp(rest / factor[j][j], -most, most) : 0;
            left = std::max(0., left - factor[i][j] * factor[i][j]);
            result[i] += factor[i][j] * normals[j];
        }
        factor[i][i] = std::sqrt(left);
        result[i] += factor[i][i] * normals[i];
    }
    return result;
}

}  // namespace

double log_whole(double log_n) { return std::exp(log_n) < exact_counts ? std::log(std::round(std::exp(log_n))) : log_n; }

double log_less_one(double log_n) { return log_n > 36 ? log_n : std::log(std::max(0., std::round(std::exp(log_n)) - 1)); }

double LevelSums::log_participation_ratio() const { return log_sum_squares - 2 * log_z; }
double LevelSums::participation_ratio() const { return std::min(1., std::exp(log_participation_ratio())); }
double LevelSums::weight_entropy(double beta) const { return std::max(0., log_z + beta * mean_energy); }
double LevelSums::class_weight(std::size_t i) const { return std::exp(log_z_class[i] - log_z); }

void LevelSums::add_level(double beta, double energy, std::size_t class_index) {
    const double log_weight = -beta * energy, before = log_z;
    log_z = log_add_exp(log_z, log_weight);
    log_z_class[class_index] = log_add_exp(log_z_class[class_index], log_weight);
    log_sum_squares = log_add_exp(log_sum_squares, 2 * log_weight);
    mean_energy = mean_energy * std::exp(before - log_z) + energy * std::exp(log_weight - log_z);
}

RandomLevels::RandomLevels(const LevelLaw& law, double log_n, RandomSequence& random, std::size_t levels) : law_(&law) {
    if (!(log_n >= 0) || !std::isfinite(log_n) || levels < 8) {
        throw std::invalid_argument("random levels need a finite ln n >= 0 and at least 8 levels below the cut");
    }
    log_n = log_whole(log_n);
    const double all = 6 * static_cast<double>(levels);  // a third of one class of two: its cut stays below its mode
    if (log_n <= std::log(all + 0.5)) {
        draw_all(static_cast<std::size_t>(std::round(std::exp(log_n))), random);
    } else {
        draw_below_cut(log_n, random, levels);
    }
    for (const auto& level : drawn_) {
        if (level.energy < lowest_.energy) lowest_ = level;
    }
}

void RandomLevels::draw_all(std::size_t n, RandomSequence& random) {
    drawn_all_ = true;
    drawn_.reserve(n);
    for (std::size_t i = 0; i < n; ++i) drawn_.push_back(law_->draw(random));
}

void RandomLevels::draw_below_cut(double log_n, RandomSequence& random, std::size_t levels) {
    cut_ = find_cut(*law_, std::log(static_cast<double>(levels)) - log_n);
    cut_energy_ = law_->energy(cut_);
    std::vector<LevelTail> tails;
    tails.reserve(law_->components());
    log_tail_ = minus_infinity;
    for (std::size_t j = 0; j < law_->components(); ++j) {
        tails.emplace_back(*law_, j, cut_);
        log_tail_ = log_add_exp(log_tail_, tails.back().log_probability());
    }

    if (!(log_tail_ < std::log(0.5)))
        throw std::logic_error("the cut of random levels lies outside the lower tail of their law");
    const std::size_t count = draw_count(log_n, log_tail_, random);
    drawn_.reserve(count);
    std::vector<double> share;
    share.reserve(tails.size());
    for (const LevelTail& tail : tails) share.push_back(std::exp(tail.log_probability() - log_tail_));
    for (std::size_t i = 0; i < count; ++i) {
        // One uniform number chooses the component and, stretched, the first proposal in it.
        double uniform = random.uniform();
        std::size_t j = 0;
        while (j + 1 < tails.size() && uniform >= share[j]) uniform -= share[j++];
        drawn_.push_back(
            {law_->energy(tails[j].draw(std::min(uniform / share[j], 1 - 0x1p-53), random)), law_->class_of(j)});
    }
    lowest_.energy = cut_energy_;

    const double tail = std::exp(log_tail_), n_below = static_cast<double>(count);
    log_bulk_count_ = log_n + std::log1p(-n_below * std::exp(-log_n)) - std::log1p(-tail);
    double mass = 0, deviation = 0;
    for (std::size_t j = 0; j < tails.size(); ++j) {
        // What the cut leaves of a component; at least rounding, so that its logarithm exists.
        const double below = std::exp(tails[j].log_probability() - law_->log_mass(j));
        Bulk bulk{j, law_->log_mass(j) + std::log(std::max(1 - below, 1e-15)), tails[j].at_cut(), {}};
        for (double& normal : bulk.normals) normal = random.normal();
        if (log_n + bulk.log_mass < -40) continue;  // not one such level in e^40 realisations
        const double variance = log1p_exp(-log_bulk_count_ - bulk.log_mass);
        deviation += std::exp(bulk.log_mass) * std::expm1(std::sqrt(variance) * bulk.normals[0] - 0.5 * variance);
        mass += std::exp(bulk.log_mass);
        bulk_.push_back(bulk);
    }
    count_factor_ = 1 / (1 + deviation / mass);
}

/// Adds the levels above the cut: Σ e^{−β(E − E_c)} by class, Σ (E − E_c) e^{−β(E − E_c)}, Σ e^{−2β(E − E_c)}.
void RandomLevels::add_bulk(double beta, std::vector<double>& log_z, double& log_excess, double& log_squares) const {
    for (const Bulk& bulk : bulk_) {
        const BulkIntegrals integral = bulk_integrals(*law_, bulk.component, cut_, bulk.at_cut, beta);
        // Means per level of the count, e^{−βE}, E e^{−βE} and e^{−2βE}, and the relative covariances of their sums over a
        // Poisson number of levels; the count is then set right by a common factor, which makes them those of a fixed
        // number.
        const std::array<double, 4> mean{bulk.log_mass, integral[0][0], integral[0][1], integral[1][0]};
        const std::array<std::array<double, 4>, 4> product{{{mean[0]},
                                                            {mean[1], integral[1][0]},
                                                            {mean[2], integral[1][1], integral[1][2]},
                                                            {mean[3], integral[2][0], integral[2][1], integral[3][0]}}};
        // A component with less than about one effective level above the cut has at most 1/K of Z; its fluctuations are
        // held at 100 %, since rare huge ones would not be those of levels that weigh e^{−βE_c} at most.
        const double excess = std::max(0., product[3][3] - 2 * mean[3] - log_bulk_count_);
        std::array<std::array<double, 4>, 4> covariance{};
        for (std::size_t a = 0; a < 4; ++a) {
            for (std::size_t b = 0; b <= a; ++b) {
                covariance[a][b] = log1p_exp(product[a][b] - mean[a] - mean[b] - log_bulk_count_ - excess);
            }
        }
        std::array<double, 4> value = correlate(covariance, bulk.normals);
        for (std::size_t a = 1; a < 4; ++a) {
            value[a] += log_bulk_count_ + mean[a] - 0.5 * covariance[a][a] + std::log(count_factor_);
        }
        double& of_class = log_z[law_->class_of(bulk.component)];
        of_class = log_add_exp(of_class, value[1]);
        log_excess = log_add_exp(log_excess, value[2]);
        log_squares = log_add_exp(log_squares, value[3]);
    }
}

LevelSums RandomLevels::sums(double beta) const {
    if (!(beta >= 0)) throw std::invalid_argument("sums over levels need an inverse temperature >= 0");
    const double reference = complete() ? lowest_.energy : cut_energy_;
    LevelSums result;
    result.log_z_class.assign(law_->classes(), minus_infinity);
    double log_excess = minus_infinity, log_squares = minus_infinity;
    add_bulk(beta, result.log_z_class, log_excess, log_squares);

    // Both parts in units of the lowest level's weight, where no term of the drawn ones exceeds 1.
    const double shift = beta * (reference - lowest_.energy);
    std::vector<double> z(law_->classes(), 0);
    double excess = 0, squares = 0;
    for (const auto& level : drawn_) {
        const double weight = std::exp(-beta * (level.energy - lowest_.energy));
        z[level.class_index] += weight;
        excess += weight * (level.energy - reference);
        squares += weight * weight;
    }
    result.log_z = minus_infinity;
    for (std::size_t i = 0; i < z.size(); ++i) {
        result.log_z_class[i] = log_add_exp(result.log_z_class[i] - shift, std::log(z[i]));
        result.log_z = log_add_exp(result.log_z, result.log_z_class[i]);
    }
    const double bulk_excess = std::exp(log_excess - shift - result.log_z);
    result.mean_energy = reference + excess * std::exp(-result.log_z) + bulk_excess;
    result.log_sum_squares = log_add_exp(log_squares - 2 * shift, std::log(squares)) - 2 * beta * lowest_.energy;
    result.log_z -= beta * lowest_.energy;
    for (double& log_z : result.log_z_class) log_z -= beta * lowest_.energy;
    return result;
}

}  // namespace gdm
