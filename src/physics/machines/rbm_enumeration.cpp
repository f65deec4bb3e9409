#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "physics/machines/rbm_enumeration.cpp"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstdint>
#include <limits>
#include <stdexcept>
#include <utility>
#include <vector>

#include "gdm/base/lanes-inl.hpp"
#include "gdm/physics/machines/rbm.hpp"
#include "gdm/physics/machines/rbm_moments.hpp"

#ifndef GDM_PHYSICS_MACHINES_RBM_ENUMERATION_ONCE
#define GDM_PHYSICS_MACHINES_RBM_ENUMERATION_ONCE
namespace gdm {

/// The states of the lowest six enumerated units are the places of a block.
inline constexpr std::size_t low_units = 6, block_states = 64;

/// What a block reads: fields over T, by the summed unit and the place.
struct EnumeratedBlock {
    std::size_t summed;
    double field;           // of the enumerated units beyond the lowest six
    const double* base;     // (summed) what these do to the fields of the other layer, biases included
    const double* low;      // (summed, 64) what the lowest six do
    const double* weight0;  // (64) biases of the lowest six; −inf where there is no such state
    double* log_weight;     // (64)
    double* probability;    // (summed, 64) of the summed units to be 1; null: not asked for
};

}  // namespace gdm
#endif

HWY_BEFORE_NAMESPACE();
namespace gdm::HWY_NAMESPACE {

void enumerated_block(const EnumeratedBlock& block) {
    const DoubleTag d;
    const auto one = hn::Set(d, 1.0), zero = hn::Zero(d);
    for (std::size_t l = 0; l < block_states; l += hn::Lanes(d)) {
        auto sum = hn::Add(hn::Set(d, block.field), hn::LoadU(d, block.weight0 + l));
        auto product = one;  // of 1 + e^{−|x|}, whose logarithm is taken at once
        for (std::size_t j = 0; j < block.summed; ++j) {
            const auto x = hn::Add(hn::Set(d, block.base[j]), hn::LoadU(d, block.low + j * block_states + l));
            const auto e = exp(d, hn::Neg(hn::Abs(x)));
            const auto norm = hn::Add(one, e);
            sum = hn::Add(sum, hn::Max(x, zero));
            product = hn::Mul(product, norm);
            if (j % 512 == 511) {
                sum = hn::Add(sum, log(d, product));
                product = one;
            }
            if (block.probability == nullptr) continue;
            hn::StoreU(hn::Div(hn::IfThenElse(hn::Gt(x, zero), one, e), norm), d, block.probability + j * block_states + l);
        }
        hn::StoreU(hn::Add(sum, log(d, product)), d, block.log_weight + l);
    }
}

/// e^{log_weight − reference} of a block.
void block_weights(const double* log_weight, double reference, double* weight) {
    const DoubleTag d;
    for (std::size_t l = 0; l < block_states; l += hn::Lanes(d))
        hn::StoreU(exp(d, hn::Sub(hn::LoadU(d, log_weight + l), hn::Set(d, reference))), d, weight + l);
}

/// total(j, l) += weight(l) probability(j, l), and the sum over l, folded in halves whatever the lanes.
void add_block(const double* weight, const double* probability, std::size_t summed, double* total, double* sums) {
    const DoubleTag d;
    HWY_ALIGN double product[block_states];
    for (std::size_t j = 0; j < summed; ++j) {
        for (std::size_t l = 0; l < block_states; l += hn::Lanes(d)) {
            const auto term = hn::Mul(hn::LoadU(d, weight + l), hn::LoadU(d, probability + j * block_states + l));
            hn::StoreU(hn::Add(term, hn::LoadU(d, total + j * block_states + l)), d, total + j * block_states + l);
            hn::Store(term, d, product + l);
        }
        for (std::size_t half = block_states / 2; half >= 8; half /= 2)
            for (std::size_t l = 0; l < half; l += hn::Lanes(d))
                hn::Store(hn::Add(hn::Load(d, product + l), hn::Load(d, product + half + l)), d, product + l);
        sums[j] = ((product[0] + product[4]) + (product[2] + product[6])) +
                  ((product[1] + product[5]) + (product[3] + product[7]));
    }
}

}  // namespace gdm::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace gdm {

