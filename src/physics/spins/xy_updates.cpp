#include "gdm/physics/spins/xy_updates.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace gdm {
namespace {

constexpr double pi = std::numbers::pi;

PlanarSpin at_angle(double angle) { return {std::cos(angle), std::sin(angle)}; }
/// a turned by the angle of b.
PlanarSpin turned(PlanarSpin a, PlanarSpin b) { return {a.x * b.x - a.y * b.y, a.x * b.y + a.y * b.x}; }
PlanarSpin mirrored(PlanarSpin s, PlanarSpin r, double along) { return {s.x - 2 * along * r.x, s.y - 2 * along * r.y}; }

/// u < 1 − e^{−x} for a uniform u, x ≥ 0.
bool is_kept(double x, WordSequence& random) {
    const double uniform = random.uniform();
    return uniform < x && uniform < -std::expm1(-x);  // 1 − e^{−x} < x spares most exponentials
}

/// cos of an angle from the law ∝ e^{κ cos θ}.
double von_mises_cosine(double kappa, WordSequence& random) {
    if (kappa < 1e-8) return std::cos(pi * random.uniform());
    const double tau = 1 + std::sqrt(1 + 4 * kappa * kappa);
    const double rho = (tau - std::sqrt(2 * tau)) / (2 * kappa), r = (1 + rho * rho) / (2 * rho);
    for (;;) {
        const double z = std::cos(pi * random.uniform()), f = (1 + r * z) / (r + z), c = kappa * (r - f);
        const double uniform = random.uniform();
        if (c * (2 - c) > uniform || std::log(c / uniform) + 1 - c >= 0) return std::clamp(f, -1., 1.);
    }
}

}  // namespace

PlanarSpin random_spin(WordSequence& random) { return at_angle(2 * pi * random.uniform()); }

XyUpdates::XyUpdates(const Lattice& lattice, double beta)
    : lattice_(lattice),
      beta_(beta),
      width_(std::min(pi, 2 / std::sqrt(beta))),
      sites_(lattice.sites()),
      along_(lattice.sites()),
      is_mirrored_(lattice.sites()) {}

PlanarSpin XyUpdates::local_field(PlanarSpins spins, std::size_t site) const {
    PlanarSpin sum{0, 0};
    for (const std::uint32_t other : lattice_.neighbours(site)) {
        sum.x += spins[other].x;
        sum.y += spins[other].y;
    }
    return sum;
}

void XyUpdates::metropolis(PlanarSpins spins, WordSequence& random) const {
    for (std::size_t site = 0; site < spins.size(); ++site) {
        const PlanarSpin field = local_field(spins, site);
        const PlanarSpin proposed = turned(spins[site], at_angle(width_ * (2 * random.uniform() - 1)));
        const double gain = dot(proposed, field) - dot(spins[site], field);
        if (random.uniform() < std::exp(beta_ * gain)) spins[site] = proposed;
    }
}

void XyUpdates::heat_bath(PlanarSpins spins, WordSequence& random) const {
    for (std::size_t site = 0; site < spins.size(); ++site) {
        const PlanarSpin field = local_field(spins, site);
        const double length = std::hypot(field.x, field.y);
        const double cosine = von_mises_cosine(beta_ * length, random);
        const double sine = std::sqrt(1 - cosine * cosine);
        const PlanarSpin direction = length > 0 ? PlanarSpin{field.x / length, field.y / length} : PlanarSpin{};
        spins[site] = turned(direction, {cosine, random.next() % 2 == 0 ? sine : -sine});
    }
}

void XyUpdates::over_relaxation(PlanarSpins spins) const {
    for (std::size_t site = 0; site < spins.size(); ++site) {
        const PlanarSpin field = local_field(spins, site);
        const double squared = dot(field, field);
        if (!(squared > 1e-24)) continue;
        const double factor = 2 * dot(field, spins[site]) / squared;
        const PlanarSpin s{factor * field.x - spins[site].x, factor * field.y - spins[site].y};
        const double norm = 1 / std::sqrt(dot(s, s));
        spins[site] = {s.x * norm, s.y * norm};
    }
}

std::size_t XyUpdates::wolff(PlanarSpins spins, WordSequence& random) {
    const PlanarSpin r = random_spin(random);
    std::size_t size = 1;
    sites_[0] = random.below(static_cast<std::uint32_t>(lattice_.sites()));
    const auto mirror = [&](std::uint32_t site) {
        along_[site] = dot(r, spins[site]);
        spins[site] = mirrored(spins[site], r, along_[site]);
    };
    mirror(sites_[0]);
    for (std::size_t done = 0; done < size; ++done) {
        const double here = 2 * beta_ * along_[sites_[done]];  // as it was before it was mirrored
        for (const std::uint32_t other : lattice_.neighbours(sites_[done])) {
            // A mirrored spin lies on the other side, so it joins no bond again.
            const double exponent = here * dot(r, spins[other]);
            if (exponent <= 0 || !is_kept(exponent, random)) continue;
            mirror(other);
            sites_[size++] = other;
        }
    }
    return size;
}

void XyUpdates::swendsen_wang(PlanarSpins spins, WordSequence& random) {
    const PlanarSpin r = random_spin(random);
    const std::size_t sites = lattice_.sites(), forward = lattice_.forward();
    for (std::size_t site = 0; site < sites; ++site) along_[site] = dot(r, spins[site]);
    clusters_.clear(sites);
    for (std::uint32_t site = 0; site < sites; ++site) {
        const double here = 2 * beta_ * along_[site];
        for (const std::uint32_t other : lattice_.neighbours(site).first(forward)) {
            const double exponent = here * along_[other];
            if (exponent > 0 && is_kept(exponent, random)) clusters_.join(site, other);
        }
    }
    clusters_.flatten([&](std::uint32_t site, std::uint32_t first) {
        if (first == site) is_mirrored_[site] = random.next() % 2;
        if (is_mirrored_[first] != 0) spins[site] = mirrored(spins[site], r, along_[site]);
    });
}

}  // namespace gdm
