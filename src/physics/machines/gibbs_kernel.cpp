#include "gdm/physics/machines/gibbs_kernel.hpp"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "physics/machines/gibbs_kernel.cpp"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

#include <algorithm>
#include <stdexcept>

#include "gdm/base/noise_key.hpp"
#include "gdm/physics/machines/gibbs_lanes-inl.hpp"
#include "gdm/physics/spins/lane_draws.hpp"

#ifndef GDM_PHYSICS_MACHINES_GIBBS_KERNEL_ONCE
#define GDM_PHYSICS_MACHINES_GIBBS_KERNEL_ONCE
namespace gdm {

inline constexpr std::size_t gibbs_rows = 12;  // units in a tile; four draw from one block

struct GibbsCall {
    const GibbsKernel::Side* side;
    const float* given;
    float* result;
    std::size_t panels;
    const float* beta;  // one for each chain of all panels
    NoiseKey key = {};
    std::uint32_t step = 0, first_sample = 0, first_draw = 0;
};

}  // namespace gdm
#endif

HWY_BEFORE_NAMESPACE();
namespace gdm::HWY_NAMESPACE {

/// `rows` × two vectors of sums over all of the given layer, kept in registers.
template <std::size_t rows>
HWY_INLINE void gibbs_sums(const float* HWY_RESTRICT tile, const float* HWY_RESTRICT given, std::size_t depth,
                           float* HWY_RESTRICT out) {
    const FloatTag d;
    const std::size_t lanes = hn::Lanes(d);
    hn::Vec<FloatTag> low[rows], high[rows];
#pragma GCC unroll 12
    for (std::size_t i = 0; i < rows; ++i) low[i] = high[i] = hn::Zero(d);
    for (std::size_t k = 0; k < depth; ++k) {
        const auto a = hn::LoadU(d, given + k * UnitPanels::width);
        const auto b = hn::LoadU(d, given + k * UnitPanels::width + lanes);
#pragma GCC unroll 12
        for (std::size_t i = 0; i < rows; ++i) {
            const auto x = hn::Set(d, tile[k * gibbs_rows + i]);
            low[i] = hn::MulAdd(x, a, low[i]);
            high[i] = hn::MulAdd(x, b, high[i]);
        }
    }
#pragma GCC unroll 12
    for (std::size_t i = 0; i < rows; ++i) {
        hn::StoreU(low[i], d, out + i * UnitPanels::width);
        hn::StoreU(high[i], d, out + i * UnitPanels::width + lanes);
    }
}

template <GibbsResult result>
void gibbs_half_step(const GibbsCall& call) {
    constexpr std::size_t width = UnitPanels::width, lanes = hn::MaxLanes(FloatTag());
    constexpr std::size_t rows = lanes >= 16 ? 12 : 6;  // as many as the registers of the instruction set hold
    const FloatTag d;
    const auto& side = *call.side;
    const std::size_t depth = side.given, tiles = side.tiles.size() / std::max<std::size_t>(1, depth * gibbs_rows);
    const PhiloxKeys keys(call.key);
    for (std::size_t p = 0; p < call.panels; ++p) {
        const float* given = call.given + p * depth * width;
        float* out = call.result + p * side.units * width;
        for (std::size_t t = 0; t < tiles; ++t) {
            HWY_ALIGN float sums[gibbs_rows * width];
            const float* tile = side.tiles.data() + t * depth * gibbs_rows;
            for (std::size_t row = 0; row < gibbs_rows; row += rows)
                for (std::size_t chain = 0; chain < width; chain += 2 * lanes)
                    gibbs_sums<rows>(tile + row, given + chain, depth, sums + row * width + chain);
            for (std::size_t chain = 0; chain < width; chain += 2 * lanes) {
                ChainPair beta;
                for (std::size_t v = 0; v < 2; ++v) beta.v[v] = hn::LoadU(d, call.beta + p * width + chain + v * lanes);
                const FloatPackSamples<2> samples(d, call.first_sample + static_cast<std::uint32_t>(p * width + chain));
                for (std::size_t block = 0; block < gibbs_rows / 4; ++block) {
                    const std::size_t first = t * gibbs_rows + 4 * block;
                    if (first >= side.units) break;
                    PackWords<FloatTag, 2> words;
                    if constexpr (result == GibbsResult::draw)
                        words =
                            pack_words(keys, call.first_draw + static_cast<std::uint32_t>(first / 4), call.step, samples);
                    for (std::size_t j = 0; j < 4 && first + j < side.units; ++j) {
                        const auto bias = hn::Set(d, side.bias[first + j]), base = hn::Set(d, side.base[first + j]);
                        ChainPair x;
                        for (std::size_t v = 0; v < 2; ++v) {
                            const auto sum = hn::LoadU(d, sums + (4 * block + j) * width + chain + v * lanes);
                            x.v[v] = hn::MulAdd(beta.v[v], hn::Sub(hn::Add(sum, bias), base), base);
                        }
                        gibbs_finish<result>(x, words.word + j, out + (first + j) * width + chain);
                    }
                }
            }
        }
    }
}

void gibbs_fields(const GibbsCall& call) { gibbs_half_step<GibbsResult::field>(call); }
void gibbs_probabilities(const GibbsCall& call) { gibbs_half_step<GibbsResult::probability>(call); }
void gibbs_draws(const GibbsCall& call) { gibbs_half_step<GibbsResult::draw>(call); }

}  // namespace gdm::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace gdm {

