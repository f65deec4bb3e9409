#include "gdm/experiments/targets/slowing_chains.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

#include "gdm/base/not_a_number.hpp"
#include "gdm/experiment/chain_observables.hpp"
#include "gdm/experiments/targets/path_target.hpp"
#include "gdm/physics/targets/shared_points.hpp"

namespace gdm {
namespace {

/// Lags that the relaxation time takes in: eight times what it is roughly, six times the slowest at θ_c.
constexpr std::size_t window_records = 80;

/// Records are left out at the start: forty relaxation times, or a quarter of a chain of fewer.
std::uint64_t thermalisation(const Point& point) { return std::min<std::uint64_t>(400, point.integer("samples") / 4); }

/// Coordinates of N random points about their mean.
std::size_t spanned(const Point& point) {
    return coordinates_about_mean(static_cast<std::size_t>(point.integer("N")),
                                  static_cast<std::size_t>(point.integer("d")));
}

/// Random points are taken about their mean, in coordinates of their span.
std::unique_ptr<TargetLaw> law_of(const Point& point, const RandomStream& random) {
    if (!is_discrete(point)) return path_target_of(point, random);
    const auto d = static_cast<std::size_t>(point.integer("d"));
    return discrete_target(about_their_mean(discrete_points(point, nullptr, random), d), spanned(point));
}

/// ‖x‖² of the directions that are not moved, on average.
double noise_left_out(const Point& point, double theta) {
    return is_discrete(point) ? (point["d"] - static_cast<double>(spanned(point))) * theta / point["K"] : 0;
}

/// 1/⟨f²⟩ of a chain; what its noise adds to the inverse on average is taken off by the jackknife over 16 parts of it.
double inverse_mean_square(std::span<const double> force) {
    constexpr std::size_t parts = 16;
    const double all = squared_length(force);
    const std::size_t length = force.size() / parts;
    double without = 0;
    for (std::size_t i = 0; i < parts; ++i) {
        const std::size_t count = i + 1 == parts ? force.size() - i * length : length;
        const double rest = all - squared_length(force.subspan(i * length, count));
        without += static_cast<double>(force.size() - count) / rest / parts;
    }
    return parts * static_cast<double>(force.size()) / all - (parts - 1) * without;
}

}  // namespace

double moved_dimension(const Point& point) {
    return is_discrete(point) ? static_cast<double>(spanned(point)) : sphere_form(point).d;
}

double slowest_theta(const Point& point) {
    const double critical = critical_theta(point);
    return is_discrete(point) ? critical * std::pow(1 + std::sqrt(point["d"] / point["N"]), 2) : critical;
}

std::uint64_t slowing_stride(const Point& point, double theta) {
    const double distance = std::abs(1 - slowest_theta(point) / theta);
    const double time = std::min(1 / distance, std::sqrt(point["K"]));
    return static_cast<std::uint64_t>(std::max(1.0, std::round(std::max(1.0, time) / (10 * point["dt"]))));
}

SlowingChains::SlowingChains(const Point& point, const RandomStream& random)
    : point_(point),
      random_(random),
      law_(law_of(point, random)),
      target_(*law_),
      thetas_(point.axis("theta")),
      samples_(static_cast<std::uint64_t>(point.integer("samples"))),
      left_out_(thermalisation(point)),
      state_(thetas_.size()),
      magnetisation_(thetas_.size()),
      relaxation_time_(thetas_.size(), not_a_number),
      time_by_force_(thetas_.size(), not_a_number),
      acceptance_(thetas_.size(), not_a_number),
      force_(samples_),
      chain_(chain_at(0)) {}

double SlowingChains::progress() const {
    return (static_cast<double>(place_) + static_cast<double>(record_) / static_cast<double>(left_out_ + samples_)) /
           static_cast<double>(thetas_.size());
}

void SlowingChains::advance() {
    const std::uint64_t steps = slowing_stride(point_, thetas_[place_]);
    chain_.advance(record_ * steps, steps, random_, static_cast<std::uint32_t>(place_));
    if (record_ >= left_out_) {
        state_[place_].add(chain_.state_squared() + noise_left_out(point_, thetas_[place_]));
        magnetisation_[place_].add(chain_.magnetisation_squared());
        force_[record_ - left_out_] = chain_.force();
    }
    if (++record_ == left_out_ + samples_) end_chain(static_cast<double>(steps));
}

std::vector<std::byte> SlowingChains::bytes() const {
    ByteWriter writer;
    writer.put(place_);
    writer.put(record_);
    for (const auto* averages : {&state_, &magnetisation_})
        for (const ChainAverage& average : *averages) average.save(writer);
    for (const auto* numbers : {&relaxation_time_, &time_by_force_, &acceptance_, &force_})
        writer.put(std::span<const double>(*numbers));
    chain_.save(writer);
    return writer.take();
}

void SlowingChains::load(std::span<const std::byte> saved) {
    ByteReader reader(saved);
    reader.get(place_);
    reader.get(record_);
    for (auto* averages : {&state_, &magnetisation_})
        for (ChainAverage& average : *averages) average.load(reader);
    for (auto* numbers : {&relaxation_time_, &time_by_force_, &acceptance_, &force_}) reader.get(std::span(*numbers));
    chain_ = chain_at(place_);
    chain_.load(reader);
}

std::size_t SlowingChains::state_size(const Point& point) {
    const std::size_t thetas = point.axis("theta").size();
    const std::size_t coordinates =
        is_discrete(point) ? spanned(point) : FramedTarget(*path_target_of(point, {0, 0})).coordinates();
    return 2 * sizeof(std::uint64_t) + 2 * thetas * ChainAverage::bytes() +
           (3 * thetas + static_cast<std::size_t>(point.integer("samples"))) * sizeof(double) +
           SharedStateChain::state_size(coordinates);
}

void SlowingChains::write(const Values& values) const {
    for (std::size_t k = 0; k < thetas_.size(); ++k) {
        set_chain(values, "state_squared", state_[k], k);
        set_chain(values, "magnetisation_squared", magnetisation_[k], k);
    }
    values.set("relaxation_time", relaxation_time_);
    values.set("relaxation_time_by_force", time_by_force_);
    values.set("acceptance", acceptance_);
    if (is_discrete(point_) && law_->coordinates() <= 2) write_exact(values);
}

void SlowingChains::write_exact(const Values& values) const {
    const auto state = values["state_squared_exact"], magnetisation = values["magnetisation_squared_exact"],
               time = values["relaxation_time_exact"], state_off = values["state_squared_minus_exact"],
               magnetisation_off = values["magnetisation_squared_minus_exact"];
    for (std::size_t k = 0; k < thetas_.size(); ++k) {
        const SharedStateMoments exact = shared_state_moments_in_plane(*law_, thetas_[k], point_["K"]);
        state[k] = exact.state_squared + noise_left_out(point_, thetas_[k]);
        magnetisation[k] = exact.magnetisation_squared;
        time[k] = exact.relaxation_time;
        state_off[k] = state_[k].binned().mean - state[k];
        magnetisation_off[k] = magnetisation_[k].binned().mean - magnetisation[k];
    }
}

/// In the middle and at a point of the target in turn, so that states which are not left show.
SharedStateChain SlowingChains::chain_at(std::size_t place) const {
    std::vector<double> start(target_.coordinates(), 0.0);
    if (random_.replica() % 2 == 1) {
        const auto points = law_->points();
        std::copy_n(points.begin(), law_->coordinates(), start.begin());
    }
    return {target_, thetas_[place], point_["K"], point_["dt"], std::move(start)};
}

void SlowingChains::end_chain(double steps) {
    const double dt = point_["dt"], recorded = correlation_time_about_zero(force_, window_records) * steps * dt;
    relaxation_time_[place_] = recorded + dt / 2;  // one step relaxes by 1 − dt/τ, not by e^{−dt/τ}
    time_by_force_[place_] = inverse_mean_square(force_) * thetas_[place_] / point_["K"];
    acceptance_[place_] = static_cast<double>(chain_.accepted()) / (static_cast<double>(left_out_ + samples_) * steps);
    ++place_;
    record_ = 0;
    if (!done()) chain_ = chain_at(place_);
}

}  // namespace gdm
