#include "gdm/physics/machines/boltzmann_training.hpp"

#include <stdexcept>
#include <utility>

#include "gdm/physics/machines/pseudo_likelihood.hpp"
#include "gdm/physics/machines/row_batches.hpp"

namespace gdm {
namespace {

/// Draws of hidden units given the data stand where no chains of the model are.
constexpr std::uint32_t clamped_chains = 1u << 29;

BoltzmannMachine started_machine(std::size_t visible, std::size_t hidden, double deviation, Connections connections,
                                 const RandomStream& random) {
    BoltzmannMachine machine = empty_machine(visible, hidden, connections);
    RandomSequence sequence(random, Purpose::initial_state);
    const std::size_t n = machine.units();
    for (std::size_t i = 0; i < n; ++i)
        for (std::size_t j = 0; j < i; ++j) {
            const double normal = deviation * sequence.normal();  // drawn for all pairs, so that machines have it in common
            if (machine.couples(i, j)) machine.couplings[i * n + j] = machine.couplings[j * n + i] = normal;
        }
    return machine;
}

BoltzmannMachine binary_machine(const BoltzmannMachine& parameters, const BoltzmannSettings& settings) {
    return at_temperature(settings.units == UnitKind::spins ? from_spins(parameters) : parameters, settings.temperature);
}

}  // namespace

BoltzmannTraining::BoltzmannTraining(const BinaryData& data, std::size_t hidden, double deviation,
                                     const BoltzmannSettings& settings, const RandomStream& random)
    : data_(data),
      settings_(settings),
      random_(random),
      parameters_(started_machine(data.visible, hidden, deviation, settings.connections, random)),
      machine_(binary_machine(parameters_, settings)),
      sweep_(machine_) {
    if (data.rows() == 0) throw std::invalid_argument("training takes a row at least");
    if (settings.method == BoltzmannMethod::pcd) {
        const std::size_t chains = settings.chains == 0 ? settings.rows_of_update(data.rows()) : settings.chains;
        chains_ = UnitPanels(machine_.units(), chains);
        RandomSequence sequence(random, Purpose::initial_state, 1);
        for (std::size_t c = 0; c < chains; ++c)
            for (std::size_t i = 0; i < machine_.units(); ++i) chains_.at(c, i) = static_cast<float>(sequence.bits() >> 63);
    }
    if (hidden == 0 && settings.rows_of_update(data.rows()) == data.rows()) all_seen_ = data_moments(machine_, data);
}

void BoltzmannTraining::set_parameters(const BoltzmannMachine& parameters) {
    if (parameters.visible != machine_.visible || parameters.hidden != machine_.hidden ||
        parameters.connections != machine_.connections)
        throw std::invalid_argument("a training goes on from a machine of its own shape");
    parameters_ = parameters;
    renew();
}

void BoltzmannTraining::renew() {
    machine_ = binary_machine(parameters_, settings_);
    sweep_.set(machine_);
}

void BoltzmannTraining::update() {
    const std::size_t size = settings_.rows_of_update(data_.rows()), n = machine_.units();
    const BinaryData batch = size == data_.rows() ? BinaryData{} : batch_of(data_, size, updates_, random_);
    const BinaryData& rows = size == data_.rows() ? data_ : batch;
    UnitMoments gradient = difference(seen(rows), modelled(rows));
    if (settings_.units == UnitKind::spins) gradient = spin_moments(std::move(gradient), true);
    const double rate = settings_.rate / settings_.temperature, decay = settings_.rate * settings_.decay;
    for (std::size_t i = 0; i < n; ++i) {
        parameters_.biases[i] += rate * gradient.means[i];
        for (std::size_t j = 0; j < i; ++j) {
            if (!machine_.couples(i, j)) continue;
            double& coupling = parameters_.couplings[i * n + j];
            coupling += rate * gradient.pairs[i * n + j] - decay * coupling;
            parameters_.couplings[j * n + i] = coupling;
        }
    }
    renew();
    ++updates_;
}

UnitMoments BoltzmannTraining::seen(const BinaryData& rows) {
    if (all_seen_) return *all_seen_;
    if (settings_.clamped != ClampedPhase::sampled || machine_.independent_hidden())
        return data_moments(machine_, rows, settings_.clamped);
    return moments_of(clamped(rows));
}

UnitMoments BoltzmannTraining::modelled(const BinaryData& rows) {
    switch (settings_.method) {
        case BoltzmannMethod::exact:
            return model_moments(machine_);
        case BoltzmannMethod::expected_cd:
            return expected_sweep_moments(machine_, rows, settings_.steps);
        case BoltzmannMethod::pseudo_likelihood:
            return pseudo_moments(machine_, rows);
        case BoltzmannMethod::cd:
        case BoltzmannMethod::pcd:
            break;
    }
    const bool goes_on = settings_.method == BoltzmannMethod::pcd;
    UnitPanels fresh = goes_on ? UnitPanels() : clamped(rows);
    UnitPanels& states = goes_on ? chains_ : fresh;
    for (std::size_t s = 0; s < settings_.steps; ++s)
        sweep_.draw(states, {random_, static_cast<std::uint32_t>(updates_ * settings_.steps + s)});
    if (!machine_.independent_hidden()) return moments_of(states);
    UnitPanels averaged = states;
    sweep_.probabilities(averaged, machine_.visible);
    return moments_of(averaged);
}

UnitPanels BoltzmannTraining::clamped(const BinaryData& rows) const {
    UnitPanels states = panels_of(rows, machine_.units());
    if (machine_.hidden == 0) return states;
    for (std::size_t c = 0; c < states.chains(); ++c)
        for (std::size_t j = machine_.visible; j < machine_.units(); ++j) states.at(c, j) = 0.5f;
    const std::size_t sweeps = machine_.independent_hidden() ? 1 : settings_.clamped_steps;
    for (std::size_t s = 0; s < sweeps; ++s)
        sweep_.draw(states, {random_, static_cast<std::uint32_t>(updates_ * sweeps + s), clamped_chains}, machine_.visible);
    return states;
}

UnitMoments BoltzmannTraining::moments_of(const UnitPanels& states) {
    product_.begin(machine_.units(), machine_.units(), states.chains());
    product_.add(states, states, 1 / static_cast<double>(states.chains()));
    const auto pairs = product_.weights(), means = product_.hidden();
    return {{pairs.begin(), pairs.end()}, {means.begin(), means.end()}};
}

std::size_t BoltzmannTraining::state_size(std::size_t units, std::size_t chains, const BoltzmannSettings& settings) {
    const std::size_t bytes = sizeof(std::uint64_t) + sizeof(double) * units * (units + 1);
    return settings.method == BoltzmannMethod::pcd ? bytes + chains * units : bytes;
}

void BoltzmannTraining::save(ByteWriter& bytes) const {
    bytes.put(updates_);
    for (const auto* numbers : {&parameters_.couplings, &parameters_.biases}) bytes.put(std::span(*numbers));
    for (std::size_t c = 0; c < chains_.chains(); ++c)
        for (std::size_t i = 0; i < chains_.units(); ++i) bytes.put(static_cast<std::uint8_t>(chains_.at(c, i)));
}

void BoltzmannTraining::load(ByteReader& bytes) {
    bytes.get(updates_);
    for (auto* numbers : {&parameters_.couplings, &parameters_.biases}) bytes.get(std::span(*numbers));
    for (std::size_t c = 0; c < chains_.chains(); ++c) {
        for (std::size_t i = 0; i < chains_.units(); ++i) {
            std::uint8_t unit = 0;
            bytes.get(unit);
            chains_.at(c, i) = unit;
        }
    }
    renew();
}

}  // namespace gdm
