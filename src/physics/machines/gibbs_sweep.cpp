#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "physics/machines/gibbs_sweep.cpp"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

#include <stdexcept>

#include "gdm/base/noise_key.hpp"
#include "gdm/physics/machines/gibbs_lanes-inl.hpp"
#include "gdm/physics/machines/gibbs_sweep.hpp"
#include "gdm/physics/spins/lane_draws.hpp"

#ifndef GDM_PHYSICS_MACHINES_GIBBS_SWEEP_ONCE
#define GDM_PHYSICS_MACHINES_GIBBS_SWEEP_ONCE
namespace gdm {

struct SweepCall {
    const float *couplings, *biases, *base;
    std::size_t units, first, panels;
    float* states;
    float beta;
    NoiseKey key = {};
    std::uint32_t step = 0, first_sample = 0;
};

}  // namespace gdm
#endif

HWY_BEFORE_NAMESPACE();
namespace gdm::HWY_NAMESPACE {

template <GibbsResult result>
void sweep_units(const SweepCall& call) {
    constexpr std::size_t width = UnitPanels::width, lanes = hn::MaxLanes(FloatTag());
    const FloatTag d;
    const PhiloxKeys keys(call.key);
    for (std::size_t p = 0; p < call.panels; ++p) {
        for (std::size_t chain = 0; chain < width; chain += 2 * lanes) {
            float* states = call.states + p * call.units * width + chain;
            const FloatPackSamples<2> samples(d, call.first_sample + static_cast<std::uint32_t>(p * width + chain));
            PackWords<FloatTag, 2> words;
            for (std::size_t unit = call.first; unit < call.units; ++unit) {
                const float* row = call.couplings + unit * call.units;
                ChainPair sum;
                for (auto& one : sum.v) one = hn::Zero(d);
                for (std::size_t k = 0; k < call.units; ++k)
                    for (std::size_t v = 0; v < 2; ++v)
                        sum.v[v] = hn::MulAdd(hn::Set(d, row[k]), hn::LoadU(d, states + k * width + v * lanes), sum.v[v]);
                const auto bias = hn::Set(d, call.biases[unit]), base = hn::Set(d, call.base[unit]);
                for (auto& one : sum.v) one = hn::MulAdd(hn::Set(d, call.beta), hn::Sub(hn::Add(one, bias), base), base);
                if (result == GibbsResult::draw && (unit == call.first || unit % 4 == 0))
                    words = pack_words(keys, static_cast<std::uint32_t>(unit / 4), call.step, samples);
                gibbs_finish<result>(sum, words.word + unit % 4, states + unit * width);
            }
        }
    }
}

void sweep_draws(const SweepCall& call) { sweep_units<GibbsResult::draw>(call); }
void sweep_probabilities(const SweepCall& call) { sweep_units<GibbsResult::probability>(call); }

}  // namespace gdm::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace gdm {

HWY_EXPORT(sweep_draws);
HWY_EXPORT(sweep_probabilities);

void GibbsSweep::set(const BoltzmannMachine& machine) {
    couplings_.assign(machine.couplings.begin(), machine.couplings.end());
    biases_.assign(machine.biases.begin(), machine.biases.end());
    base_.resize(biases_.size(), 0);
}

void GibbsSweep::set_base(std::span<const double> base) {
    if (base.size() != biases_.size()) throw std::invalid_argument("a base has one bias for each unit");
    base_.assign(base.begin(), base.end());
}

void GibbsSweep::check(const UnitPanels& states) const {
    if (states.units() != biases_.size()) throw std::invalid_argument("the chains of a sweep have the units of the machine");
}

void GibbsSweep::draw(UnitPanels& states, const GibbsDraws& draws, std::size_t first, float beta) const {
    check(states);
    HWY_DYNAMIC_DISPATCH(sweep_draws)
    ({couplings_.data(), biases_.data(), base_.data(), biases_.size(), first, states.panels(), states.values().data(), beta,
      NoiseKey(draws.random, draws.purpose), draws.step, first_lane_sample + draws.first_chain});
}

void GibbsSweep::probabilities(UnitPanels& states, std::size_t first) const {
    check(states);
    HWY_DYNAMIC_DISPATCH(sweep_probabilities)
    ({couplings_.data(), biases_.data(), base_.data(), biases_.size(), first, states.panels(), states.values().data(), 1});
}

}  // namespace gdm
#endif
