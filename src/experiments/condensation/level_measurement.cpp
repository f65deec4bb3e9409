#include "gdm/experiments/condensation/level_measurement.hpp"

#include <algorithm>
#include <cmath>
#include <vector>

#include "gdm/base/control_variates.hpp"
#include "gdm/base/statistics.hpp"
#include "gdm/physics/levels/level_table.hpp"
#include "gdm/physics/levels/level_tail.hpp"
#include "gdm/physics/weights/weight_averages.hpp"

namespace gdm {

namespace {

/// Every second realisation has one level drawn from a proposal q, uniform in the law's coordinate from far below the ground
/// state to it; both kinds are weighted by the balance heuristic (Veach and Guibas 1995). So realisations with a low level
/// among the others, whose probability may be 1e-6, are not missed. One of n levels drawn from q multiplies the probability
/// of a realisation by the mean over its levels of r = q/p, to which only the low ones contribute.
class LowLevel {
  public:
    LowLevel(const LevelLaw& law, double log_n) : law_(law), log_n_(log_n) {
        from_ = find_cut(law, std::min(deepest - log_n, std::log(0.2)));
        to_ = find_cut(law, std::min(std::log(4.) - log_n, std::log(0.25)));
    }
    [[nodiscard]] LevelLaw::Level draw(RandomSequence& random) const {
        const double u = std::lerp(from_, to_, random.uniform());
        double left = random.uniform() * density(u);
        std::size_t j = 0;
        while (j + 1 < law_.components() && left >= std::exp(law_.log_density(j, u)))
            left -= std::exp(law_.log_density(j++, u));
        return {law_.energy(u), law_.class_of(j)};
    }
    /// r/n, 0 outside the range of q.
    [[nodiscard]] double share(double energy) const {
        if (!(energy > law_.energy(from_) && energy < law_.energy(to_))) return 0;
        double low = from_, high = to_;
        for (int i = 0; i < 60; ++i) {
            const double middle = 0.5 * (low + high);
            (law_.energy(middle) < energy ? low : high) = middle;
        }
        return std::exp(-std::log(to_ - from_) - std::log(density(low)) - log_n_);
    }

  private:
    static constexpr double deepest = -24;  // lower levels shift E Y by e^{−24} of itself
    [[nodiscard]] double density(double u) const {
        double sum = 0;
        for (std::size_t j = 0; j < law_.components(); ++j) sum += std::exp(law_.log_density(j, u));
        return sum;
    }

    const LevelLaw& law_;
    double log_n_, from_ = 0, to_ = 0;
};

constexpr double fewest = 64;           // fewer levels have no rare realisations
constexpr std::size_t batch = 1 << 14;  // realisations whose numbers are kept

/// Sums over batches of the means at one inverse temperature.
struct Means {
    double square = 0, fourth = 0;
    RunningMoments entropy, log_z, ratio, ratio_2;   ///< of all levels, drawn
    std::vector<double> squares, fourths, controls;  ///< of the batch

