#include "gdm/physics/spins/xy_lanes.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>
#include <stdexcept>

#include "gdm/physics/spins/lane_draws.hpp"
#include "gdm/physics/spins/xy_kernel.hpp"

namespace gdm {
namespace {

/// One value for each column of a row of at least a group: those of the systems, the last one repeated; then all again.
std::vector<double> spread(std::span<const double> values, std::size_t columns) {
    std::vector<double> row(std::max(columns, SiteGroups::group));
    for (std::size_t i = 0; i < row.size(); ++i) row[i] = values[std::min(i % columns, values.size() - 1)];
    return row;
}

std::size_t checked(std::size_t systems) {
    if (systems == 0 || systems >= std::size_t{1} << 31) throw std::invalid_argument("1 to 2^31 XY systems in lanes");
    return systems;
}

}  // namespace

XySpins::XySpins(const SiteGroups& groups, std::size_t systems)
    : LaneLayout(groups, systems), x(groups.positions() * columns, 1), y(groups.positions() * columns, 0) {
    const double none = 0, half = 0.5;
    beta = spread(std::span(&none, 1), columns);
    turn = spread(std::span(&half, 1), columns);
}

XyLanes::XyLanes(const Lattice& lattice, std::size_t systems)
    : kind_(lattice.kind()), groups_(lattice), systems_(systems), lanes_(groups_, checked(systems)) {
    if (lanes_.x.size() >= std::size_t{1} << 31) throw std::invalid_argument("2^31 XY spins in lanes or more");
}

void XyLanes::check(std::size_t system, std::size_t length) const {
    if (system >= systems_) throw std::invalid_argument("no such XY system");
    if (length != sites()) throw std::invalid_argument("one angle for each site");
}

void XyLanes::set_beta(std::span<const double> beta) {
    if ((beta.size() != 1 && beta.size() != systems_) ||
        !std::all_of(beta.begin(), beta.end(), [](double b) { return std::isfinite(b) && b >= 0; }))
        throw std::invalid_argument("beta of XY lanes is one for each system or for all, finite and not negative");
    lanes_.beta = spread(beta, lanes_.columns);
}

void XyLanes::set_width(std::span<const double> width) {
    if ((width.size() != 1 && width.size() != systems_) ||
        !std::all_of(width.begin(), width.end(), [](double w) { return w > 0 && w <= std::numbers::pi; }))
        throw std::invalid_argument("the width of proposals is one for each system or for all, in (0, pi]");
    lanes_.turn = spread(width, lanes_.columns);
    for (double& turn : lanes_.turn) turn /= 2 * std::numbers::pi;
}

void XyLanes::fill(double angle) {
    std::fill(lanes_.x.begin(), lanes_.x.end(), std::cos(angle));
    std::fill(lanes_.y.begin(), lanes_.y.end(), std::sin(angle));
}

void XyLanes::fill_random(const RandomStream& random, std::uint32_t step, std::uint32_t part) {
    for (std::size_t column = 0; column < systems_; ++column) {
        for (std::size_t position = 0; position < groups_.positions(); ++position) {
            const std::uint64_t bits =
                fair_bits(random, Purpose::initial_state, position + groups_.positions() * column, step, part);
            const double u = uniform_from_words(static_cast<std::uint32_t>(bits >> 32), static_cast<std::uint32_t>(bits));
            lanes_.x[lanes_.word(position, column)] = std::cos(2 * std::numbers::pi * u);
            lanes_.y[lanes_.word(position, column)] = std::sin(2 * std::numbers::pi * u);
        }
    }
}

void XyLanes::sweep(LocalUpdate update, const RandomStream& random, std::uint32_t step, std::uint32_t part) {
    update_xy(lanes_, groups_, update, NoiseKey(random, Purpose::markov_chain), step, part);
}

void XyLanes::over_relax() { over_relax_xy(lanes_, groups_); }

void XyLanes::measure(std::span<XySums> sums) const {
    if (sums.size() != systems_) throw std::invalid_argument("one XySums for each system");
    std::vector<XySums> columns(lanes_.columns);
    measure_xy(lanes_, groups_, columns);
    std::copy_n(columns.begin(), systems_, sums.begin());
}

std::size_t XyLanes::vortices(std::size_t system) const {
    if (kind_ != LatticeKind::square) throw std::invalid_argument("vortices are counted on the square lattice");
    check(system, sites());
    // The shorter way from one spin to the next turns past the angle π, upwards or downwards.
    const auto passes = [&](std::size_t from, std::size_t to) {
        const double x0 = lanes_.x[lanes_.word(from, system)], y0 = lanes_.y[lanes_.word(from, system)];
        const double x1 = lanes_.x[lanes_.word(to, system)], y1 = lanes_.y[lanes_.word(to, system)];
        const double sine = x0 * y1 - y0 * x1;
        if (y0 >= 0 && y1 < 0 && sine > 0) return 1;
        return y0 < 0 && y1 >= 0 && sine <= 0 ? -1 : 0;
    };
    const auto ahead = [&](std::size_t position, std::size_t direction) {
        return groups_.neighbours()[position * groups_.coordination() + direction];
    };
    std::size_t count = 0;
    for (std::size_t site = 0; site < sites(); ++site) {
        const std::size_t here = groups_.position(site), right = ahead(here, 0), up = ahead(here, 1), both = ahead(right, 1);
        if (passes(here, right) + passes(right, both) + passes(both, up) + passes(up, here) != 0) ++count;
    }
    return count;
}

void XyLanes::angles(std::size_t system, std::span<double> angles) const {
    check(system, angles.size());
    for (std::size_t site = 0; site < sites(); ++site) {
        const std::size_t word = lanes_.word(groups_.position(site), system);
        angles[site] = std::atan2(lanes_.y[word], lanes_.x[word]);
    }
}

void XyLanes::set_angles(std::size_t system, std::span<const double> angles) {
    check(system, angles.size());
    for (std::size_t site = 0; site < sites(); ++site) {
        const std::size_t word = lanes_.word(groups_.position(site), system);
        lanes_.x[word] = std::cos(angles[site]);
        lanes_.y[word] = std::sin(angles[site]);
    }
}

void XyLanes::exchange(std::size_t one, std::size_t other) {
    check(std::max(one, other), sites());
    for (std::size_t position = 0; position < groups_.positions(); ++position) {
        std::swap(lanes_.x[lanes_.word(position, one)], lanes_.x[lanes_.word(position, other)]);
        std::swap(lanes_.y[lanes_.word(position, one)], lanes_.y[lanes_.word(position, other)]);
    }
}

void XyLanes::save(ByteWriter& writer) const {
    for (const std::vector<double>* part : {&lanes_.x, &lanes_.y})
        for (std::size_t site = 0; site < sites(); ++site)
            writer.put(std::span(*part).subspan(lanes_.word(groups_.position(site), 0), systems_));
}

void XyLanes::load(ByteReader& reader) {
    for (std::vector<double>* part : {&lanes_.x, &lanes_.y})
        for (std::size_t site = 0; site < sites(); ++site)
            reader.get(std::span(*part).subspan(lanes_.word(groups_.position(site), 0), systems_));
}

}  // namespace gdm
