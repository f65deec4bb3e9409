#include "gdm/physics/weights/empirical_weights.hpp"

#include <hwy/aligned_allocator.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>

#include "gdm/base/log_sum.hpp"
#include "gdm/physics/weights/gibbs_weights.hpp"
#include "gdm/physics/weights/point_differences.hpp"

namespace gdm {

namespace {

/// States whose products are computed together: with 2,048 slots these take 768 KiB of the second-level cache.
constexpr std::size_t chunk_states = 48;
constexpr std::size_t states_of_tile = tile_rows / 2;

/// Slots of the largest blocks.
constexpr std::size_t most_slots = 2048;

/// Up to this many dimensions distances are taken coordinate by coordinate, beyond it from inner products.
constexpr std::size_t direct_dimensions = 16;

/// States in the order of the kernels: row 2i of the tiles is g_i, row 2i + 1 is z_i.
struct States {
    std::vector<float> tiles;
    std::vector<StateNorms> norms;
    std::vector<float> squares;            ///< ‖g‖² as the kernels use it
    std::vector<int> sign;                 ///< class
    std::vector<std::uint64_t> own_block;  ///< planted: where the state's own point stands
    std::vector<std::size_t> own_slot;
};

void add_panel(const StatePanel& points, const StatePanel& noise, std::size_t first, std::size_t d, States& states) {
    for (std::size_t i = 0; i < panel_points && first + i < states.norms.size(); ++i) {
        const std::size_t state = first + i;
        float* tile = states.tiles.data() + state / states_of_tile * tile_rows * d + 2 * (state % states_of_tile);
        double overlap = 0;
        for (std::size_t k = 0; k < d; ++k) {
            const float g = points.coordinates[k * panel_points + i];
            const float z = noise.coordinates[k * panel_points + i];
            tile[k * tile_rows] = g;
            tile[k * tile_rows + 1] = z;
            overlap += static_cast<double>(g) * static_cast<double>(z);
        }
        const double c = points.sign[i];
        states.sign[state] = points.sign[i];
        states.squares[state] = points.squares[i];
        states.norms[state] = {points.squares[i], noise.squares[i], overlap, c * points.coordinates[i],
                               c * noise.coordinates[i]};
    }
}

States draw_states(const TrainingSet& set, const WeighingPlan& plan, const RandomStream& random) {
    const std::size_t n = plan.states;
    const std::size_t d = set.dimension();
    States states;
    states.tiles.assign((n + states_of_tile - 1) / states_of_tile * tile_rows * d, 0.0f);
    states.norms.resize(n);
    states.squares.resize(n);
    states.sign.resize(n);
    states.own_block.assign(n, std::numeric_limits<std::uint64_t>::max());
    states.own_slot.assign(n, 0);
    StatePanel points, noise;
    noise.coordinates.resize(panel_points * d);
    for (std::size_t first = 0; first < n; first += panel_points) {
        std::uint32_t samples[panel_points];
        std::uint64_t members[panel_points];
        for (std::size_t i = 0; i < panel_points; ++i) {
            samples[i] = static_cast<std::uint32_t>(first + i);
            RandomSequence choice(random, Purpose::state, samples[i], 2);
            members[i] = choice.below(set.size());
            if (plan.kind == StateKind::population || first + i >= n) continue;
            states.own_block[first + i] = members[i] / set.block_points();
            states.own_slot[first + i] = set.slot(members[i]);
        }
        if (plan.kind == StateKind::planted) {
            set.load_members(members, points);
        } else {
            set.load_others(first, points);
        }
        draw_normal_panel(NoiseKey(random, Purpose::noise), 0, samples, d, noise.coordinates, noise.squares);
        add_panel(points, noise, first, d, states);
    }
    return states;
}

/// Constants of state i for state_differences.
StateRow state_row(const States& states, std::size_t i, std::size_t d, const WeighingPlan& plan) {
    const StateNorms& norms = states.norms[i];
    const double sigma = plan.sigma, sigma2 = sigma * sigma, M = plan.axis_mean;
    const double c = states.sign[i];
    const bool direct = d <= direct_dimensions;
    StateRow row;
    row.sigma = static_cast<float>(sigma);
    row.square_factor = direct ? 0.0f : static_cast<float>(sigma2);
    row.product_factor = static_cast<float>(direct ? sigma2 : -2 * sigma2);
    row.sign = states.sign[i];
    if (direct) return row;
    const double distance = sigma2 * static_cast<double>(states.squares[i]);
    const double projection = -sigma * norms.overlap;
    row.own = {static_cast<float>(distance), 0, static_cast<float>(projection)};
    // y_j − y_0 has −2cM more along the axis.
    row.other = {static_cast<float>(distance + 4 * M * M + 4 * sigma * M * norms.point_axis),
                 static_cast<float>(-4 * sigma * c * M), static_cast<float>(projection - 2 * M * norms.noise_axis)};
    return row;
}

void hide(std::span<float> distances, std::span<float> projections, std::size_t begin, std::size_t end) {
    for (std::size_t i = begin; i < end; ++i) {
        distances[i] = no_point;
        projections[i] = 0;
    }
}

WeightSums finish(const WeightStream& stream) {
    const auto sum = [](const double* four) { return four[0] + four[1] + four[2] + four[3]; };
    const double own = sum(stream.own), z = own + sum(stream.other);
    const double reference = static_cast<double>(stream.reference) * std::numbers::ln2;
    WeightSums sums;
    sums.log_z = std::log(z) - reference;
    sums.log_squares = std::log(sum(stream.squares)) - 2 * reference;
    sums.mean_energy = z > 0 ? reference + std::numbers::ln2 * sum(stream.first_moments) / z : 0;
    sums.own_class = z > 0 ? own / z : 0;
    sums.lowest = static_cast<double>(stream.lowest) * std::numbers::ln2;
    sums.nearest = stream.nearest;
    return sums;
}

}  // namespace

double WeightSums::participation_ratio() const { return std::exp(log_squares - 2 * log_z); }

WeightSums with_own_point(WeightSums others) {
    // In terms of the weight of the others relative to the own point, so that a tiny one is not lost beside 1.
    const double log_z = others.log_z;
    WeightSums all = others;
    all.log_z = log_add_exp(0, log_z);
    all.log_squares = log_add_exp(0, others.log_squares);
    const double share = std::exp(log_z - all.log_z);  // of the others
    all.mean_energy = share > 0 ? share * others.mean_energy : 0;
    all.own_class = std::min(1.0, share * others.own_class + std::exp(-all.log_z));
    return all;
}

EmpiricalWeights weigh_training_set(const TrainingSet& set, const WeighingPlan& plan, std::span<const double> times,
                                    const RandomStream& random, const Stop& stop) {
    const std::size_t d = set.dimension();
    const bool planted = plan.kind == StateKind::planted;
    const bool direct = d <= direct_dimensions;
    States states = draw_states(set, plan, random);
    std::vector<WeightTime> coefficients;
    for (const double t : times) coefficients.push_back(weight_time(t));
    const WeightTimes kernel_times(std::move(coefficients));
    const float depth = static_cast<float>(std::log2(static_cast<double>(set.size())) + 20);

    // The own point of a planted state has energy E_0 = 0, and weights are seen relative to it.
    std::vector<WeightStream> streams(plan.states * times.size(), planted ? stream_from_zero() : WeightStream());
    PackedBlock block;
    // Aligned: vectors that lie across two cache lines cost some percent.
    const auto products_memory = hwy::AllocateAligned<float>(2 * chunk_states * most_slots);
    const auto differences_memory = hwy::AllocateAligned<float>(2 * most_slots);
    for (std::uint64_t b = 0; b < set.blocks(); ++b) {
        stop.check();
        set.load(b, block);
        const std::size_t slots = block.slots();
        const std::span distances(differences_memory.get(), slots);
        const std::span projections(differences_memory.get() + most_slots, slots);
        for (std::size_t first = 0; first < plan.states; first += chunk_states) {
            stop.check();
            const std::size_t count = std::min(chunk_states, plan.states - first);
            const std::size_t tiles = (count + states_of_tile - 1) / states_of_tile;
            const std::span products(products_memory.get(), tiles * tile_rows * slots);
            const auto rows = std::span(states.tiles).subspan(first / states_of_tile * tile_rows * d, tiles * tile_rows * d);
            if (!direct) multiply_packed(rows, block.panels, d, products);
            for (std::size_t i = 0; i < count; ++i) {
                const std::size_t state = first + i;
                StateRow row = state_row(states, state, d, plan);
                const auto point_products = products.subspan(2 * i * slots, slots);
                const auto noise_products = products.subspan((2 * i + 1) * slots, slots);
                if (direct) {
                    direct_differences({.tile = rows.subspan(i / states_of_tile * tile_rows * d, tile_rows * d),
                                        .row = 2 * (i % states_of_tile),
                                        .sign = row.sign,
                                        .centre_shift = static_cast<float>(2 * row.sign * plan.axis_mean / plan.sigma)},
                                       block, d, point_products, noise_products);
                }
                row.points = point_products;
                row.noise = noise_products;
                state_differences(row, block, distances, projections);
                hide(distances, projections, block.positive, block.boundary);
                hide(distances, projections, block.boundary + block.negative, slots);
                if (states.own_block[state] == b)
                    hide(distances, projections, states.own_slot[state], states.own_slot[state] + 1);
                add_weights({.distances = distances,
                             .projections = projections,
                             .boundary = block.boundary,
                             .own_first = row.sign > 0,
                             .first_slot = b * 4096},
                            kernel_times, depth, std::span(streams).subspan(state * times.size(), times.size()));
            }
        }
    }

    EmpiricalWeights result;
    result.states = std::move(states.norms);
    for (std::size_t state = 0; state < plan.states; ++state) {
        for (std::size_t k = 0; k < times.size(); ++k) {
            WeightSums sums = finish(streams[state * times.size() + k]);
            if (planted) {
                if (sums.lowest > 0) sums.nearest = std::numeric_limits<std::uint64_t>::max();
                sums = with_own_point(sums);
            }
            result.sums.push_back(sums);
        }
    }
    return result;
}

}  // namespace gdm
