#include "gdm/physics/spins/spin_posterior.hpp"

#include <algorithm>

namespace gdm {

SpinPosterior::SpinPosterior(const SpinStrip& strip, const SpinPosteriorSettings& settings)
    : strip_(strip),
      settings_(settings),
      data_chain_(strip),
      other_data_(strip),
      chain_(strip),
      no_fields_(strip.sites(), 0.0) {}

/// Made when it is needed: it is much work.
TransferMatrix& SpinPosterior::matrix(std::unique_ptr<TransferMatrix>& kept) const {
    if (!kept) kept = std::make_unique<TransferMatrix>(strip_);
    return *kept;
}

void SpinPosterior::draw(RandomSequence& random, std::span<double> spins) {
    if (settings_.source == ScoreSource::exact) return matrix(data_).draw(random, spins);
    const std::size_t steps = started_ ? settings_.interval : settings_.thermalisation;
    for (StripChain* const chain : {&data_chain_, &other_data_}) {
        if (!started_) chain->start_at_random(random);
        for (std::size_t k = 0; k < steps; ++k) chain->step(no_fields_, random);
    }
    started_ = true;
    std::copy(data_chain_.spins().begin(), data_chain_.spins().end(), spins.begin());
}

void SpinPosterior::means(std::span<const double> fields, std::span<const double> spins, RandomSequence& random,
                          Means& result) {
    result.planted.assign(fields.size(), 0.0);
    result.drift.assign(fields.size(), 0.0);
    if (settings_.source == ScoreSource::exact) {
        matrix(posterior_).set_fields(fields);
        matrix(posterior_).means(result.planted);
        result.blind = result.planted;
        return;
    }
    result.blind.assign(fields.size(), 0.0);
    std::copy(spins.begin(), spins.end(), chain_.spins().begin());
    for (std::size_t k = 0; k < settings_.steps; ++k) chain_.step(fields, random, result.planted);
    std::copy(other_data_.spins().begin(), other_data_.spins().end(), chain_.spins().begin());
    const std::size_t left_out = settings_.steps / 4, counted = settings_.steps - left_out, early = counted / 2;
    for (std::size_t k = 0; k < left_out; ++k) chain_.step(fields, random);
    for (std::size_t k = 0; k < early; ++k) chain_.step(fields, random, result.blind);
    for (std::size_t k = early; k < counted; ++k) chain_.step(fields, random, result.drift);
    for (std::size_t site = 0; site < fields.size(); ++site) {
        const double sum = result.blind[site], late = result.drift[site];
        result.blind[site] = (sum + late) / static_cast<double>(counted);
        result.drift[site] = late / static_cast<double>(counted - early) - sum / static_cast<double>(early);
    }
    for (double& mean : result.planted) mean /= static_cast<double>(settings_.steps);
}

}  // namespace gdm
