#include "gdm/experiments/spins/score_target.hpp"

#include <cmath>
#include <limits>
#include <numbers>
#include <span>
#include <utility>
#include <vector>

#include "gdm/base/memo.hpp"
#include "gdm/experiments/shared/mixture_parameters.hpp"
#include "gdm/experiments/spins/strip_parameters.hpp"
#include "gdm/physics/process/entropy_rates.hpp"
#include "gdm/physics/process/forward_process.hpp"
#include "gdm/physics/process/gaussian_data.hpp"
#include "gdm/physics/process/overlap_functions.hpp"

namespace gdm {
namespace {

double square(std::span<const double> x) {
    double sum = 0;
    for (const double value : x) sum += value * value;
    return sum;
}

/// Data with a density, beside the reference N(0, r² I), q_t = N(0, χ_t I).
class ContinuousTarget : public ScoreTarget {
  public:
    ContinuousTarget(std::size_t d, double reference_variance, double end, bool halves)
        : x0_(d), noise_(d), x_(d), score_(d), half_score_(d), variance_(reference_variance), end_(end), halves_(halves) {}

    ScoreTerms integrands(double t, RandomSequence& random) override {
        const double shrink = std::exp(-t), delta = noise_variance(t), width = std::sqrt(delta);
        for (std::size_t i = 0; i < x_.size(); ++i) {
            noise_[i] = random.normal();
            x_[i] = shrink * x0_[i] + width * noise_[i];
        }
        score(t, x_, score_);
        double difference = 0, remaining = 0, control = 0;
        for (std::size_t i = 0; i < x_.size(); ++i) {
            const double rest = noise_[i] + width * score_[i];
            difference += std::pow(score_[i] + x_[i] / chi(t), 2);
            remaining += rest * rest;
            control += rest * width * score_[i];
        }
        // dH/dt = F − d, F = E‖S‖² = d/Δ − e^{−2t}/Δ² E‖x_0 − ⟨x_0⟩‖² with ⟨x_0⟩ = e^t (x + Δ S). Weighed by e^{−2t} and Δ
        // the two ways to write F have a bounded variance at both ends.
        const double noise = shrink * shrink * square(score_) - remaining;
        ScoreTerms terms{difference, noise, difference, noise};
        terms.posterior_control = shrink * shrink * control;
        if (halves_) {
            half_scores(t, x_, half_score_);
            for (std::size_t i = 0; i < x_.size(); ++i) {
                const double gain = score_[i] - half_score_[i];
                terms.information += gain * gain;
                terms.half_control += gain * half_score_[i];
            }
        }
        return terms;
    }

    [[nodiscard]] ScoreTerms bases() const override {
        const double d = dimension();
        const double reference = 0.5 * d * std::log(2 * std::numbers::pi * variance_) + 0.5 * square(x0_) / variance_;
        const double noise = 0.5 * d * std::log(2 * std::numbers::pi * std::numbers::e * noise_variance(end_));
        return {reference, noise, reference, noise};
    }

    [[nodiscard]] double dimension() const override { return static_cast<double>(x0_.size()); }
    [[nodiscard]] double gap() const override {
        const double d = dimension();
        return 0.5 * (square_at(end_) / chi(end_) - d + d * std::log(chi(end_) / noise_variance(end_)));
    }
    [[nodiscard]] double exact_integrand(double t) const override {
        return fisher(t) - 2 * dimension() / chi(t) + square_at(t) / (chi(t) * chi(t));
    }

  protected:
    virtual void score(double t, std::span<const double> x, std::span<double> score) const = 0;
    virtual void half_scores(double t, std::span<const double> x, std::span<double> score) const = 0;
    [[nodiscard]] virtual double square_mean() const = 0;     ///< E‖X_0‖²
    [[nodiscard]] virtual double fisher(double t) const = 0;  ///< E‖S‖²

    std::vector<double> x0_, noise_, x_, score_, half_score_;
    double variance_, end_;
    bool halves_;

