#include "gdm/physics/levels/level_table.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>
#include <stdexcept>

#include "gdm/physics/levels/level_tail.hpp"
#include "gdm/physics/levels/random_levels.hpp"

namespace gdm {
namespace {

constexpr double negligible = 22;       // e^{−22}
constexpr double step_of_energy = 0.7;  // in β E at the step of the Fermi functions: errors e^{−π²/0.7} and below
constexpr std::size_t most_nodes = 20000;

struct Node {
    double v = 0, energy = 0;  ///< βE
    double log_p = 0;          ///< of dv
};

/// The law in a coordinate v on the whole line: u = v, e^v above a lower end, or a logistic function between two ends.
class Line {
  public:
    Line(const LevelLaw& law, double beta) : law_(&law), beta_(beta) {}
    [[nodiscard]] double coordinate(double u) const {
        if (std::isinf(law_->lower())) return u;
        if (std::isinf(law_->upper())) return std::log(u - law_->lower());
        return std::log((u - law_->lower()) / (law_->upper() - u));
    }
    [[nodiscard]] Node at(double v) const {
        const double u = place(v);
        double largest = -INFINITY, sum = 0;
        for (std::size_t j = 0; j < law_->components(); ++j) {
            const double log = law_->log_density(j, u);
            sum = log > largest ? sum * std::exp(largest - log) + 1 : sum + std::exp(log - largest);
            largest = std::max(largest, log);
        }
        return {v, beta_ * law_->energy(u), largest + std::log(sum) + std::log(slope(u))};
    }
    [[nodiscard]] double energy_slope(double v) const { return beta_ * law_->energy_slope(place(v)) * slope(place(v)); }
    [[nodiscard]] double width(double v) const { return law_->width() / slope(place(v)); }

  private:
    [[nodiscard]] double place(double v) const {
        if (std::isinf(law_->lower())) return v;
        if (std::isinf(law_->upper())) return law_->lower() + std::exp(v);
        return law_->lower() + (law_->upper() - law_->lower()) / (1 + std::exp(-v));
    }
    [[nodiscard]] double slope(double u) const {  ///< du/dv
        if (std::isinf(law_->lower())) return 1;
        if (std::isinf(law_->upper())) return u - law_->lower();
        return (u - law_->lower()) * (law_->upper() - u) / (law_->upper() - law_->lower());
    }

    const LevelLaw* law_;
    double beta_;
};

/// Tells when a function of the nodes has fallen far below the largest value it has taken.
struct Fallen {
    double largest = -INFINITY;
    bool add(double log_value) {
        largest = std::max(largest, log_value);
        return log_value < largest - negligible;
    }
};

/// The highest energy at which a Fermi function has its step: that of the ground state, or, for pairs of a source and
/// another level, that of the law tilted by e^{−βE/2} if it is lower.
double highest_step(const Line& line, double ground, TableUse use) {
    double v = ground;
    if (use == TableUse::level) return v;
    double before = -INFINITY;
    for (int i = 0; i < 1000; ++i) {
        const double next = v - 2 * line.width(v);
        const Node node = line.at(next);
        const double value = node.log_p - 0.5 * node.energy;
        if (value < before) break;
        before = value;
        v = next;
    }
    return std::min(ground, v + 4 * line.width(v));
}

}  // namespace

LevelTable::LevelTable(const LevelLaw& law, double log_n, double beta, TableUse use, double shift) : log_n_(log_n) {
    if (!(beta > 0)) throw std::invalid_argument("a table of levels needs an inverse temperature > 0");
    log_n_ = log_n = log_whole(log_n);
    const Line line(law, beta);
    const double ground = line.coordinate(find_cut(law, std::min(-log_n, -std::log(4.))));
    const double edge = highest_step(line, ground, use);
    // Where the ground state lies below a unit of energy, the step is as wide as that unit.
    const double h = std::min({0.5, 1.2 * line.width(ground), step_of_energy / (line.energy_slope(edge) + 3)});

    std::vector<Node> up, down;
    Fallen first, density;
    double below = 0;  // levels between the ground and here
    for (double v = ground + shift * h; up.size() < most_nodes; v += h) {
        up.push_back(line.at(v));
        const double log_pf = up.back().log_p - up.back().energy;
        below += h * std::exp(std::min(log_n + up.back().log_p, 700.));
        const bool fallen = first.add(log_pf), exhausted = density.add(up.back().log_p);
        // The ground state may be the higher the slower the density rises: e^{−40} have none among the first 40 levels.
        if (!std::isfinite(log_pf) || (fallen && (exhausted || below > 40))) break;
    }
    double sum = 0;
    for (const Node& node : up) sum += std::exp(node.log_p - node.energy - first.largest);
    const double log_m = first.largest + std::log(h * sum);
    // Below about −ln Z a level has all the weight.
    const double saturation = std::min(up.front().energy, -log_n - log_m) - 5;
    std::array<Fallen, 5> fallen;
    for (double v = ground + (shift - 1) * h; down.size() < most_nodes; v -= h) {
        const Node node = line.at(v);
        const double limited = std::max(node.energy, saturation);
        bool all = true;
        for (int k = 0; k <= 4; ++k) {
            if (k == 3 || (k == 0 && use == TableUse::level)) continue;
            const double weight = use == TableUse::level ? k * limited : node.energy + (k == 0 ? -0.5 : k - 1) * limited;
            all = fallen[static_cast<std::size_t>(k)].add(node.log_p - weight) && all;
        }
        if (!std::isfinite(node.log_p) || all) break;
        down.push_back(node);
    }
    std::reverse(down.begin(), down.end());
    down.insert(down.end(), up.begin(), up.end());
    for (const Node& node : down) {
        if (!std::isfinite(node.log_p)) continue;
        energy_.push_back(node.energy);
        log_p_.push_back(node.log_p + std::log(h));
    }
}

OneLevel LevelTable::among(double log_z_others) const {
    OneLevel result;
    for (std::size_t i = 0; i < energy_.size(); ++i) {
        const double x = energy_[i] + log_z_others, log_np = log_n_ + log_p_[i];
        const double small = std::exp(-std::abs(x)), larger = 1 / (1 + small);
        if (x > 0) {  // w = small · larger
            const double first = std::exp(log_np - x) * larger, w = small * larger;
            result.weight += first;
            result.square += first * w;
            result.fourth += first * w * w * w;
            result.cross += first * w * larger * larger;
        } else {
            const double np = std::exp(log_np), square = np * larger * larger;
            result.weight += np * larger;
            result.square += square;
            result.fourth += square * larger * larger;
            result.cross += square * small * small * larger * larger;
        }
    }
    return result;
}

}  // namespace gdm