    void add(double weight, const OneLevel& among, double ratio_of_others) {
        squares.push_back(weight * among.square);
        fourths.push_back(weight * (among.fourth + ratio_of_others * among.cross));
        controls.push_back(weight - 1);
        controls.push_back(weight * among.weight - 1);
    }
    void finish_batch() {
        square += static_cast<double>(squares.size()) * controlled_mean(squares, controls, 2);
        fourth += static_cast<double>(squares.size()) * controlled_mean(fourths, controls, 2);
        squares.clear(), fourths.clear(), controls.clear();
    }
};

}  // namespace

void measure_levels(const LevelLaw& law, double log_n, std::span<const double> betas, const Point& point,
                    const RandomStream& random, const Stop& stop, Values& values, std::span<double> log_z,
                    std::span<double> lowest) {
    const auto samples = static_cast<std::size_t>(point.integer("samples"));
    const auto levels = static_cast<std::size_t>(point.integer("levels"));
    const double log_others = log_less_one(log_n), log_rest = log_less_one(log_others);
    RandomSequence grid(random, Purpose::levels, 0, 1);
    std::vector<LevelTable> tables;
    for (const double beta : betas) tables.emplace_back(law, log_n, beta, TableUse::level, grid.uniform());
    const bool many = log_n > std::log(fewest);
    const LowLevel low(law, log_others);
    std::vector<Means> means(betas.size());
    RunningMoments smallest;
    for (std::size_t first = 0; first < samples; first += batch) {
        // Of either half that controlled_mean makes, the even and the odd, the same share has a low level.
        const std::size_t last = std::min(samples, first + batch);
        double share[2] = {0, 0};
        for (std::size_t sample = first; sample < last; ++sample) share[sample % 2] += many && sample / 2 % 2 == 1 ? 1 : 0;
        const std::size_t odd = (last - first) / 2, even = last - first - odd;
        share[0] /= static_cast<double>(even);
        if (odd > 0) share[1] /= static_cast<double>(odd);
        for (std::size_t sample = first; sample < last; ++sample) {
            stop.check();
            RandomSequence sequence(random, Purpose::levels, static_cast<std::uint32_t>(sample));
            const bool planted = many && sample / 2 % 2 == 1;
            const RandomLevels drawn(law, planted ? log_rest : log_others, sequence, levels);
            const LevelLaw::Level one = law.draw(sequence), two = law.draw(sequence);
            const LevelLaw::Level added = planted ? low.draw(sequence) : one;
            double proposed = planted ? low.share(added.energy) : 0;
            if (share[sample % 2] > 0) {
                for (const LevelLaw::Level& level : drawn.drawn()) proposed += low.share(level.energy);
            }
            const double weight = 1 / (1 - share[sample % 2] * (1 - proposed));
            smallest.add(std::min({drawn.lowest_energy(), one.energy, planted ? two.energy : one.energy}));
            for (std::size_t k = 0; k < betas.size(); ++k) {
                LevelSums all = drawn.sums(betas[k]), others = all;
                if (planted) others.add_level(betas[k], added.energy, added.class_index);
                means[k].add(weight, tables[k].among(others.log_z), others.participation_ratio());
                all.add_level(betas[k], one.energy, one.class_index);
                if (planted) all.add_level(betas[k], two.energy, two.class_index);
                const double y = all.participation_ratio();
                means[k].ratio.add(y);
                means[k].ratio_2.add(y * y);
                means[k].entropy.add(all.weight_entropy(betas[k]));
                means[k].log_z.add(all.log_z);
            }
        }
        for (Means& one : means) one.finish_batch();
    }
    for (std::size_t k = 0; k < betas.size(); ++k) {
        const double ratio = means[k].square / static_cast<double>(samples);
        values["participation_ratio"][k] = ratio;
        // Where Y² is no rare event, its plain mean has less of the error of RandomLevels, about 1e-5, beside its own; with
        // Y as control variate its variance stays as sharp as that of the drawn Y.
        const double expected = population_averages(LevelTable(law, log_n, betas[k], TableUse::level)).participation_ratio;
        const double squared = means[k].ratio_2.mean() - 2 * expected * (means[k].ratio.mean() - ratio);
        values["participation_ratio_2"][k] = expected > 0.1 ? squared : means[k].fourth / static_cast<double>(samples);
        values["weight_entropy"][k] = means[k].entropy.mean();
        if (!log_z.empty()) log_z[k] = means[k].log_z.mean();
    }
    if (!lowest.empty()) lowest[0] = smallest.mean();
}

std::vector<Observable> level_observables(const std::string& axis) {
    return {{.name = "participation_ratio",
             .description = "mean of Y, the sum of squared weights",
             .axes = {axis},
             .bounds = quadrature_error},
            {.name = "participation_ratio_2", .description = "mean of Y^2", .axes = {axis}, .bounds = quadrature_error},
            {.name = "weight_entropy",
             .unit = "nat",
             .description = "mean entropy of the weights",
             .axes = {axis},
             .bounds = quadrature_error}};
}

Bounds quadrature_error(const Point&) { return {.relative = 1e-8}; }

double measurement_cost(const Point& point, double log_n, std::span<const double> betas) {
    const double levels = point["levels"], n = std::exp(std::min(log_n, 50.));
    const double counted = std::min(n, n <= 6 * levels ? 6 * levels : levels);
    return point["samples"] * (100 * counted + static_cast<double>(betas.size()) * (7000 + 15 * counted));
}

}  // namespace gdm
