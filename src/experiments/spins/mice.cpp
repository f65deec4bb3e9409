#include "gdm/experiments/spins/mice.hpp"

#include <fmt/format.h>

#include <bit>
#include <cmath>
#include <numbers>
#include <utility>
#include <vector>

#include "gdm/base/control_variates.hpp"
#include "gdm/base/error.hpp"
#include "gdm/base/memo.hpp"
#include "gdm/base/not_a_number.hpp"
#include "gdm/experiments/shared/closed_form.hpp"
#include "gdm/experiments/spins/strip_parameters.hpp"
#include "gdm/physics/process/forward_process.hpp"
#include "gdm/physics/process/score_times.hpp"

namespace gdm {
namespace {

constexpr std::size_t most_levels = 17;  // 2^16 spins
constexpr double end_of_times = 17;      // what is left there is e^{−34} of a nat a spin, and less

/// The number of spins in a block after k halvings, and the site behind its last: blocks are the first columns, then the
/// first spins of the first column, so that block k is the sites below V_k.
std::size_t sites_of_block(const SpinStrip& strip, std::size_t k) { return strip.sites() >> k; }
std::size_t halvings(const SpinStrip& strip) { return static_cast<std::size_t>(std::countr_zero(strip.sites())); }

/// Exact entropies of the blocks, and of the second halves.
struct ExactBlocks {
    std::vector<double> block, information;
};

ExactBlocks exact_blocks(const SpinStrip& strip) {
    static Memo<ExactBlocks> known;
    return known.at(
        {static_cast<double>(strip.width), static_cast<double>(strip.length), static_cast<double>(strip.boundary),
         strip.coupling},
        [&] {
            const TransferMatrix matrix(strip);
            const bool ring = strip.periodic_length();
            ExactBlocks result;
            for (std::size_t k = 0; k <= halvings(strip); ++k) {
                const std::size_t spins = sites_of_block(strip, k), columns = spins / strip.width;
                result.block.push_back(columns > 0 ? matrix.columns_entropy(0, columns) : matrix.arc_entropy(0, 0, spins));
            }
            for (std::size_t k = 0; k < halvings(strip); ++k) {
                const std::size_t half = sites_of_block(strip, k + 1), columns = half / strip.width;
                const double second = columns == 0 ? matrix.arc_entropy(0, half, half)
                                      : ring       ? result.block[k + 1]
                                                   : matrix.columns_entropy(columns, columns);
                result.information.push_back(result.block[k + 1] + second - result.block[k]);
            }
            return result;
        });
}

/// H/V of each block by the formula of MICE from the informations of all smaller ones.
std::vector<double> assumed_entropies(const SpinStrip& strip, std::span<const double> information) {
    std::vector<double> entropy(halvings(strip) + 1, std::numbers::ln2);
    for (std::size_t k = halvings(strip); k-- > 0;)
        entropy[k] = entropy[k + 1] - information[k] / static_cast<double>(sites_of_block(strip, k));
    return entropy;
}

void check(const Point& point, const Shapes&) {
    const SpinStrip strip = strip_of(point);
    if (!std::has_single_bit(strip.width) || !std::has_single_bit(strip.length) || strip.sites() < 2 ||
        halvings(strip) >= most_levels)
        throw UsageError(fmt::format("L = {}, length = {}: both are to be powers of 2, of at most 2^{} spins together",
                                     strip.width, strip.length, most_levels - 1));
    check_strip(point);
}

/// What one sample says of all levels at one time: (⟨s⟩ − ⟨s⟩ of the halves)², and a control variate of mean 0.
struct LevelTerms {
    std::vector<double> information, control;
};

/// Adds weight (e^{−2t}/Δ²) Σ (…)² of each level at the time of γ.
void add_levels(SpinPosterior& posterior, const SpinStrip& strip, double gamma, double weight, const std::vector<double>& x0,
                RandomSequence& random, LevelTerms& sum) {
    const std::size_t n = strip.sites();
    std::vector<double> fields(n), seen(n);
    for (std::size_t i = 0; i < n; ++i) fields[i] = gamma * x0[i] + std::sqrt(gamma) * random.normal();
    SpinPosterior::Means whole, first, second;
    posterior.means(fields, x0, random, whole);
    for (std::size_t k = 0; k < halvings(strip); ++k) {
        const std::size_t spins = sites_of_block(strip, k), half = spins / 2;
        const auto means_of = [&](std::size_t from, SpinPosterior::Means& means) {
            seen.assign(n, 0.0);
            for (std::size_t i = from; i < from + half; ++i) seen[i] = fields[i];
            posterior.means(seen, x0, random, means);
        };
        means_of(0, first);
        means_of(half, second);
        double gain = 0, control = 0;
        for (std::size_t i = 0; i < spins; ++i) {
            const SpinPosterior::Means& part = i < half ? first : second;
            // See SpinTarget: only products that are unbiased with chains, too.
            gain +=
                whole.planted[i] * whole.blind[i] - 2 * whole.planted[i] * part.blind[i] + part.planted[i] * part.blind[i];
            control += (whole.planted[i] - part.planted[i]) * part.blind[i];
        }
        sum.information[k] += weight * gamma * (1 + gamma) * gain;
        sum.control[k] += weight * gamma * (1 + gamma) * control;
        std::swap(whole, first);
    }
}

void run(const Point& point, const Context&, const RandomStream& random, const Stop& stop, Values& values) {
    const SpinStrip strip = strip_of(point);
    SpinPosterior posterior(strip, posterior_settings_of(point));
    const std::size_t levels = halvings(strip);
    const auto count = static_cast<std::size_t>(point.integer("times"));
    const auto samples = static_cast<std::uint32_t>(point.integer("samples"));
    const ScoreTimes times = ScoreTimes::spins(end_of_times, static_cast<double>(strip.sites()));
    RandomSequence data(random, Purpose::initial_state), draws(random, Purpose::state);
    std::vector<std::vector<double>> found(levels), controls(levels);
    std::vector<double> x0(strip.sites());
    for (std::uint32_t sample = 0; sample < samples; ++sample) {
        posterior.draw(data, x0);
        LevelTerms sum{std::vector<double>(levels, 0.0), std::vector<double>(levels, 0.0)};
        std::uint32_t step = 0;
        for (const WeightedTime& one : times.times(TimeSampling::stratified, count, draws)) {
            stop.check();
            RandomSequence noise(random, Purpose::noise, sample, step++);
            add_levels(posterior, strip, signal_of_time(one.t), one.weight, x0, noise, sum);
        }
        for (std::size_t k = 0; k < levels; ++k) {
            found[k].push_back(sum.information[k]);
            controls[k].push_back(sum.control[k]);
        }
    }
    const auto information = values["information"];
    for (std::size_t k = 0; k < levels; ++k) information[k] = controlled_mean(found[k], controls[k], 1);
}

/// A curve over the levels that a point has.
Theory over_levels(const std::string& name, const std::string& description,
                   std::vector<double> (*compute)(const SpinStrip&, const ExactBlocks&)) {
    return {.name = name,
            .unit = "nat",
            .description = description,
            .axes = {"level"},
            .compute = [=](const Point& point, std::span<double> value) {
                const SpinStrip strip = strip_of(point);
                std::fill(value.begin(), value.end(), not_a_number);
                if (!is_exact(strip)) return;
                const std::vector<double> numbers = compute(strip, exact_blocks(strip));
                std::copy(numbers.begin(), numbers.end(), value.begin());
            }};
}

std::vector<Derived> derived() {
    return {{.name = "block_entropy",
             .unit = "nat",
             .description = "entropy per spin of the block after so many halvings, by the informations of all smaller ones",
             .axes = {"level"},
             .compute =
                 [](const Point& point, const Combined& c, std::span<double> value, std::span<double>) {
                     std::fill(value.begin(), value.end(), not_a_number);
                     const std::vector<double> all = assumed_entropies(strip_of(point), c["information"]);
                     std::copy(all.begin(), all.end(), value.begin());
                 }},
            {.name = "entropy",
             .unit = "nat",
             .description = "entropy per spin of the lattice by MICE",
             .compute = [](const Point& point, const Combined& c, std::span<double> value, std::span<double>) {
                 value[0] = assumed_entropies(strip_of(point), c["information"])[0];
             }}};
}

std::vector<Theory> theory() {
    return {
        over_levels("information_theory", "exact mutual information of the halves of the block after so many halvings",
                    [](const SpinStrip&, const ExactBlocks& exact) { return exact.information; }),
        over_levels(
            "block_entropy_theory", "block_entropy of exact informations",
            [](const SpinStrip& strip, const ExactBlocks& exact) { return assumed_entropies(strip, exact.information); }),
        over_levels("block_entropy_exact", "exact entropy per spin of the block",
                    [](const SpinStrip& strip, const ExactBlocks& exact) {
                        std::vector<double> all = exact.block;
                        for (std::size_t k = 0; k < all.size(); ++k) all[k] /= static_cast<double>(sites_of_block(strip, k));
                        return all;
                    }),
        closed_form("entropy_theory", "entropy per spin by MICE with exact informations: halves taken for alike", "nat",
                    [](const Point& point) {
                        const SpinStrip strip = strip_of(point);
                        return is_exact(strip) ? assumed_entropies(strip, exact_blocks(strip).information)[0] : not_a_number;
                    }),
        closed_form("entropy_exact", "exact entropy per spin of the lattice", "nat", [](const Point& point) {
            const SpinStrip strip = strip_of(point);
            return exact_strip(strip).entropy / static_cast<double>(strip.sites());
        })};
}

}  // namespace

Experiment mice() {
    Experiment experiment;
    experiment.name = "mice";
    experiment.question = "What is the entropy of Ising spins, by halving them again and again, from mutual information?";
    experiment.source =
        "Nir, Sela, Beck and Bar-Sinai, Machine-learning iterative calculation of entropy for physical systems, PNAS 117, "
        "30234 (2020)";
    experiment.version = 1;
    experiment.parameters = strip_parameters("4", "torus, cylinder", "1.5, 2, 2.27, 2.6, 3, 4");
    experiment.parameters.push_back({.name = "times",
                                     .description = "of the integrals over diffusion times, for each clean sample",
                                     .role = Role::setting,
                                     .kind = Kind::integer,
                                     .default_value = "16",
                                     .range = {.min = 2, .max = 4096}});
    for (Parameter& one : score_settings("64")) experiment.parameters.push_back(std::move(one));
    std::vector<double> levels(most_levels);
    for (std::size_t k = 0; k < most_levels; ++k) levels[k] = static_cast<double>(k);
    experiment.fixed_axes = {
        {.name = "level", .description = "halvings of the lattice that made the block", .values = levels}};
    experiment.observables = {{.name = "information",
                               .unit = "nat",
                               .description = "mutual information of the halves of the block after so many halvings",
                               .axes = {"level"},
                               .may_be_missing = {"for a single spin and beyond"}}};
    experiment.derived = derived();
    experiment.theory = theory();
    experiment.check = check;
    experiment.run = run;
    experiment.cost = [](const Point& point) {  // ns
        const double levels_here = std::log2(static_cast<double>(strip_of(point).sites()));
        return point["samples"] * point["times"] * posterior_cost(point) * (1 + 2 * levels_here);
    };
    return experiment;
}

}  // namespace gdm
