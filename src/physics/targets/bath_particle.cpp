#include "gdm/physics/targets/bath_particle.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "gdm/physics/targets/binomial.hpp"

namespace gdm {
namespace {

/// Calls `visit(i, e^{−(time since the draw)})` with those θ of a falling list, from place `next` on, that a draw at `theta`
/// holds for; `next` becomes the first beyond it.
template <class Visit>
void held(std::span<const double> thetas, std::size_t& next, double theta, double theta_after, bool is_last, Visit&& visit) {
    constexpr double rounding = 1e-12;
    for (; next < thetas.size() &&
           (thetas[next] > theta_after * (1 + rounding) || (is_last && thetas[next] >= theta_after * (1 - rounding)));
         ++next) {
        if (thetas[next] <= theta * (1 + rounding)) visit(next, std::min(1., thetas[next] / theta));
    }
}

}  // namespace

std::size_t BathParticle::draws() const {
    return std::max<std::size_t>(1, static_cast<std::size_t>(std::llround(rate * std::log(theta_start / theta_end))));
}

double BathParticle::theta(std::size_t n) const {
    return theta_start * std::pow(theta_end / theta_start, static_cast<double>(n) / static_cast<double>(draws()));
}

BathParticlePaths::BathParticlePaths(const BathParticle& particle) : particle_(particle) {
    for (std::size_t n = 0; n < (particle.fresh ? particle.draws() : 1); ++n)
        laws_.emplace_back(particle.theta(n), 0, particle.K);
}

void BathParticlePaths::run(const RandomStream& random, std::uint32_t sample, std::span<const double> thetas,
                            Seen& seen) const {
    RandomSequence start(random, Purpose::initial_state, sample), noise(random, Purpose::noise, sample);
    const double sites = static_cast<double>(particle_.K), coupled = static_cast<double>(particle_.H);
    seen.x.assign(thetas.size(), std::numeric_limits<double>::quiet_NaN());
    seen.bath = seen.x;
    const std::size_t draws = particle_.draws();
    double x = 0, mean = laws_[0].draw_absolute(start.uniform()) * (start.uniform() < 0.5 ? 1 : -1);
    seen.last_turn = std::log(particle_.theta_start);
    std::size_t next = 0;
    for (std::size_t n = 0; n < draws; ++n) {
        const double theta = particle_.theta(n), theta_after = particle_.theta(n + 1);
        if (particle_.fresh) {
            const bool has_sign = theta < 1 && x != 0;
            mean = laws_[n].draw_absolute(noise.uniform());
            const bool is_up = noise.uniform() < 0.5;
            if (has_sign ? x < 0 : is_up) mean = -mean;
        }
        // One noising and denoising leaves equilibrium as it is, and gives the H microstates besides the mean of all.
        const double field = mean + std::sqrt(theta / sites) * noise.normal();
        const double up = 1 / (1 + std::exp(-2 * field / theta));
        const auto coupled_up = static_cast<double>(draw_binomial(static_cast<std::uint64_t>(particle_.H), up, noise));
        const auto others_up =
            static_cast<double>(draw_binomial(static_cast<std::uint64_t>(particle_.K - particle_.H), up, noise));
        mean = 2 * (coupled_up + others_up) / sites - 1;
        const double force = 2 * coupled_up / coupled - 1;
        held(thetas, next, theta, theta_after, n + 1 == draws, [&](std::size_t i, double decay) {
            seen.x[i] = force + (x - force) * decay;
            seen.bath[i] = mean;
        });
        const double after = force + (x - force) * theta_after / theta;
        if (x != 0 && (after < 0) != (x < 0)) {
            // Where x vanishes on the way.
            seen.last_turn = std::log(theta * force / (force - x));
        }
        x = after;
    }
    seen.end = x;
}

std::vector<double> bath_particle_squares(const BathParticle& particle, std::span<const double> thetas) {
    std::vector<double> squares(thetas.size(), std::numeric_limits<double>::quiet_NaN());
    if (!particle.fresh) return squares;
    const double K = static_cast<double>(particle.K), H = static_cast<double>(particle.H);
    double square = 0;
    std::size_t next = 0;
    for (std::size_t n = 0; n < particle.draws() && particle.theta(n) >= 1; ++n) {
        const double theta = particle.theta(n), theta_after = particle.theta(n + 1);
        const double alike = K > 1 ? (K * TwoDeltasLaw(theta, 0, particle.K).moments().squared - 1) / (K - 1) : 0;
        const double force = 1 / H + (1 - 1 / H) * alike;
        const auto after = [&](double decay) { return square * decay * decay + force * (1 - decay) * (1 - decay); };
        held(thetas, next, theta, theta_after, n + 1 == particle.draws(),
             [&](std::size_t i, double decay) { squares[i] = after(decay); });
        square = after(theta_after / theta);
    }
    return squares;
}

double bath_particle_mean_field(double theta) {
    if (theta >= 1) return 0;
    // x = 1 − θ − θ ∫ (1 − m)/θ′² dθ′, whose integrand vanishes for small θ′; over u = √(1 − θ′), in which m is smooth, by
    // Simpson's rule.
    constexpr int intervals = 400;
    const double step = std::sqrt(1 - theta) / intervals;
    double sum = 0;
    for (int i = 0; i <= intervals; ++i) {
        const double u = i * step, at = 1 - u * u, weight = i == 0 || i == intervals ? 1 : i % 2 == 1 ? 4 : 2;
        sum += weight * (1 - two_deltas_mean_field(at, 0)) / (at * at) * 2 * u;
    }
    return 1 - theta - theta * sum * step / 3;
}

}  // namespace gdm