  private:
    [[nodiscard]] double chi(double t) const { return variance_ * std::exp(-2 * t) + noise_variance(t); }
    [[nodiscard]] double square_at(double t) const {
        return std::exp(-2 * t) * square_mean() + dimension() * noise_variance(t);
    }
};

class GaussianTarget final : public ContinuousTarget {
  public:
    GaussianTarget(std::shared_ptr<const GaussianData> data, double reference_variance, double end, bool halves)
        : ContinuousTarget(data->whole.d, reference_variance, end, halves), data_(std::move(data)) {}

    void draw(RandomSequence& random) override { data_->draw(random, x0_); }
    [[nodiscard]] ScoreTimes times() const override {
        return ScoreTimes::continuous(end_, data_->whole.eigenvalues.front());
    }
    [[nodiscard]] double exact_entropy() const override { return data_->whole.entropy(); }
    [[nodiscard]] double exact_information() const override { return data_->information(); }

  private:
    void score(double t, std::span<const double> x, std::span<double> score) const override {
        data_->whole.score(x, t, score);
    }
    void half_scores(double t, std::span<const double> x, std::span<double> score) const override {
        const std::size_t half = data_->first.d;
        data_->first.score(x.first(half), t, score.first(half));
        data_->second.score(x.subspan(half), t, score.subspan(half));
    }
    [[nodiscard]] double square_mean() const override {
        double sum = 0;
        for (const double value : data_->whole.eigenvalues) sum += value;
        return sum;
    }
    [[nodiscard]] double fisher(double t) const override {
        double sum = 0;
        for (const double value : data_->whole.eigenvalues) sum += 1 / (value * std::exp(-2 * t) + noise_variance(t));
        return sum;
    }

    std::shared_ptr<const GaussianData> data_;
};

class MixtureTarget final : public ContinuousTarget {
  public:
    MixtureTarget(const GaussianMixture& mixture, double reference_variance, double end, bool halves)
        : ContinuousTarget(static_cast<std::size_t>(mixture.d), reference_variance, end, halves),
          whole_(mixture),
          first_{mixture.mu, mixture.sigma2, std::floor(mixture.d / 2)},
          second_{mixture.mu, mixture.sigma2, mixture.d - std::floor(mixture.d / 2)} {}

    void draw(RandomSequence& random) override {
        const double mean = random.uniform() < 0.5 ? whole_.mu : -whole_.mu, width = std::sqrt(whole_.sigma2);
        for (double& value : x0_) value = mean + width * random.normal();
    }
    [[nodiscard]] ScoreTimes times() const override { return ScoreTimes::continuous(end_, whole_.sigma2); }
    [[nodiscard]] double exact_entropy() const override { return entropy(whole_, 0); }
    [[nodiscard]] double exact_information() const override {
        return class_information(first_.lambda(0)) + class_information(second_.lambda(0)) -
               class_information(whole_.lambda(0));
    }

  private:
    void score(double t, std::span<const double> x, std::span<double> score) const override { whole_.score(x, t, score); }
    void half_scores(double t, std::span<const double> x, std::span<double> score) const override {
        const std::size_t half = static_cast<std::size_t>(first_.d);
        first_.score(x.first(half), t, score.first(half));
        second_.score(x.subspan(half), t, score.subspan(half));
    }
    [[nodiscard]] double square_mean() const override { return whole_.d * (whole_.mu * whole_.mu + whole_.sigma2); }
    [[nodiscard]] double fisher(double t) const override { return fisher_information(whole_, t); }

    GaussianMixture whole_, first_, second_;
};

/// Ising spins, beside free ones, ∏ ½ δ(s ± 1), as the reference.
class SpinTarget final : public ScoreTarget {
  public:
    SpinTarget(const SpinStrip& strip, const SpinPosteriorSettings& settings, double end, bool halves)
        : strip_(strip),
          exact_(settings.source == ScoreSource::exact),
          posterior_(strip, settings),
          end_(end),
          halves_(halves),
          x0_(strip.sites()),
          fields_(strip.sites()),
          seen_(strip.sites()) {}

    void draw(RandomSequence& random) override { posterior_.draw(random, x0_); }