HWY_EXPORT(enumerated_block);
HWY_EXPORT(block_weights);
HWY_EXPORT(add_block);

namespace {

/// The states of the smaller layer, block by block.
class Enumeration {
  public:
    Enumeration(const Rbm& machine, double temperature)
        : visible_first_(machine.visible <= machine.hidden),
          enumerated_(std::min(machine.visible, machine.hidden)),
          summed_(std::max(machine.visible, machine.hidden)),
          coupling_(enumerated_ * summed_),
          field_(visible_first_ ? machine.visible_bias : machine.hidden_bias),
          base_bias_(visible_first_ ? machine.hidden_bias : machine.visible_bias) {
        if (enumerated_ > 25) throw std::invalid_argument("a layer of more than 25 units is not enumerated");
        for (double& x : field_) x /= temperature;
        for (double& x : base_bias_) x /= temperature;
        for (std::size_t i = 0; i < machine.visible; ++i)
            for (std::size_t j = 0; j < machine.hidden; ++j)
                coupling_[visible_first_ ? i * summed_ + j : j * summed_ + i] =
                    machine.weights[i * machine.hidden + j] / temperature;
        for (std::size_t l = 0; l < block_states; ++l) {
            weight0_[l] = l >> enumerated_ ? -std::numeric_limits<double>::infinity() : 0;
            for (std::size_t i = 0; i < std::min(low_units, enumerated_); ++i)
                if (l >> i & 1) weight0_[l] += field_[i];
        }
        low_.assign(summed_ * block_states, 0);
        for (std::size_t j = 0; j < summed_; ++j)
            for (std::size_t l = 0; l < block_states; ++l)
                for (std::size_t i = 0; i < std::min(low_units, enumerated_); ++i)
                    if (l >> i & 1) low_[j * block_states + l] += coupling_[i * summed_ + j];
    }

    [[nodiscard]] bool visible_first() const { return visible_first_; }
    [[nodiscard]] std::size_t enumerated() const { return enumerated_; }
    [[nodiscard]] std::size_t summed() const { return summed_; }
    [[nodiscard]] std::size_t high() const { return enumerated_ > low_units ? enumerated_ - low_units : 0; }

    /// Calls `visit(high bits, log weights)` for each block; `probability` (summed, 64) may be null.
    template <class Visit>
    void run(const Stop& stop, double* probability, Visit&& visit) {
        const auto kernel = HWY_DYNAMIC_DISPATCH(enumerated_block);
        std::vector<double> base = base_bias_;
        double field = 0;
        std::uint64_t state = 0;
        const std::uint64_t blocks = std::uint64_t{1} << high();
        for (std::uint64_t step = 0; step < blocks; ++step) {
            if (step > 0) {
                const auto unit = static_cast<std::size_t>(std::countr_zero(step));
                state ^= std::uint64_t{1} << unit;
                const double* row = coupling_.data() + (low_units + unit) * summed_;
                const double sign = state >> unit & 1 ? 1 : -1;
                field += sign * field_[low_units + unit];
                for (std::size_t j = 0; j < summed_; ++j) base[j] += sign * row[j];
                if (step % 1024 == 0) refresh(state, field, base);  // sums that are only ever updated drift
            }
            if (step % 64 == 0) stop.check();
            kernel({summed_, field, base.data(), low_.data(), weight0_, log_weight_, probability});
            visit(state, log_weight_);
        }
    }

  private:
    void refresh(std::uint64_t state, double& field, std::vector<double>& base) const {
        field = 0;
        base = base_bias_;
        for (std::size_t i = 0; i < high(); ++i) {
            if (!(state >> i & 1)) continue;
            field += field_[low_units + i];
            for (std::size_t j = 0; j < summed_; ++j) base[j] += coupling_[(low_units + i) * summed_ + j];
        }
    }

