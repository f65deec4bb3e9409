#include "gdm/physics/spins/spin_posterior.hpp"

#include <algorithm>

namespace gdm {

SpinPosterior::SpinPosterior(const SpinStrip& strip, const SpinPosteriorSettings& settings)
    : strip_(strip), settings_(settings), data_chain_(strip), chain_(strip), no_fields_(strip.sites(), 0.0) {}

/// Made when it is needed: it is much work.
TransferMatrix& SpinPosterior::matrix(std::unique_ptr<TransferMatrix>& kept) const {
    if (!kept) kept = std::make_unique<TransferMatrix>(strip_);
    return *kept;
}

void SpinPosterior::draw(RandomSequence& random, std::span<double> spins) {
    if (settings_.source == ScoreSource::exact) return matrix(data_).draw(random, spins);
    if (!started_) data_chain_.start_at_random(random);
    const std::size_t steps = started_ ? settings_.interval : settings_.thermalisation;
    for (std::size_t k = 0; k < steps; ++k) data_chain_.step(no_fields_, random);
    started_ = true;
    std::copy(data_chain_.spins().begin(), data_chain_.spins().end(), spins.begin());
}

void SpinPosterior::means(std::span<const double> fields, std::span<const double> spins, RandomSequence& random,
                          Means& result) {
    result.planted.assign(fields.size(), 0.0);
    if (settings_.source == ScoreSource::exact) {
        matrix(posterior_).set_fields(fields);
        matrix(posterior_).means(result.planted);
        result.blind = result.planted;
        return;
    }
    result.blind.assign(fields.size(), 0.0);
    std::copy(spins.begin(), spins.end(), chain_.spins().begin());
    for (std::size_t k = 0; k < settings_.steps; ++k) chain_.step(fields, random, result.planted);
    chain_.start_at_random(random);
    for (std::size_t site = 0; site < fields.size(); ++site) {
        if (fields[site] != 0) chain_.spins()[site] = fields[site] > 0 ? 1 : -1;
    }
    const std::size_t left_out = settings_.steps / 4;
    for (std::size_t k = 0; k < left_out; ++k) chain_.step(fields, random);
    for (std::size_t k = left_out; k < settings_.steps; ++k) chain_.step(fields, random, result.blind);
    for (double& mean : result.planted) mean /= static_cast<double>(settings_.steps);
    for (double& mean : result.blind) mean /= static_cast<double>(settings_.steps - left_out);
}

}  // namespace gdm