    ScoreTerms integrands(double t, RandomSequence& random) override {
        const double gamma = signal_of_time(t);
        for (std::size_t i = 0; i < x0_.size(); ++i) fields_[i] = gamma * x0_[i] + std::sqrt(gamma) * random.normal();
        posterior_.means(fields_, x0_, random, whole_);
        ScoreTerms sums;
        for (std::size_t i = 0; i < x0_.size(); ++i) {
            const double a = whole_.planted[i], b = whole_.blind[i], free = std::tanh(fields_[i]);
            // Only products of the two chains: E[planted | x_t] is exact.
            sums.reference += a * b - 2 * free * a + free * free;
            sums.noise -= 1 - a * b;
            sums.lower -= 1 - a * a;
            sums.upper -= (x0_[i] - b) * (x0_[i] - b);
            sums.posterior_control += (x0_[i] - a) * b;
        }
        if (halves_) {
            const std::size_t half = strip_.length / 2 * strip_.width;
            add_half(0, half, random, sums);
            add_half(half, x0_.size(), random, sums);
        }
        if (exact_) sums.upper = sums.reference, sums.lower = sums.noise;
        ScoreTerms terms;
        terms.add(gamma * (1 + gamma), sums);  // e^{−2t}/Δ²
        return terms;
    }

    [[nodiscard]] ScoreTerms bases() const override {
        const double reference = dimension() * std::numbers::ln2;
        return {reference, 0, exact_ ? reference : gap(), 0};
    }
    [[nodiscard]] double dimension() const override { return static_cast<double>(x0_.size()); }
    [[nodiscard]] double gap() const override { return dimension() * class_information(signal_of_time(end_)); }
    [[nodiscard]] ScoreTimes times() const override { return ScoreTimes::spins(end_, dimension()); }
    [[nodiscard]] bool discrete() const override { return true; }
    [[nodiscard]] double exact_entropy() const override { return exact_strip(strip_).entropy; }
    [[nodiscard]] double exact_information() const override { return exact_strip(strip_).information; }
    [[nodiscard]] double exact_integrand(double) const override { return std::numeric_limits<double>::quiet_NaN(); }

  private:
    /// Adds Σ (⟨s⟩ − ⟨s⟩ given the sites from `first` to `last` alone)² over those sites. What the whole says enters by its
    /// planted chain, since the state that a planted chain of the half starts from is not independent of the other half.
    void add_half(std::size_t first, std::size_t last, RandomSequence& random, ScoreTerms& sums) {
        std::fill(seen_.begin(), seen_.end(), 0.0);
        for (std::size_t i = first; i < last; ++i) seen_[i] = fields_[i];
        posterior_.means(seen_, x0_, random, part_);
        for (std::size_t i = first; i < last; ++i) {
            const double a = whole_.planted[i], part = part_.blind[i];
            sums.information += a * whole_.blind[i] - 2 * a * part + part_.planted[i] * part;
            sums.half_control += (a - part_.planted[i]) * part;
        }
    }

    SpinStrip strip_;
    bool exact_;
    SpinPosterior posterior_;
    double end_;
    bool halves_;
    std::vector<double> x0_, fields_, seen_;
    SpinPosterior::Means whole_, part_;
};

}  // namespace

void ScoreTerms::add(double weight, const ScoreTerms& terms) {
    reference += weight * terms.reference;
    noise += weight * terms.noise;
    upper += weight * terms.upper;
    lower += weight * terms.lower;
    information += weight * terms.information;
    half_control += weight * terms.half_control;
    posterior_control += weight * terms.posterior_control;
}

std::unique_ptr<ScoreTarget> score_target_of(const Point& point) {
    const double end = point["t_max"];
    const bool halves = point.word("halves") == "yes";
    if (point.word("target") == "ising")
        return std::make_unique<SpinTarget>(strip_of(point), posterior_settings_of(point), end, halves);
    const double reference = point["reference_variance"];
    if (point.word("target") == "two_classes")
        return std::make_unique<MixtureTarget>(mixture_of(point), reference, end, halves);
    static Memo<std::shared_ptr<const GaussianData>> known(4);
    auto data = known.at({point["d"], point["covariance"]}, [&] {
        return std::make_shared<const GaussianData>(static_cast<std::size_t>(point.integer("d")),
                                                    static_cast<std::uint64_t>(point.integer("covariance")));
    });
    return std::make_unique<GaussianTarget>(std::move(data), reference, end, halves);
}

}  // namespace gdm
