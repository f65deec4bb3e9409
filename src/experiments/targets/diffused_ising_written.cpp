/// What a replica of diffused_ising writes of its sums.

#include <algorithm>
#include <cmath>
#include <numeric>

#include "gdm/experiments/targets/diffused_ising_replica.hpp"

namespace gdm {

void DiffusedIsing::write(const Values& values) const {
    const std::size_t pairs = temperatures_.size() * theta_.size();
    const auto write_pair = [&](const char* name, const std::vector<double>& sums, std::size_t quantity,
                                std::uint64_t count) {
        for (std::size_t i = 0; i < pairs; ++i) values[name][i] = sums[quantity * pairs + i] / static_cast<double>(count);
    };
    const auto& pairs_of = exact_ ? sums_.exact : sums_.pairs;
    write_pair("overlap", pairs_of, overlap, states_);
    write_pair("overlap_planted", pairs_of, planted, states_);
    write_pair("mode_overlap", pairs_of, mode_overlap, states_);
    write_pair("covariance_mode", pairs_of, mode_spread, states_);
    write_pair("covariance_upper", pairs_of, upper, states_);
    write_pair("covariance_lower", pairs_of, lower, states_);
    if (paths_ > 0) {
        write_pair("path_overlap", sums_.paths, path_overlap, paths_);
        write_pair("path_mode_overlap", sums_.paths, path_mode, paths_);
        for (std::size_t place = 0; place < temperatures_.size(); ++place)
            values["path_energy"][place] =
                sums_.path_energy[place] / (static_cast<double>(paths_) * static_cast<double>(n_));
    }
    write_data(values);
    if (!all_) return;
    write_pair("overlap_exact", sums_.exact, overlap, states_);
    write_pair("mode_overlap_exact", sums_.exact, mode_overlap, states_);
    write_pair("covariance_mode_exact", sums_.exact, mode_spread, states_);
    write_pair("covariance_largest_exact", sums_.exact, upper, states_);
    write_pair("information_exact", sums_.exact, information, states_);
    write_modes_of_all_states(values);
    if (!exact_) return;
    const std::size_t ranks = values["covariance_spectrum"].size() / pairs;
    for (std::size_t i = 0; i < pairs; ++i) {
        for (std::size_t rank = 0; rank < std::min(n_, ranks); ++rank)
            values["covariance_spectrum"][i * ranks + rank] = sums_.spectrum[i * n_ + rank] / static_cast<double>(states_);
    }
}

/// The covariance of the data, by samples.
void DiffusedIsing::write_data(const Values& values) const {
    if (exact_) return;
    const double samples = static_cast<double>(samples_);
    // Samples along the mode; in the first half it is not known yet, unless by symmetry.
    const double along = static_cast<double>(uniform_ ? samples_ : samples_ - samples_ / 2);
    for (std::size_t place = 0; place < temperatures_.size(); ++place) {
        const double squared = sums_.squared[place] / along;
        values["energy"][place] = sums_.energy[place] / (samples * static_cast<double>(n_));
        values["eigenvalue_lower"][place] = squared;
        values["eigenvalue_pure"][place] = squared - sums_.abs_first[place] * sums_.abs_second[place] / (along * along);
        if (uniform_) {
            values["eigenvalue_upper"][place] = squared;
            continue;
        }
        std::vector<double> covariance(n_ * n_);
        const auto *first = sums_.covariance.data() + place * n_ * n_, *second = first + temperatures_.size() * n_ * n_;
        for (std::size_t i = 0; i < covariance.size(); ++i)
            covariance[i] = (first[i] + second[i]) / (samples * static_cast<double>(prior_->copies()));
        values["eigenvalue_upper"][place] = eigenvalues_of(covariance, n_).front();
    }
}

/// The same by all states.
void DiffusedIsing::write_modes_of_all_states(const Values& values) const {
    EnumeratedIsing::Law law;
    std::vector<std::int8_t> spins(n_);
    for (std::size_t place = 0; place < temperatures_.size(); ++place) {
        all_->law(temperatures_[place], {}, law);
        const double energy = law.energy / static_cast<double>(n_);
        const double largest = eigenvalues_of(all_->moments(law).covariance, n_).front();
        values["energy_exact"][place] = energy;
        values["eigenvalue_exact"][place] = largest;
        if (!exact_) continue;
        double mean = 0;
        for (std::size_t state = 0; state < law.probability.size(); ++state) {
            EnumeratedIsing::set_spins(state, spins);
            mean += law.probability[state] *
                    std::abs(std::inner_product(spins.begin(), spins.end(), mode_of(place).begin(), 0.0));
        }
        values["energy"][place] = energy;
        values["eigenvalue_upper"][place] = values["eigenvalue_lower"][place] = largest;
        values["eigenvalue_pure"][place] = largest - mean * mean;
    }
}

}  // namespace gdm
