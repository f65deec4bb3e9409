#include "gdm/experiments/targets/critical_slowing.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <utility>
#include <vector>

#include "gdm/base/bytes.hpp"
#include "gdm/base/chain_average.hpp"
#include "gdm/base/error.hpp"
#include "gdm/base/not_a_number.hpp"
#include "gdm/experiment/chain_observables.hpp"
#include "gdm/experiments/targets/path_target.hpp"
#include "gdm/physics/targets/shared_state_chain.hpp"

namespace gdm {
namespace {

std::vector<Parameter> parameters() {
    std::vector<Parameter> all = path_target_parameters({"two_deltas", "four_deltas", "hypersphere"}, "two_deltas", "2");
    all.push_back({.name = "K",
                   .description =
                       "copies of the target that share the noisy state; 1: the diffusion itself; mean field for K "
                       "to infinity",
                   .default_value = "64, 256, 1024, 4096",
                   .range = {.min = 1, .max = 1e7}});
    for (Parameter& one : noise_parameters("linspace(0.9, 1.1, 9)")) all.push_back(std::move(one));
    all.push_back({.name = "dt",
                   .description = "length of a step of the Langevin dynamics, in relaxation times far above theta_c",
                   .role = Role::setting,
                   .default_value = "0.05",
                   .range = {.min = 1e-4, .max = 0.5}});
    all.push_back({.name = "samples",
                   .description = "records of a chain, about ten in a relaxation time",
                   .role = Role::setting,
                   .kind = Kind::integer,
                   .default_value = "4096",
                   .range = {.min = 512, .max = 1e6}});
    return all;
}

/// Lags that the relaxation time takes in: eight times what it is roughly, six times the slowest at θ_c.
constexpr std::size_t window_records = 80;

/// Steps from one record to the next: a tenth of what the relaxation time is roughly.
std::uint64_t stride(const Point& point, double theta) {
    const double distance = std::abs(1 - critical_theta(point) / theta);
    const double time = std::min(1 / distance, std::sqrt(point["K"]));
    return static_cast<std::uint64_t>(std::max(1.0, std::round(std::max(1.0, time) / (10 * point["dt"]))));
}

/// Records are left out at the start: forty relaxation times, or a quarter of a chain of fewer.
std::uint64_t thermalisation(const Point& point) { return std::min<std::uint64_t>(400, point.integer("samples") / 4); }

void check(const Point& point, const Shapes&) {
    const double K = point["K"], d = sphere_form(point).d;
    if (K * d > 1e9)
        throw UsageError(fmt::format(
            "K d = {:.4g} is too large: at most 1e9, where the digits of the potential still tell two steps apart", K * d));
    const double critical = critical_theta(point), least = critical / (1 + 100 / std::sqrt(K));
    for (const double theta : point.axis("theta")) {
        // There the force on a step from the middle tears so hard that every step is refused.
        if (theta < least)
            throw UsageError(fmt::format(
                "theta = {:.4g}, {:.4g} theta_c, is too far below the transition for K = {:.4g}: chains that start in the "
                "middle do not leave it; take {:.4g} theta_c or more, or fewer copies",
                theta, theta / critical, K, least / critical));
        const double steps = static_cast<double>(stride(point, theta)) * (point["samples"] + 400);
        if (steps >= 4294967296.)
            throw UsageError(
                fmt::format("a chain of {:.3g} steps at theta = {:.4g} is too long: fewer than 2^32 fit; take fewer "
                            "samples and more replicas",
                            steps, theta));
    }
}

/// Chains at one θ after the other, and what was measured of those that are done.
class SlowingChains {
  public:
    SlowingChains(const Point& point, const RandomStream& random)
        : point_(point),
          random_(random),
          law_(path_target_of(point, random)),
          target_(*law_),
          thetas_(point.axis("theta")),
          samples_(static_cast<std::uint64_t>(point.integer("samples"))),
          left_out_(thermalisation(point)),
          state_(thetas_.size()),
          magnetisation_(thetas_.size()),
          relaxation_time_(thetas_.size(), not_a_number),
          acceptance_(thetas_.size(), not_a_number),
          force_(samples_),
          chain_(chain_at(0)) {}

    [[nodiscard]] bool done() const { return place_ == thetas_.size(); }
    [[nodiscard]] double progress() const {
        return (static_cast<double>(place_) + static_cast<double>(record_) / static_cast<double>(left_out_ + samples_)) /
               static_cast<double>(thetas_.size());
    }

