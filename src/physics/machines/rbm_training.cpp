#include "gdm/physics/machines/rbm_training.hpp"

#include <algorithm>
#include <cmath>
#include <stdexcept>
#include <utility>

#include "gdm/physics/machines/rbm_moments.hpp"
#include "gdm/physics/machines/row_batches.hpp"

namespace gdm {
namespace {

bool by_enumeration(TrainingMethod method) {
    return method == TrainingMethod::exact || method == TrainingMethod::expected_cd;
}

std::vector<double> even_ladder(std::size_t places, double temperature) {
    std::vector<double> beta(places);
    for (std::size_t k = 0; k < places; ++k)
        beta[k] = static_cast<double>(k) / static_cast<double>(places - 1) / temperature;
    return beta;
}

Rbm started(std::size_t visible, std::size_t hidden, double deviation, const RandomStream& random) {
    Rbm machine{visible, hidden, std::vector<double>(visible * hidden), std::vector<double>(visible, 0),
                std::vector<double>(hidden, 0)};
    RandomSequence sequence(random, Purpose::initial_state);
    for (double& weight : machine.weights) weight = deviation * sequence.normal();
    return machine;
}

}  // namespace

RbmTraining::RbmTraining(const BinaryData& data, std::size_t hidden, double deviation, const TrainingSettings& settings,
                         const RandomStream& random)
    : data_(data),
      settings_(settings),
      random_(random),
      machine_(started(data.visible, hidden, deviation, random)),
      kernel_(machine_) {
    if (data.rows() == 0 || hidden == 0) throw std::invalid_argument("training takes a row and a hidden unit at least");
    if (settings.method != TrainingMethod::pcd && settings.method != TrainingMethod::tempering) return;
    const std::size_t chains = settings.chains == 0 ? settings.rows_of_update(data.rows()) : settings.chains;
    const bool tempered = settings.method == TrainingMethod::tempering;
    chains_ = UnitPanels(data.visible, chains * (tempered ? settings.ladder : 1));
    RandomSequence sequence(random, Purpose::initial_state, 1);
    for (std::size_t c = 0; c < chains_.chains(); ++c)
        for (std::size_t i = 0; i < data.visible; ++i) chains_.at(c, i) = static_cast<float>(sequence.bits() >> 63);
    if (!tempered) return;
    exchanges_.assign(chains, Exchange(even_ladder(settings.ladder, settings.temperature)));
    beta_.resize(chains_.chains());
    swaps_.assign(settings.ladder - 1, 0);
    tries_.assign(settings.ladder - 1, 0);
    spread_temperatures();
}

void RbmTraining::set_machine(const Rbm& machine) {
    if (machine.visible != machine_.visible || machine.hidden != machine_.hidden)
        throw std::invalid_argument("a training goes on from a machine of its own shape");
    machine_ = machine;
    kernel_.set(machine_);
}

void RbmTraining::update() {
    const auto one_update = [&](const BinaryData& rows) {
        by_enumeration(settings_.method) ? exact_update(rows) : sampled_update(rows);
    };
    const std::size_t size = settings_.rows_of_update(data_.rows());
    if (size == data_.rows()) {
        one_update(data_);
    } else {
        one_update(batch_of(data_, size, updates_, random_));
    }
    ++updates_;
}

void RbmTraining::exact_update(const BinaryData& rows) {
    RbmMoments data = data_moments(machine_, rows, settings_.temperature);
    const RbmMoments model = settings_.method == TrainingMethod::exact
                                 ? model_moments(machine_, settings_.temperature)
                                 : expected_gibbs_moments(machine_, rows, settings_.steps, settings_.temperature);
    const auto subtract = [](std::vector<double>& from, const std::vector<double>& what) {
        for (std::size_t i = 0; i < from.size(); ++i) from[i] -= what[i];
    };
    subtract(data.weights, model.weights);
    subtract(data.visible, model.visible);
    subtract(data.hidden, model.hidden);
    ascend(data.weights, data.visible, data.hidden);
}

void RbmTraining::sampled_update(const BinaryData& rows) {
    const UnitPanels positive = panels_of(rows, rows.visible), negative = negative_phase(positive);
    gradient_.begin(machine_.visible, machine_.hidden, positive.chains() + negative.chains());
    const float beta = static_cast<float>(1 / settings_.temperature);
    for (const auto* phase : {&positive, &negative}) {
        UnitPanels probability(machine_.hidden, phase->chains());
        kernel_.probabilities(RbmLayer::hidden, *phase, probability, {&beta, 1});
        gradient_.add(*phase, probability, (phase == &positive ? 1 : -1) / static_cast<double>(phase->chains()));
    }
    ascend(gradient_.weights(), gradient_.visible(), gradient_.hidden());
}

UnitPanels RbmTraining::negative_phase(const UnitPanels& positive) {
    const bool restarts = settings_.method == TrainingMethod::cd;
    UnitPanels fresh = restarts ? positive : UnitPanels();
    UnitPanels& visible = restarts ? fresh : chains_;
    UnitPanels hidden(machine_.hidden, visible.chains());
    if (beta_.empty()) beta_.assign(1, static_cast<float>(1 / settings_.temperature));
    for (std::size_t s = 0; s < settings_.steps; ++s) {
        const auto step = static_cast<std::uint32_t>(updates_ * settings_.steps + s);
        kernel_.step(visible, hidden, {random_, step}, beta_);
        if (!exchanges_.empty()) exchange(hidden, step);
    }
    if (restarts) return fresh;
    return exchanges_.empty() ? chains_ : tempered();
}

UnitPanels RbmTraining::tempered() {
    UnitPanels cold(machine_.visible, exchanges_.size());
    for (std::size_t r = 0; r < exchanges_.size(); ++r) {
        const std::size_t chain = r * settings_.ladder + exchanges_[r].walker_at(settings_.ladder - 1);
        for (std::size_t i = 0; i < machine_.visible; ++i) cold.at(r, i) = chains_.at(chain, i);
    }
    return cold;
}

/// Exchanges of the joint states (v, h), whose energies are −a·v − Σ_j h_j (b_j + (Wᵀv)_j).
void RbmTraining::exchange(UnitPanels& hidden, std::uint32_t step) {
    UnitPanels field(machine_.hidden, chains_.chains());
    kernel_.fields(RbmLayer::hidden, chains_, field);
    std::vector<double> energy(settings_.ladder);
    for (std::size_t r = 0; r < exchanges_.size(); ++r) {
        for (std::size_t place = 0; place < settings_.ladder; ++place) {
            const std::size_t chain = r * settings_.ladder + exchanges_[r].walker_at(place);
            double sum = 0;
            for (std::size_t i = 0; i < machine_.visible; ++i) sum -= machine_.visible_bias[i] * chains_.at(chain, i);
            for (std::size_t j = 0; j < machine_.hidden; ++j) sum -= hidden.at(chain, j) * field.at(chain, j);
            energy[place] = sum;
        }
        exchanges_[r].run(step, energy, RandomSequence(random_, Purpose::markov_chain, static_cast<std::uint32_t>(r), step));
        for (std::size_t place = 0; place + 1 < settings_.ladder; ++place) {
            const double accepted = exchanges_[r].acceptance(place);
            if (std::isnan(accepted)) continue;
            swaps_[place] += accepted;
            tries_[place] += 1;
        }
    }
    spread_temperatures();
}

void RbmTraining::spread_temperatures() {
    for (std::size_t r = 0; r < exchanges_.size(); ++r)
        for (std::size_t place = 0; place < settings_.ladder; ++place)
            beta_[r * settings_.ladder + exchanges_[r].walker_at(place)] = static_cast<float>(exchanges_[r].beta()[place]);
}

void RbmTraining::ascend(std::span<const double> weights, std::span<const double> visible, std::span<const double> hidden) {
    const double rate = settings_.rate / settings_.temperature, decay = settings_.rate * settings_.decay;
    for (std::size_t k = 0; k < weights.size(); ++k) machine_.weights[k] += rate * weights[k] - decay * machine_.weights[k];
    for (std::size_t i = 0; i < visible.size(); ++i) machine_.visible_bias[i] += rate * visible[i];
    for (std::size_t j = 0; j < hidden.size(); ++j) machine_.hidden_bias[j] += rate * hidden[j];
    if (!by_enumeration(settings_.method)) kernel_.set(machine_);
}

std::vector<double> RbmTraining::swap_acceptance() const {
    std::vector<double> mean(swaps_.size());
    for (std::size_t k = 0; k < mean.size(); ++k) mean[k] = swaps_[k] / tries_[k];
    return mean;
}

std::uint64_t RbmTraining::round_trips() const {
    std::uint64_t sum = 0;
    for (const Exchange& one : exchanges_) sum += one.round_trips();
    return sum;
}

std::size_t RbmTraining::state_size(std::size_t visible, std::size_t hidden, std::size_t chains,
                                    const TrainingSettings& settings) {
    std::size_t bytes = sizeof(updates_) + sizeof(double) * (visible * hidden + visible + hidden);
    if (settings.method == TrainingMethod::pcd) return bytes + chains * visible;
    if (settings.method != TrainingMethod::tempering) return bytes;
    ByteWriter one;
    Exchange(even_ladder(settings.ladder, settings.temperature)).save(one);
    return bytes + sizeof(double) * 2 * (settings.ladder - 1) + chains * (settings.ladder * visible + one.bytes().size());
}

void RbmTraining::save(ByteWriter& bytes) const {
    bytes.put(updates_);
    for (const auto* numbers : {&machine_.weights, &machine_.visible_bias, &machine_.hidden_bias, &swaps_, &tries_})
        bytes.put(std::span(*numbers));
    for (std::size_t c = 0; c < chains_.chains(); ++c)
        for (std::size_t i = 0; i < chains_.units(); ++i) bytes.put(static_cast<std::uint8_t>(chains_.at(c, i)));
    for (const Exchange& one : exchanges_) one.save(bytes);
}

void RbmTraining::load(ByteReader& bytes) {
    bytes.get(updates_);
    for (auto* numbers : {&machine_.weights, &machine_.visible_bias, &machine_.hidden_bias, &swaps_, &tries_})
        bytes.get(std::span(*numbers));
    for (std::size_t c = 0; c < chains_.chains(); ++c) {
        for (std::size_t i = 0; i < chains_.units(); ++i) {
            std::uint8_t unit = 0;
            bytes.get(unit);
            chains_.at(c, i) = unit;
        }
    }
    for (Exchange& one : exchanges_) one.load(bytes);
    spread_temperatures();
    kernel_.set(machine_);
}

}  // namespace gdm