    bool visible_first_;
    std::size_t enumerated_, summed_;
    std::vector<double> coupling_;  // (enumerated, summed), over T, as the fields
    std::vector<double> field_, base_bias_, low_;
    double weight0_[block_states], log_weight_[block_states];
};

/// Sums of e^{log weight} relative to the greatest weight so far.
class Reference {
  public:
    /// By what the sums so far are to be multiplied, before a block with these weights is added.
    double take(const double* log_weight) {
        const double greatest = *std::max_element(log_weight, log_weight + block_states);
        if (!(greatest > value_)) return 1;
        const double factor = std::exp(value_ - greatest);
        value_ = greatest;
        return factor;
    }
    [[nodiscard]] double value() const { return value_; }

  private:
    double value_ = -std::numeric_limits<double>::infinity();
};

double in_order(const double* weight) {
    double sum = 0;
    for (std::size_t l = 0; l < block_states; ++l) sum += weight[l];
    return sum;
}

}  // namespace

double exact_log_partition(const Rbm& machine, double temperature, const Stop& stop) {
    Enumeration states(machine, temperature);
    Reference reference;
    double total = 0, weight[block_states];
    states.run(stop, nullptr, [&](std::uint64_t, const double* log_weight) {
        total *= reference.take(log_weight);
        HWY_DYNAMIC_DISPATCH(block_weights)(log_weight, reference.value(), weight);
        total += in_order(weight);
    });
    return reference.value() + std::log(total);
}

RbmMoments model_moments(const Rbm& machine, double temperature, const Stop& stop) {
    Enumeration states(machine, temperature);
    const std::size_t summed = states.summed(), enumerated = states.enumerated(), high = states.high();
    std::vector<double> probability(summed * block_states), total(summed * block_states, 0), sums(summed);
    std::vector<double> pairs(enumerated * summed, 0), means(enumerated, 0);
    double weight[block_states], weights[block_states] = {}, all = 0;
    Reference reference;
    states.run(stop, probability.data(), [&](std::uint64_t state, const double* log_weight) {
        const double factor = reference.take(log_weight);
        if (factor != 1) {
            for (auto* numbers : {&total, &pairs, &means})
                for (double& x : *numbers) x *= factor;
            for (double& x : weights) x *= factor;
            all *= factor;
        }
        HWY_DYNAMIC_DISPATCH(block_weights)(log_weight, reference.value(), weight);
        HWY_DYNAMIC_DISPATCH(add_block)(weight, probability.data(), summed, total.data(), sums.data());
        const double sum = in_order(weight);
        for (std::size_t l = 0; l < block_states; ++l) weights[l] += weight[l];
        all += sum;
        for (std::size_t i = 0; i < high; ++i) {
            if (!(state >> i & 1)) continue;
            means[low_units + i] += sum;
            double* row = pairs.data() + (low_units + i) * summed;
            for (std::size_t j = 0; j < summed; ++j) row[j] += sums[j];
        }
    });
    std::vector<double> other(summed, 0);
    for (std::size_t l = 0; l < block_states; ++l) {
        for (std::size_t j = 0; j < summed; ++j) other[j] += total[j * block_states + l];
        for (std::size_t i = 0; i < std::min(low_units, enumerated); ++i) {
            if (!(l >> i & 1)) continue;
            means[i] += weights[l];
            for (std::size_t j = 0; j < summed; ++j) pairs[i * summed + j] += total[j * block_states + l];
        }
    }
    for (auto* numbers : {&pairs, &means, &other})
        for (double& x : *numbers) x /= all;
    RbmMoments moments{std::vector<double>(machine.weights.size()), std::move(means), std::move(other),
                       reference.value() + std::log(all)};
    if (!states.visible_first()) std::swap(moments.visible, moments.hidden);
    for (std::size_t i = 0; i < machine.visible; ++i)
        for (std::size_t j = 0; j < machine.hidden; ++j)
            moments.weights[i * machine.hidden + j] = pairs[states.visible_first() ? i * summed + j : j * summed + i];
    return moments;
}

}  // namespace gdm
#endif