    /// To the next record.
    void advance() {
        const std::uint64_t steps = stride(point_, thetas_[place_]);
        chain_.advance(record_ * steps, steps, random_, static_cast<std::uint32_t>(place_));
        if (record_ >= left_out_) {
            state_[place_].add(chain_.state_squared());
            magnetisation_[place_].add(chain_.magnetisation_squared());
            force_[record_ - left_out_] = chain_.force();
        }
        if (++record_ == left_out_ + samples_) end_chain(static_cast<double>(steps));
    }

    [[nodiscard]] std::vector<std::byte> bytes() const {
        ByteWriter writer;
        writer.put(place_);
        writer.put(record_);
        for (std::size_t k = 0; k < thetas_.size(); ++k) {
            state_[k].save(writer);
            magnetisation_[k].save(writer);
        }
        for (const auto* numbers : {&relaxation_time_, &acceptance_, &force_}) writer.put(std::span<const double>(*numbers));
        chain_.save(writer);
        return writer.take();
    }
    void load(std::span<const std::byte> saved) {
        ByteReader reader(saved);
        reader.get(place_);
        reader.get(record_);
        for (std::size_t k = 0; k < thetas_.size(); ++k) {
            state_[k].load(reader);
            magnetisation_[k].load(reader);
        }
        for (auto* numbers : {&relaxation_time_, &acceptance_, &force_}) reader.get(std::span(*numbers));
        chain_ = chain_at(place_);
        chain_.load(reader);
    }
    static std::size_t state_size(const Point& point) {
        const std::size_t thetas = point.axis("theta").size();
        return 2 * sizeof(std::uint64_t) + 2 * thetas * ChainAverage::bytes() +
               (2 * thetas + static_cast<std::size_t>(point.integer("samples"))) * sizeof(double) +
               SharedStateChain::state_size(FramedTarget(*path_target_of(point, {0, 0})).coordinates());
    }

    void write(const Values& values) const {
        for (std::size_t k = 0; k < thetas_.size(); ++k) {
            set_chain(values, "state_squared", state_[k], k);
            set_chain(values, "magnetisation_squared", magnetisation_[k], k);
        }
        values.set("relaxation_time", relaxation_time_);
        values.set("acceptance", acceptance_);
    }

  private:
    /// In the middle and at a point of the target in turn, so that states which are not left show.
    [[nodiscard]] SharedStateChain chain_at(std::size_t place) const {
        std::vector<double> start(target_.coordinates(), 0.0);
        if (random_.replica() % 2 == 1) {
            const auto points = law_->points();
            std::copy_n(points.begin(), law_->coordinates(), start.begin());
        }
        return {target_, thetas_[place], point_["K"], point_["dt"], std::move(start)};
    }

    void end_chain(double steps) {
        const double dt = point_["dt"], recorded = correlation_time_about_zero(force_, window_records) * steps * dt;
        relaxation_time_[place_] = recorded + dt / 2;  // one step relaxes by 1 − dt/τ, not by e^{−dt/τ}
        acceptance_[place_] = static_cast<double>(chain_.accepted()) / (static_cast<double>(left_out_ + samples_) * steps);
        ++place_;
        record_ = 0;
        if (!done()) chain_ = chain_at(place_);
    }

