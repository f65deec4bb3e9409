#include "gdm/physics/spins/lane_ising.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <stdexcept>

#include "gdm/physics/spins/lane_draws.hpp"

namespace gdm {
namespace {

void check_length(std::size_t length, std::size_t expected) {
    if (length != expected) throw std::invalid_argument("one value for each system, or site, or bond");
}

/// The bit of `system` in its word.
constexpr std::uint64_t lane_bit(std::size_t system) { return std::uint64_t{1} << (system % 64); }

void set_bit(std::uint64_t& word, std::uint64_t bit, bool value) { word = value ? word | bit : word & ~bit; }

std::size_t words_of(std::size_t systems) {
    if (systems == 0 || systems >= std::size_t{1} << 31) throw std::invalid_argument("1 to 2^31 systems in lanes");
    return (systems + LaneIsing::lanes_per_word - 1) / LaneIsing::lanes_per_word;
}

}  // namespace

LaneIsing::LaneIsing(const Lattice& lattice, std::size_t systems)
    : groups_(lattice),
      size_(lattice.size()),
      dimension_(static_cast<std::size_t>(lattice.dimension())),
      systems_(systems),
      lanes_(groups_, words_of(systems)) {
    if (lanes_.spins.size() >= std::size_t{1} << 31) throw std::invalid_argument("2^31 words of spins in lanes or more");
    set_dynamics(LocalUpdate::heat_bath, 0);
}

void LaneIsing::check(std::size_t system) const {
    if (system >= systems_) throw std::invalid_argument("no such system");
}

void LaneIsing::set_dynamics(LocalUpdate update, std::span<const double> beta, std::span<const double> field) {
    for (const auto& values : {beta, field})
        if (values.size() != 1) check_length(values.size(), systems_);
    const auto finite = [](double value) { return std::isfinite(value); };
    if (!std::all_of(beta.begin(), beta.end(), [&](double b) { return finite(b) && b >= 0; }) ||
        !std::all_of(field.begin(), field.end(), finite))
        throw std::invalid_argument("temperatures and fields of lanes are finite, and beta is not negative");
    table_ = AcceptanceTable(update, groups_.coordination(), beta, field, lanes_.columns,
                             std::max(lanes_.columns, SiteGroups::group));
}

void LaneIsing::set_dynamics(LocalUpdate update, double beta, double field) {
    set_dynamics(update, std::span(&beta, 1), std::span(&field, 1));
}

void LaneIsing::set_couplings(std::size_t system, std::span<const std::int8_t> couplings) {
    check(system);
    check_length(couplings.size(), bonds());
    if (!std::all_of(couplings.begin(), couplings.end(), [](int j) { return j == 1 || j == -1; }))
        throw std::invalid_argument("couplings of lanes are 1 or -1");
    const std::size_t z = groups_.coordination(), column = system / lanes_per_word;
    if (lanes_.negative.empty()) lanes_.negative.resize(lanes_.spins.size() * z);
    for (std::size_t site = 0; site < sites(); ++site) {
        const std::size_t position = groups_.position(site);
        for (std::size_t k = 0; k < z / 2; ++k) {
            const bool negative = couplings[site * (z / 2) + k] < 0;
            const std::size_t there = groups_.neighbours()[position * z + k];
            for (const std::size_t bond : {lanes_.bond_place(lanes_.word(position, column), k, z),
                                           lanes_.bond_place(lanes_.word(there, column), k + z / 2, z)})
                set_bit(lanes_.negative[bond], lane_bit(system), negative);
        }
    }
}

void LaneIsing::fill(int spin) { std::fill(lanes_.spins.begin(), lanes_.spins.end(), spin > 0 ? ~std::uint64_t{0} : 0); }

void LaneIsing::fill_random(const RandomStream& random, std::uint32_t step, std::uint32_t part) {
    for (std::size_t column = 0; column < words(); ++column)
        for (std::size_t position = 0; position < groups_.positions(); ++position)
            lanes_.spins[lanes_.word(position, column)] =
                fair_bits(random, Purpose::initial_state, position + groups_.positions() * column, step, part);
}

void LaneIsing::sweep(const RandomStream& random, std::uint32_t step, std::uint32_t part) {
    update_lanes(lanes_, groups_, table_, NoiseKey(random, Purpose::markov_chain), step, part);
}

void LaneIsing::bond_energies(std::span<std::int64_t> energy) const {
    check_length(energy.size(), systems_);
    std::vector<std::uint64_t> counts(64 * lanes_.columns);
    count_unsatisfied(lanes_, groups_, counts);
    for (std::size_t i = 0; i < systems_; ++i)
        energy[i] = 2 * static_cast<std::int64_t>(counts[i]) - static_cast<std::int64_t>(bonds());
}

void LaneIsing::magnetisations(std::span<std::int64_t> magnetisation) const {
    check_length(magnetisation.size(), systems_);
    std::vector<std::uint64_t> counts(64 * lanes_.columns);
    count_up(lanes_, groups_, counts);
    for (std::size_t i = 0; i < systems_; ++i)
        magnetisation[i] = 2 * static_cast<std::int64_t>(counts[i]) - static_cast<std::int64_t>(sites());
}

void LaneIsing::layer_magnetisations(std::size_t axis, std::span<std::int64_t> layers) const {
    check_length(layers.size(), systems_ * size_);
    if (axis >= dimension_) throw std::invalid_argument("the lattice of lanes has no such axis");
    const std::size_t stride = axis == 0 ? 1 : axis == 1 ? size_ : size_ * size_;
    const std::size_t in_layer = sites() / size_;
    for (std::size_t column = 0; column < words(); ++column) {
        for (std::size_t layer = 0; layer < size_; ++layer) {
            // Bit k of the counts of all lanes, and then the count of each lane.
            std::array<std::uint64_t, 64> count{};
            for (std::size_t i = 0; i < in_layer; ++i) {
                const std::size_t site = i / stride * stride * size_ + layer * stride + i % stride;
                std::uint64_t carry = lanes_.spins[lanes_.word(groups_.position(site), column)];
                for (std::size_t k = 0; carry != 0; ++k) {
                    const std::uint64_t both = count[k] & carry;
                    count[k] ^= carry;
                    carry = both;
                }
            }
            transpose_bits(count);
            for (std::size_t lane = 0; lane < 64 && 64 * column + lane < systems_; ++lane)
                layers[(64 * column + lane) * size_ + layer] =
                    2 * static_cast<std::int64_t>(count[lane]) - static_cast<std::int64_t>(in_layer);
        }
    }
}

void LaneIsing::overlaps(const LaneIsing& other, std::size_t shift, std::span<std::int64_t> overlap) const {
    check_length(overlap.size(), systems_);
    if (other.lanes_.spins.size() != lanes_.spins.size() || other.systems_ != systems_ || shift >= lanes_per_word)
        throw std::invalid_argument("overlaps are between systems of one lattice, less than 64 lanes apart");
    std::vector<std::uint64_t> counts(64 * lanes_.columns);
    count_different(lanes_, other.lanes_, shift, groups_, counts);
    for (std::size_t i = 0; i < systems_; ++i)
        overlap[i] = static_cast<std::int64_t>(sites()) - 2 * static_cast<std::int64_t>(counts[i]);
}

void LaneIsing::set_products(const LaneIsing& one, std::size_t shift) {
    if (one.lanes_.spins.size() != lanes_.spins.size() || shift >= lanes_per_word)
        throw std::invalid_argument("products are of systems of one lattice, less than 64 lanes apart");
    for (std::size_t i = 0; i < lanes_.spins.size(); ++i) {
        const std::uint64_t word = one.lanes_.spins[i];
        lanes_.spins[i] = ~(word ^ std::rotr(word, static_cast<int>(shift)));
    }
}

void LaneIsing::exchange_neighbours(std::span<const std::uint64_t> chosen) {
    check_length(chosen.size(), words());
    for (const std::uint64_t pairs : chosen)
        if ((pairs & (pairs << 1)) != 0 || pairs >> 63 != 0)
            throw std::invalid_argument("exchanges of lanes are between disjoint neighbours in one word");
    for (std::size_t column = 0; column < words(); ++column) {
        if (chosen[column] == 0) continue;
        for (std::size_t position = 0; position < groups_.positions(); ++position) {
            std::uint64_t& word = lanes_.spins[lanes_.word(position, column)];
            const std::uint64_t different = (word ^ (word >> 1)) & chosen[column];
            word ^= different | (different << 1);
        }
    }
}

int LaneIsing::spin(std::size_t system, std::size_t site) const {
    const std::uint64_t word = lanes_.spins[lanes_.word(groups_.position(site), system / lanes_per_word)];
    return (word & lane_bit(system)) != 0 ? 1 : -1;
}

void LaneIsing::spins(std::size_t system, std::span<std::int8_t> spins) const {
    check(system);
    check_length(spins.size(), sites());
    for (std::size_t site = 0; site < sites(); ++site) spins[site] = static_cast<std::int8_t>(spin(system, site));
}

void LaneIsing::set_spins(std::size_t system, std::span<const std::int8_t> spins) {
    check(system);
    check_length(spins.size(), sites());
    for (std::size_t site = 0; site < sites(); ++site)
        set_bit(lanes_.spins[lanes_.word(groups_.position(site), system / lanes_per_word)], lane_bit(system),
                spins[site] > 0);
}

void LaneIsing::save(ByteWriter& writer) const {
    for (std::size_t site = 0; site < sites(); ++site)
        writer.put(std::span(lanes_.spins).subspan(lanes_.word(groups_.position(site), 0), words()));
}

void LaneIsing::load(ByteReader& reader) {
    for (std::size_t site = 0; site < sites(); ++site)
        reader.get(std::span(lanes_.spins).subspan(lanes_.word(groups_.position(site), 0), words()));
}

}  // namespace gdm
