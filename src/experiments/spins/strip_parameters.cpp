#include "gdm/experiments/spins/strip_parameters.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "gdm/base/error.hpp"
#include "gdm/base/memo.hpp"
#include "gdm/experiments/spins/spin_parameters.hpp"
#include "gdm/physics/spins/kaufman.hpp"

namespace gdm {
namespace {

constexpr double most_numbers = 1 << 24;

double numbers_of(const SpinStrip& strip) {
    const double states = std::pow(2, static_cast<double>(strip.width));
    return (strip.periodic_length() ? states * states : states) * static_cast<double>(strip.length);
}

/// NaN unless the strip is a torus that Kaufman's formula is precise for.
double kaufman_entropy(const SpinStrip& strip) {
    const auto [shorter, longer] = std::minmax(strip.width, strip.length);
    if (strip.boundary != Boundary::torus || shorter < 2 || longer > 256) return std::numeric_limits<double>::quiet_NaN();
    return static_cast<double>(strip.sites()) * kaufman(strip.length, strip.width, 1 / strip.coupling).entropy;
}

}  // namespace

std::vector<Parameter> strip_parameters(const std::string& size, const std::string& boundary,
                                        const std::string& temperature) {
    Parameter width = size_parameter(size, 1024);
    width.description = "spins of a column";
    return {std::move(width),
            {.name = "length",
             .description = "columns of spins; 0: as many as a column has spins",
             .kind = Kind::integer,
             .default_value = "0",
             .range = {.min = 0, .max = 4096}},
            {.name = "boundary",
             .description = "torus: periodic in both directions; cylinder: around a column only; strip: in none",
             .kind = Kind::word,
             .default_value = boundary,
             .words = boundary_words.list()},
            temperature_parameter(Role::grid, temperature)};
}

std::vector<Parameter> score_settings(const std::string& samples) {
    Parameter steps{.name = "steps",
                    .description = "of each of the two chains that measure a posterior mean (score = monte_carlo)",
                    .role = Role::setting,
                    .kind = Kind::integer,
                    .default_value = "16",
                    .range = {.min = 4, .max = 1e6}};
    Parameter thermalisation = thermalisation_setting("256");
    thermalisation.description = "steps before the first state of the data (score = monte_carlo)";
    Parameter interval = interval_setting("8");
    interval.description = "steps from one state of the data to the next (score = monte_carlo)";
    return {{.name = "score",
             .description = "of noised spins: exact by transfer matrices, or by Monte Carlo of the posterior mean",
             .role = Role::setting,
             .kind = Kind::word,
             .default_value = "exact",
             .words = score_source_words.list()},
            {.name = "samples",
             .description = "clean samples in a replica",
             .role = Role::setting,
             .kind = Kind::integer,
             .default_value = samples,
             .range = {.min = 32, .max = 1e8}},
            std::move(steps),
            std::move(thermalisation),
            std::move(interval)};
}

SpinStrip strip_of(const Point& point) {
    const auto width = static_cast<std::size_t>(point.integer("L")),
               length = static_cast<std::size_t>(point.integer("length"));
    return {width, length == 0 ? width : length, boundary_words.at(point.word("boundary")), 1 / point["T"]};
}

SpinPosteriorSettings posterior_settings_of(const Point& point) {
    return {score_source_words.at(point.word("score")), static_cast<std::size_t>(point.integer("steps")),
            static_cast<std::size_t>(point.integer("thermalisation")), static_cast<std::size_t>(point.integer("interval"))};
}

bool is_exact(const SpinStrip& strip) {
    return strip.width <= (strip.boundary == Boundary::torus ? 8 : 16) && numbers_of(strip) <= most_numbers;
}

void check_strip(const Point& point) {
    const SpinStrip strip = strip_of(point);
    if (point.word("score") != "exact" || is_exact(strip)) return;
    throw UsageError(
        fmt::format("L = {}, length = {}, boundary = {}: an exact score reaches L = 8 on a torus, 16 otherwise, and 2^24 "
                    "numbers (length × "
                    "2^L, on a torus × 4^L); take score = monte_carlo or a smaller lattice",
                    strip.width, strip.length, point.word("boundary")));
}

double posterior_cost(const Point& point) {
    const SpinStrip strip = strip_of(point);
    if (point.word("score") == "exact") return numbers_of(strip) * (10 + 2 * static_cast<double>(strip.width));
    return 2 * point["steps"] * static_cast<double>(strip.sites()) * 110;
}

ExactStrip exact_strip(const SpinStrip& strip) {
    constexpr double unknown = std::numeric_limits<double>::quiet_NaN();
    static Memo<ExactStrip> known;
    return known.at({static_cast<double>(strip.width), static_cast<double>(strip.length),
                     static_cast<double>(strip.boundary), strip.coupling},
                    [&]() -> ExactStrip {
                        if (!is_exact(strip)) return {kaufman_entropy(strip), unknown};
                        const TransferMatrix matrix(strip);
                        const std::size_t half = strip.length / 2, rest = strip.length - half;
                        const double whole = matrix.entropy();
                        const std::size_t second = strip.periodic_length() ? 0 : half;  // all columns are alike on a torus
                        return {whole, matrix.columns_entropy(0, half) + matrix.columns_entropy(second, rest) - whole};
                    });
}

}  // namespace gdm
