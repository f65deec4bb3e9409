#include "gdm/experiments/networks/hierarchy_parameters.hpp"

#include <fmt/format.h>

#include <cmath>

#include "gdm/base/error.hpp"
#include "gdm/base/memo.hpp"
#include "gdm/experiments/shared/closed_form.hpp"
#include "gdm/physics/networks/hierarchy_theory.hpp"

namespace gdm {
namespace {

Parameter whole(const std::string& name, const std::string& description, const std::string& value, double min, double max) {
    return {.name = name,
            .description = description,
            .kind = Kind::integer,
            .default_value = value,
            .range = {.min = min, .max = max}};
}

/// The mean belief of a leaf, each computed once.
double remembered_leaf_belief(const Point& point, double strength) {
    static Memo<double> memo;
    const auto noise = hierarchy_noise(point);
    const auto v = static_cast<std::size_t>(point.integer("v"));
    return memo.at({static_cast<double>(noise), strength, point["v"]}, [&] { return mean_leaf_belief(noise, strength, v); });
}

double remembered_threshold(const Point& point) {
    static Memo<double> memo;
    return memo.at({point["noise"], point["v"], point["m"], point["s"]},
                   [&] { return hierarchy_mean_field_threshold(hierarchy_shape(point), hierarchy_noise(point)); });
}

}  // namespace

std::vector<Parameter> hierarchy_parameters() {
    return {whole("v", "symbols of each level; those of the root are the classes", "16", 2, 1024),
            whole("m", "synonyms: tuples that write one symbol, at most v^(s-1)", "4", 1, 1 << 20),
            whole("s", "branching: symbols of a tuple", "2", 2, 16)};
}

std::vector<Parameter> hierarchy_noise_parameters(const std::string& strengths, const std::string& levels,
                                                  const std::string& level_description) {
    const auto same = [](double value, const Point&) { return value; };
    const OnlyWith gaussian{"noise", {"gaussian"}};
    return {
        {.name = "noise",
         .description = "what is done to the leaves: Gaussian noise on one-hot vectors, erased symbols, or a belief 1 - "
                        "epsilon + epsilon/v in each (mean-field theory's noise, no channel)",
         .role = Role::setting,
         .kind = Kind::word,
         .default_value = "gaussian",
         .words = leaf_noise_words.list()},
        {.name = "strength",
         .description = "of the noise: gaussian, its signal-to-noise ratio; mask, the probability to erase; epsilon. All "
                        "share the tree and the random numbers",
         .role = Role::inner,
         .default_value = strengths,
         .range = {.min = 0, .max = 1e4},
         .alternatives = {{.name = "snr",
                           .description = "signal-to-noise ratio",
                           .range = {.min = 0, .max = 1e4},
                           .to_parameter = same,
                           .only_with = gaussian},
                          {.name = "t",
                           .description = "time of the Ornstein-Uhlenbeck process, snr = 1/(e^(2t) - 1)",
                           .range = {.min = 5e-5, .max = 100},
                           .to_parameter = [](double t, const Point&) { return 1 / std::expm1(2 * t); },
                           .only_with = gaussian},
                          {.name = "mask",
                           .description = "probability to erase a leaf",
                           .range = {.min = 0, .max = 1},
                           .to_parameter = same,
                           .only_with = {"noise", {"mask"}}},
                          {.name = "epsilon",
                           .description = "doubt in each leaf",
                           .range = {.min = 0, .max = 1},
                           .to_parameter = same,
                           .only_with = {"noise", {"epsilon"}}}}},
        {.name = "level",
         .description = level_description,
         .role = Role::inner,
         .kind = Kind::integer,
         .default_value = levels,
         .range = {.min = 0, .max = 4096}}};
}

HierarchyShape hierarchy_shape(const Point& point) {
    const auto size = [&](const char* name) { return static_cast<std::size_t>(point.integer(name)); };
    return {.symbols = size("v"), .synonyms = size("m"), .branching = size("s"), .levels = point.has("L") ? size("L") : 1};
}

LeafNoise hierarchy_noise(const Point& point) { return leaf_noise_words.at(point.word("noise")); }

void check_hierarchy(const Point& point) {
    const double v = point["v"], s = point["s"], tuples = std::pow(v, s);
    if (tuples > 1 << 24)
        throw UsageError(
            fmt::format("v = {} symbols make v^s = {:.3g} tuples of s = {}, from at most 2^24 of which the m v of "
                        "a level are drawn; give a smaller v or s",
                        v, tuples, s));
    if (point["m"] * v > tuples)
        throw UsageError(
            fmt::format("m = {} synonyms of v = {} symbols need more than the v^s = {:.0f} tuples of s = {}; m is "
                        "at most v^(s-1)",
                        point["m"], v, tuples, s));
    for (const double strength : point.axis("strength"))
        if (hierarchy_noise(point) != LeafNoise::gaussian && strength > 1)
            throw UsageError(
                fmt::format("strength = {} is no probability, as noise = {} needs; give {} = values from 0 to 1", strength,
                            point.word("noise"), point.word("noise")));
}

Observable leaf_agreement(double (*leaves)(const Point& point)) {
    return {.name = "leaf_agreement",
            .description = "belief in the true symbol of a leaf from its own noisy state alone",
            .axes = {"strength"},
            .bounds = [leaves](const Point& point) { return Bounds{.min = 0, .max = 1, .samples = leaves(point)}; }};
}

Theory leaf_agreement_theory() {
    return {.name = "leaf_agreement_theory",
            .description = "its mean by quadrature",
            .axes = {"strength"},
            .compute = [](const Point& point, std::span<double> value) {
                const auto beliefs = mean_field_beliefs(point, 0);
                for (std::size_t k = 0; k < value.size(); ++k) value[k] = beliefs[k];
            }};
}

std::vector<Theory> hierarchy_mean_field_theory() {
    return {
        closed_form("fixed_point", "p*, unstable fixed point of the mean-field map F; none where an end is unstable",
                    [](const Point& point) { return hierarchy_fixed_point(hierarchy_shape(point)); }),
        closed_form("slope_certain", "F'(1) = s m (v - 1)/(v^s - 1); a transition needs less than 1",
                    [](const Point& point) { return hierarchy_mean_field_slope(hierarchy_shape(point), 1); }),
        closed_form("slope_uniform", "F'(1/v); a transition needs less than 1",
                    [](const Point& point) { return hierarchy_mean_field_slope(hierarchy_shape(point), 1 / point["v"]); }),
        closed_form("strength_mean_field",
                    "strength at which the mean belief of a leaf is p*: the transition of mean-field theory, which holds "
                    "for epsilon",
                    remembered_threshold)};
}

std::vector<double> mean_field_beliefs(const Point& point, std::size_t levels) {
    std::vector<double> beliefs;
    for (const double strength : point.axis("strength")) {
        beliefs.push_back(remembered_leaf_belief(point, strength));
        for (std::size_t level = 0; level < levels; ++level)
            beliefs.back() = hierarchy_mean_field(hierarchy_shape(point), beliefs.back());
    }
    return beliefs;
}

}  // namespace gdm
