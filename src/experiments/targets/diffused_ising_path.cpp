/// A generated path of a replica of diffused_ising.

#include <algorithm>
#include <cmath>
#include <numeric>

#include "gdm/experiments/targets/diffused_ising_replica.hpp"

namespace gdm {
namespace {

/// The posterior at the points of a path: its mean and a draw from it, by all states, or by a chain that goes on from point
/// to point and leaves a quarter of its sweeps out at each. It begins at the clean state behind the start, which is a draw
/// from the posterior there: where steps are towards draws it stays one, however slowly the chain moves.
class PathPosterior {
  public:
    PathPosterior(const IsingCouplings& couplings, const EnumeratedIsing* all, double T, std::size_t n, std::uint64_t sweeps,
                  const RandomSequence& draws, std::span<const std::int8_t> start)
        : all_(all), T_(T), sweeps_(sweeps), draws_(draws), chain_(couplings), fields_(n), mean_(n), drawn_(n) {
        chain_.begin(T, fields_, start);
    }

    void look(const std::vector<double>& x, double theta) {
        for (std::size_t i = 0; i < x.size(); ++i) fields_[i] = x[i] / theta;
        if (all_ != nullptr) {
            all_->law(T_, fields_, law_);
            mean_ = all_->moments(law_).means;
            all_->draw(law_, draws_, drawn_);
            return;
        }
        chain_.set_fields(fields_);
        std::fill(mean_.begin(), mean_.end(), 0);
        const std::uint64_t left_out = sweeps_ / 4;
        for (std::uint64_t sweep = 0; sweep < sweeps_; ++sweep)
            chain_.sweep(draws_, sweep < left_out ? std::span<double>() : mean_);
        for (double& one : mean_) one /= static_cast<double>(sweeps_ - left_out);
        std::copy(chain_.spins().begin(), chain_.spins().end(), drawn_.begin());
    }
    [[nodiscard]] const std::vector<double>& mean() const { return mean_; }
    [[nodiscard]] const std::vector<std::int8_t>& drawn() const { return drawn_; }

  private:
    const EnumeratedIsing* all_;
    double T_;
    std::uint64_t sweeps_;
    RandomSequence draws_;
    PosteriorChain chain_;
    std::vector<double> fields_, mean_;
    std::vector<std::int8_t> drawn_;
    EnumeratedIsing::Law law_;
};

}  // namespace

/// From the greatest θ to the least, x ← m + (θ'/θ)(x − m) + √(θ'(θ − θ')/θ) z: the law of the reverse process given y if m
/// is y, a draw from the posterior; to first order in the step if m is the posterior mean.
void DiffusedIsing::run_path(std::size_t path, std::size_t place, const Stop& stop) {
    std::vector<std::size_t> order(theta_.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::sort(order.begin(), order.end(), [&](auto a, auto b) { return theta_[a] > theta_[b]; });
    RandomSequence noise(random_, Purpose::noise, static_cast<std::uint32_t>(states_ + path),
                         static_cast<std::uint32_t>(place));
    prior_->spins(0, place, spins_);
    PathPosterior posterior(couplings_, exact_ ? &*all_ : nullptr, temperatures_[place], n_, sweeps_,
                            RandomSequence(random_, Purpose::markov_chain, static_cast<std::uint32_t>(place),
                                           posterior_steps + static_cast<std::uint32_t>(states_ + path)),
                            spins_);
    double theta = theta_[order.front()];
    std::vector<double> x(n_), means;
    for (std::size_t i = 0; i < n_; ++i)
        x[i] = start_exact_ ? spins_[i] + std::sqrt(theta) * noise.normal() : std::sqrt(1 + theta) * noise.normal();
    const auto look = [&] {
        stop.check();
        posterior.look(x, theta);
    };
    for (std::size_t place_of_theta = 0; place_of_theta < order.size(); ++place_of_theta) {
        look();
        means.insert(means.end(), posterior.mean().begin(), posterior.mean().end());
        if (place_of_theta + 1 == order.size()) break;
        const double end = theta_[order[place_of_theta + 1]];
        const double ratio = std::pow(end / theta, 1 / static_cast<double>(steps_));
        for (std::uint64_t step = 0; step < steps_; ++step) {
            if (step > 0) look();
            const double next = step + 1 == steps_ ? end : theta * ratio;
            for (std::size_t i = 0; i < n_; ++i) {
                const double towards = mean_step_ ? posterior.mean()[i] : posterior.drawn()[i];
                x[i] = towards + next / theta * (x[i] - towards) + std::sqrt(next * (theta - next) / theta) * noise.normal();
            }
            theta = next;
        }
    }
    // The clean sample: a draw from the posterior at the last θ, that has forgotten the last mean.
    look();
    record_path(place, order, means, posterior.drawn());
}

/// Posterior means at the values of θ in this order, and the clean sample, into the sums.
void DiffusedIsing::record_path(std::size_t place, const std::vector<std::size_t>& order, std::span<const double> means,
                                const std::vector<std::int8_t>& sample) {
    const auto along = [&](const auto& numbers) {
        return std::inner_product(numbers.begin(), numbers.end(), mode_of(place).begin(), 0.0);
    };
    const double along_sample = along(sample);
    for (std::size_t place_of_theta = 0; place_of_theta < order.size(); ++place_of_theta) {
        const auto here = means.subspan(place_of_theta * n_, n_);
        const std::size_t k = order[place_of_theta];
        sums_.paths[at(path_overlap, place, k)] +=
            std::inner_product(here.begin(), here.end(), sample.begin(), 0.0) / static_cast<double>(n_);
        sums_.paths[at(path_mode, place, k)] += along(here) * along_sample;
    }
    sums_.path_energy[place] += couplings_.energy(sample);
}

}  // namespace gdm
