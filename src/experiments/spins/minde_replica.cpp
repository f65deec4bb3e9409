#include "gdm/experiments/spins/minde_replica.hpp"

#include <cmath>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "gdm/base/control_variates.hpp"

namespace gdm {
namespace {

/// The integrals of one clean sample, with new noise at each time, or with the same at all.
ScoreTerms integrate(ScoreTarget& target, const std::vector<WeightedTime>& rule, bool same, const RandomStream& random,
                     std::uint32_t sample, const Stop& stop) {
    ScoreTerms sum;
    for (std::size_t k = 0; k < rule.size(); ++k) {
        stop.check();
        RandomSequence noise(random, Purpose::noise, sample, same ? 0 : static_cast<std::uint32_t>(k + 1));
        sum.add(rule[k].weight, target.integrands(rule[k].t, noise));
    }
    return sum;
}

/// Of how many samples one serves to compare a rule with a coarser one, under the same noise at all times.
constexpr std::uint32_t compared = 4;

/// Averages over the clean samples of a replica.
class Averages {
  public:
    Averages(const Point& point, const RandomStream& random)
        : target_(score_target_of(point)),
          times_(target_->times()),
          sampling_(minde_sampling(point)),
          fixed_(is_fixed(sampling_)),
          halves_(wants_halves(point)),
          count_(static_cast<std::size_t>(point.integer("times"))),
          samples_(static_cast<std::uint32_t>(point.integer("samples"))),
          axis_(point.axis("t")),
          random_(random),
          data_(random, Purpose::initial_state),
          draws_(random, Purpose::state),
          rule_(times_.times(sampling_, count_, draws_)),
          coarse_(times_.times(sampling_, (count_ + 1) / 2, draws_)),
          reference_integrand_(axis_.size(), 0.0),
          noise_integrand_(axis_.size(), 0.0) {}

    [[nodiscard]] std::uint32_t samples() const { return samples_; }

    void add(std::uint32_t sample, const Stop& stop) {
        target_->draw(data_);
        add_integral(sample, stop);
        if (fixed_ && sample % compared == 0) {
            const double share = 1 / std::ceil(samples_ / double{compared});
            change_.add(share, integrate(*target_, rule_, true, random_, sample, stop));
            change_.add(-share, integrate(*target_, coarse_, true, random_, sample, stop));
        }
        if (sampling_ == TimeSampling::midpoint && !target_->discrete()) {
            RandomSequence none(random_, Purpose::noise, sample);
            start_.add(share(), target_->integrands(0, none));
        }
        add_integrands(sample, stop);
    }

    void write(const Values& values) const {
        const double d = target_->dimension();
        values.set("integrand", reference_integrand_);
        values.set("integrand_noise", noise_integrand_);
        values.set("entropy_controlled", controlled_mean(entropies_, controls_, halves_ ? 3 : 2) / d);
        values.set("entropy_reference", all_.reference / d);
        values.set("entropy_noise", all_.noise / d);
        values.set("entropy_upper", all_.upper / d);
        values.set("entropy_lower", all_.lower / d);
        values.set("rule_change", change_.reference / d);
        values.set("chain_drift", -all_.entropy_drift / d);
        if (halves_) {
            values.set("information_lower", controlled_mean(informations_, controls_, 3));
            values.set("information_rule_change", change_.information);
            values.set("information_chain_drift", -all_.information_drift);
        }
        write_rule_errors(values);
    }

  private:
    [[nodiscard]] double share() const { return 1 / static_cast<double>(samples_); }

    void add_integral(std::uint32_t sample, const Stop& stop) {
        const ScoreTerms sum =
            integrate(*target_, fixed_ ? rule_ : times_.times(sampling_, count_, draws_), false, random_, sample, stop);
        ScoreTerms entropy = target_->bases();
        entropy.add(-1, sum);
        entropies_.push_back(entropy.reference);
        informations_.push_back(sum.information);
        controls_.insert(controls_.end(), {entropy.reference - entropy.noise - target_->gap(), sum.posterior_control});
        if (halves_) controls_.push_back(sum.half_control);
        all_.add(share(), entropy);
    }

    void add_integrands(std::uint32_t sample, const Stop& stop) {
        const double d = target_->dimension();
        for (std::size_t k = 0; k < axis_.size(); ++k) {
            stop.check();
            RandomSequence noise(random_, Purpose::noise, sample);
            const ScoreTerms terms = target_->integrands(axis_[k], noise);
            reference_integrand_[k] += share() * terms.reference / d;
            noise_integrand_[k] += share() * terms.noise / d;
        }
    }

    /// How far a rule of equal intervals misses a function that is known and as steep as the integrand.
    void write_rule_errors(const Values& values) const {
        double miss = 0, miss_of_information = 0;
        if (sampling_ == TimeSampling::midpoint) {
            const bool discrete = target_->discrete();
            const double d = target_->dimension(), error = std::abs(times_.envelope_error(rule_));
            const double scale = discrete ? 0 : 1 / times_.envelope(0);
            miss = error * (discrete ? 1 : scale * start_.reference / d);
            miss_of_information = error * (discrete ? d : scale * start_.information);
        }
        values.set("rule_error", miss);
        if (halves_) values.set("information_rule_error", miss_of_information);
    }

    std::unique_ptr<ScoreTarget> target_;
    ScoreTimes times_;
    TimeSampling sampling_;
    bool fixed_, halves_;
    std::size_t count_;
    std::uint32_t samples_;
    std::span<const double> axis_;
    RandomStream random_;
    RandomSequence data_, draws_;
    std::vector<WeightedTime> rule_, coarse_;
    std::vector<double> reference_integrand_, noise_integrand_;  ///< over the axis
    std::vector<double> entropies_, informations_, controls_;    ///< of each sample
    ScoreTerms all_, change_, start_;
};

}  // namespace

bool wants_halves(const Point& point) { return point.word("halves") == "yes"; }
TimeSampling minde_sampling(const Point& point) { return time_sampling_words.at(point.word("sampling")); }

void run_minde(const Point& point, const RandomStream& random, const Stop& stop, const Values& values) {
    Averages averages(point, random);
    for (std::uint32_t sample = 0; sample < averages.samples(); ++sample) averages.add(sample, stop);
    averages.write(values);
}

}  // namespace gdm