HWY_EXPORT(gibbs_fields);
HWY_EXPORT(gibbs_probabilities);
HWY_EXPORT(gibbs_draws);

namespace {

/// The inverse temperatures of all chains of all panels.
std::vector<float> spread(std::span<const float> beta, const UnitPanels& chains) {
    if (beta.size() > 1 && beta.size() != chains.chains())
        throw std::invalid_argument("the chains of a Gibbs step have one temperature, or one each");
    std::vector<float> all(chains.panels() * UnitPanels::width, beta.empty() ? 1 : beta[0]);
    if (beta.size() > 1) std::copy(beta.begin(), beta.end(), all.begin());
    return all;
}

GibbsCall call_of(const GibbsKernel::Side& side, const UnitPanels& given, UnitPanels& result,
                  const std::vector<float>& beta) {
    if (given.units() != side.given || result.units() != side.units || given.chains() != result.chains())
        throw std::invalid_argument("the layers of a Gibbs step have the units of the machine, and the same chains");
    return {&side, given.values().data(), result.values().data(), given.panels(), beta.data()};
}

void pack(const Rbm& machine, bool hidden, GibbsKernel::Side& side) {
    side.units = hidden ? machine.hidden : machine.visible;
    side.given = hidden ? machine.visible : machine.hidden;
    const std::size_t tiles = (side.units + gibbs_rows - 1) / gibbs_rows;
    side.tiles.assign(tiles * gibbs_rows * side.given, 0);
    side.bias.assign(tiles * gibbs_rows, 0);
    side.base.resize(tiles * gibbs_rows, 0);
    const auto& bias = hidden ? machine.hidden_bias : machine.visible_bias;
    for (std::size_t unit = 0; unit < side.units; ++unit) {
        side.bias[unit] = static_cast<float>(bias[unit]);
        float* tile = side.tiles.data() + unit / gibbs_rows * gibbs_rows * side.given + unit % gibbs_rows;
        for (std::size_t k = 0; k < side.given; ++k) {
            const double weight =
                hidden ? machine.weights[k * machine.hidden + unit] : machine.weights[unit * machine.hidden + k];
            tile[k * gibbs_rows] = static_cast<float>(weight);
        }
    }
}

}  // namespace

void GibbsKernel::set(const Rbm& machine) {
    pack(machine, true, to_hidden_);
    pack(machine, false, to_visible_);
}

void GibbsKernel::set_base(std::span<const double> visible_bias) {
    if (visible_bias.size() != visible()) throw std::invalid_argument("a base has one bias for each visible unit");
    for (std::size_t i = 0; i < visible_bias.size(); ++i) to_visible_.base[i] = static_cast<float>(visible_bias[i]);
}

void GibbsKernel::fields(RbmLayer layer, const UnitPanels& given, UnitPanels& result, std::span<const float> beta) const {
    const auto all = spread(beta, given);
    HWY_DYNAMIC_DISPATCH(gibbs_fields)(call_of(side(layer), given, result, all));
}

void GibbsKernel::probabilities(RbmLayer layer, const UnitPanels& given, UnitPanels& result,
                                std::span<const float> beta) const {
    const auto all = spread(beta, given);
    HWY_DYNAMIC_DISPATCH(gibbs_probabilities)(call_of(side(layer), given, result, all));
}

void GibbsKernel::draw(RbmLayer layer, const UnitPanels& given, UnitPanels& result, const GibbsDraws& draws,
                       std::span<const float> beta) const {
    const auto all = spread(beta, given);
    GibbsCall call = call_of(side(layer), given, result, all);
    call.key = NoiseKey(draws.random, draws.purpose);
    call.step = draws.step;
    call.first_sample = first_lane_sample + draws.first_chain;
    call.first_draw = layer == RbmLayer::hidden ? 1u << 30 : 0;
    HWY_DYNAMIC_DISPATCH(gibbs_draws)(call);
}

}  // namespace gdm
#endif