    const Point& point_;
    const RandomStream& random_;
    std::unique_ptr<TargetLaw> law_;
    FramedTarget target_;
    std::span<const double> thetas_;
    std::uint64_t samples_, left_out_, place_ = 0, record_ = 0;  ///< of θ, and of its chain
    std::vector<ChainAverage> state_, magnetisation_;
    std::vector<double> relaxation_time_, acceptance_, force_;
    SharedStateChain chain_;
};

void run(const Point& point, const Context&, const RandomStream& random, const Stop&, Checkpoint& checkpoint,
         Values& values) {
    SlowingChains chains(point, random);
    if (!checkpoint.saved().empty()) chains.load(checkpoint.saved());
    while (!chains.done()) {
        if (checkpoint.due()) checkpoint.save(chains.bytes(), chains.progress());
        chains.advance();
    }
    chains.write(values);
}

SharedStateMoments moments_at(const Point& point, double theta) {
    const SphereForm form = sphere_form(point);
    return shared_state_moments(form.d, theta * form.noise, point["K"]);
}

Theory over_theta(const std::string& name, const std::string& description, double (*function)(const Point&, double)) {
    return {.name = name,
            .description = description,
            .axes = {"theta"},
            .compute = [=](const Point& point, std::span<double> value) {
                const auto thetas = point.axis("theta");
                for (std::size_t k = 0; k < thetas.size(); ++k) value[k] = function(point, thetas[k]);
            }};
}

/// m² of the stable root of m = ⟨y⟩_m (Ambrogioni 22) below θ_c, by bisection.
double resting_magnetisation_squared(const Point& point, double theta) {
    const SphereForm form = sphere_form(point);
    double low = 0, high = 1;
    for (int i = 0; i < 60; ++i) {
        const double m = (low + high) / 2;
        (sphere_overlap(form.d, m / (theta * form.noise)).mean > m ? low : high) = m;
    }
    return low * low;
}

/// 1/(1 − θ_c (1 − m²)/θ) where the state rests for K → ∞; none below θ_c on a sphere, around which it wanders freely.
double relaxation_time_limit(const Point& point, double theta) {
    const double critical = critical_theta(point);
    if (theta == critical || (theta < critical && sphere_form(point).d > 1)) return not_a_number;
    const double magnetisation = theta > critical ? 0 : resting_magnetisation_squared(point, theta);
    return 1 / (1 - critical * (1 - magnetisation) / theta);
}

double scaled_square(const Point& point, double square) { return std::sqrt(point["K"]) * square; }

std::vector<Observable> observables() {
    std::vector<Observable> all;
    for (const Observable& average :
         {Observable{.name = "state_squared", .description = "squared norm of the noisy state", .axes = {"theta"}},
          Observable{.name = "magnetisation_squared",
          .description = "squared norm of the posterior mean of y at the state",
          .axes = {"theta"}}})
        for (Observable& one : chain_observables(average)) all.push_back(std::move(one));
    all.push_back({.name = "relaxation_time",
                   .description = "integrated autocorrelation time of the force along an axis, in units of the drift: "
                                  "dx = (<y> - x) ds",
                   .axes = {"theta"}});
    all.push_back({.name = "acceptance", .description = "share of the steps that were accepted", .axes = {"theta"}});
    return all;
}

}  // namespace

Experiment critical_slowing() {
    Experiment experiment;
    experiment.name = "critical_slowing";
    experiment.question = "How slowly does a noisy state relax near the transition, and where is it?";
    experiment.source =
        "Ambrogioni, The statistical thermodynamics of generative diffusion models, eqs. 20-24, 28-35; Binder, Z. Phys. B "
        "43, 119 (1981) (crossings)";
    experiment.version = 1;
    experiment.parameters = parameters();
    experiment.fixed_axes = {chain_blocks()};
    experiment.observables = observables();
    experiment.derived = {
        {.name = "scaled_square",
         .description = "sqrt(K) times the squared norm of the state; at theta_c the same for all large K",
         .axes = {"theta"},
         .compute = [](const Point& point, const Combined& combined, std::span<double> value, std::span<double>) {
             for (std::size_t k = 0; k < value.size(); ++k) value[k] = scaled_square(point, combined["state_squared"][k]);
         }}};
    experiment.theory = {
        over_theta("state_squared_theory", "average over the exact law of the state",
                   [](const Point& point, double theta) { return moments_at(point, theta).state_squared; }),
        over_theta("magnetisation_squared_theory", "average over the exact law of the state",
                   [](const Point& point, double theta) { return moments_at(point, theta).magnetisation_squared; }),
        over_theta(
            "relaxation_time_theory",
            "from theta_c on (below, passages between wells have a part in it that a window may miss): 1 over the mean "
            "curvature of the potential, 1/(1 - Cov/theta)",
            [](const Point& point, double theta) {
                return theta < critical_theta(point) ? not_a_number : moments_at(point, theta).relaxation_time;
            }),
        over_theta("relaxation_time_limit", "the same for K to infinity, on both sides; of a sphere above theta_c",
                   relaxation_time_limit),
        over_theta("scaled_square_theory", "average over the exact law of the state", [](const Point& point, double theta) {
            return scaled_square(point, moments_at(point, theta).state_squared);
        })};
    experiment.along = {
        {.name = "theta_c_crossing",
         .description = "noise of the transition, where sqrt(K) <|x|^2> of neighbouring K cross, K to infinity",
         .quantity = "scaled_square",
         .axis = "theta",
         .kind = along::Crossing{.size_axis = "K", .drift = 1, .points = 6},
         .theory = critical_theta}};
    experiment.check = check;
    experiment.state_size = SlowingChains::state_size;
    experiment.run_from = run;
    experiment.cost = [](const Point& point) {
        double steps = 0;
        for (const double theta : point.axis("theta")) steps += static_cast<double>(stride(point, theta));
        return point["samples"] * steps * (point.word("target") == "hypersphere" ? 800 : 150);
    };
    return experiment;
}

}  // namespace gdm
