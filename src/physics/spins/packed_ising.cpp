#include "gdm/physics/spins/packed_ising.hpp"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "physics/spins/packed_ising.cpp"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <stdexcept>

#include "gdm/physics/spins/ising_lanes-inl.hpp"
#include "gdm/physics/spins/lane_draws.hpp"
#include "gdm/physics/spins/site_groups.hpp"

HWY_BEFORE_NAMESPACE();
namespace gdm::HWY_NAMESPACE {

/// The neighbours of the words of one row. A row beyond the last j, or before the first, is another one with its lanes
/// turned, and made anew for each row that needs it.
class RowNeighbours {
  public:
    explicit RowNeighbours(const PackedRows& rows) : rows_(rows), after_(2 * rows.stride()), before_(2 * rows.stride()) {}

    void choose(std::size_t row) {
        const bool cubic = rows_.kind == LatticeKind::cubic;
        const std::size_t length = cubic ? rows_.size : 1, j = row / length, y = row % length;
        here_ = rows_.words.data() + rows_.first(row, 0);
        ahead_ = j + 1 < rows_.turn ? rows_.words.data() + rows_.first(row + length, 0) : turned(y, 63, after_);
        behind_ =
            j > 0 ? rows_.words.data() + rows_.first(row - length, 0) : turned((rows_.turn - 1) * length + y, 1, before_);
        if (cubic) {
            up_ = rows_.words.data() + rows_.first(j * length + (y + 1) % length, 0);
            down_ = rows_.words.data() + rows_.first(j * length + (y + length - 1) % length, 0);
        }
    }

    /// Where the neighbours of the row's words of one parity begin: those forwards as Lattice orders them, then backwards.
    template <std::size_t z>
    [[nodiscard]] std::array<const uint64_t*, z> of(std::size_t parity) const {
        const std::size_t same = parity * rows_.stride(), other = (1 - parity) * rows_.stride();
        // The x after an even one is at the same place of the odd half, that after an odd one a place further.
        const auto right = [&](const uint64_t* row) { return row + other + parity; };
        const auto left = [&](const uint64_t* row) { return row + other + parity - 1; };
        if constexpr (z == 4) {
            return {right(here_), ahead_ + same, left(here_), behind_ + same};
        } else if (rows_.kind == LatticeKind::cubic) {
            return {right(here_), up_ + same, ahead_ + same, left(here_), down_ + same, behind_ + same};
        } else {
            return {right(here_), ahead_ + same, right(ahead_), left(here_), behind_ + same, left(behind_)};
        }
    }

  private:
    /// Lane k of the result is lane k − places of the row.
    const uint64_t* turned(std::size_t row, unsigned places, std::vector<uint64_t>& to) const {
        const uint64_t* from = rows_.words.data() + rows_.first(row, 0) - PackedRows::margin;
        for (std::size_t i = 0; i < to.size(); ++i) to[i] = from[i] << places | from[i] >> (64 - places);
        return to.data() + PackedRows::margin;
    }

    const PackedRows& rows_;
    std::vector<uint64_t> after_, before_;
    const uint64_t *here_ = nullptr, *ahead_ = nullptr, *behind_ = nullptr, *up_ = nullptr, *down_ = nullptr;
};

template <Rule rule, std::size_t z>
void update_rows(PackedRows& rows, const AcceptanceTable& table, const RandomWords& random) {
    const WordTag d;
    const LaneRows thresholds{table.rows.data(), table.columns};
    RowNeighbours neighbours(rows);
    for (std::size_t row = 0; row < rows.rows(); ++row) {
        neighbours.choose(row);
        for (std::size_t parity = 0; parity < 2; ++parity) {
            const std::array<const uint64_t*, z> from = neighbours.of<z>(parity);
            uint64_t* const to = rows.words.data() + rows.first(row, parity);
            const uint64_t first = first_lane_sample + (2 * row + parity) * rows.half();
            for (std::size_t i = 0; i < rows.half(); i += hn::Lanes(d)) {
                const Word prepared = RandomWords::prepare(hn::Iota(d, first + i));
                Word up[z];
                for (std::size_t k = 0; k < z; ++k) up[k] = hn::LoadU(d, from[k] + i);
                const Word spin = hn::LoadU(d, to + i);
                hn::StoreU(updated_spin<rule, z>(spin, up, table, thresholds, random, prepared), d, to + i);
            }
            rows.close(row, parity);
        }
    }
}

template <std::size_t z>
void update_with(PackedRows& rows, const AcceptanceTable& table, const RandomWords& random) {
    if (table.update == LocalUpdate::heat_bath) {
        update_rows<Rule::heat_bath, z>(rows, table, random);
    } else if (table.without_field) {
        update_rows<Rule::metropolis, z>(rows, table, random);
    } else {
        update_rows<Rule::metropolis_in_field, z>(rows, table, random);
    }
}

void update_packed(PackedRows& rows, const AcceptanceTable& table, const NoiseKey& key, uint32_t step, uint32_t part) {
    const RandomWords random(key, step, part);
    table.z == 4 ? update_with<4>(rows, table, random) : update_with<6>(rows, table, random);
}

template <std::size_t z>
uint64_t unsatisfied_bonds(const PackedRows& rows) {
    const WordTag d;
    RowNeighbours neighbours(rows);
    Word count = hn::Zero(d);
    for (std::size_t row = 0; row < rows.rows(); ++row) {
        neighbours.choose(row);
        for (std::size_t parity = 0; parity < 2; ++parity) {
            const std::array<const uint64_t*, z> from = neighbours.of<z>(parity);
            const uint64_t* const here = rows.words.data() + rows.first(row, parity);
            for (std::size_t i = 0; i < rows.half(); i += hn::Lanes(d)) {
                const Word spin = hn::LoadU(d, here + i);
                for (std::size_t k = 0; k < z / 2; ++k)
                    count = hn::Add(count, hn::PopulationCount(hn::Xor(spin, hn::LoadU(d, from[k] + i))));
            }
        }
    }
    return hn::GetLane(hn::SumOfLanes(d, count));
}

uint64_t count_unsatisfied_packed(const PackedRows& rows) {
    return rows.coordination() == 4 ? unsatisfied_bonds<4>(rows) : unsatisfied_bonds<6>(rows);
}

uint64_t count_up_packed(const PackedRows& rows) {
    const WordTag d;
    Word count = hn::Zero(d);
    for (std::size_t half = 0; half < 2 * rows.rows(); ++half)
        for (std::size_t i = 0; i < rows.half(); i += hn::Lanes(d))
            count =
                hn::Add(count, hn::PopulationCount(hn::LoadU(d, rows.words.data() + rows.first(half / 2, half % 2) + i)));
    return hn::GetLane(hn::SumOfLanes(d, count));
}

}  // namespace gdm::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace gdm {

HWY_EXPORT(update_packed);
HWY_EXPORT(count_unsatisfied_packed);
HWY_EXPORT(count_up_packed);

PackedRows::PackedRows(LatticeKind lattice, std::size_t length) : kind(lattice), size(length), turn(length / 64) {
    if (!PackedIsing::fits(length) || length > (kind == LatticeKind::cubic ? 1290u : 46340u))
        throw std::invalid_argument(
            "a packed lattice has a multiple of 64 sites a side, 128 or more, and less than 2^31 sites");
    words.assign(2 * rows() * stride(), ~std::uint64_t{0});
}

void PackedRows::close(std::size_t row, std::size_t parity) {
    std::uint64_t* const at = words.data() + first(row, parity);
    at[-1] = at[half() - 1];
    at[half()] = at[0];
}

PackedIsing::PackedIsing(LatticeKind kind, std::size_t size) : rows_(kind, size) { set_dynamics(LocalUpdate::heat_bath, 0); }

void PackedIsing::set_dynamics(LocalUpdate update, double beta, double field) {
    if (!(beta >= 0) || !std::isfinite(beta) || !std::isfinite(field))
        throw std::invalid_argument("temperature and field of a packed lattice are finite, and beta is not negative");
    table_ = AcceptanceTable(update, rows_.coordination(), std::span(&beta, 1), std::span(&field, 1), 1, SiteGroups::group);
}

void PackedIsing::fill(int spin) { std::fill(rows_.words.begin(), rows_.words.end(), spin > 0 ? ~std::uint64_t{0} : 0); }

void PackedIsing::fill_random(const RandomStream& random, std::uint32_t step, std::uint32_t part) {
    for (std::size_t half = 0; half < 2 * rows_.rows(); ++half) {
        for (std::size_t i = 0; i < rows_.half(); ++i)
            rows_.words[rows_.first(half / 2, half % 2) + i] =
                fair_bits(random, Purpose::initial_state, half * rows_.half() + i, step, part);
        rows_.close(half / 2, half % 2);
    }
}

void PackedIsing::sweep(const RandomStream& random, std::uint32_t step, std::uint32_t part) {
    HWY_DYNAMIC_DISPATCH(update_packed)(rows_, table_, NoiseKey(random, Purpose::markov_chain), step, part);
}

std::int64_t PackedIsing::bond_energy() const {
    return 2 * static_cast<std::int64_t>(HWY_DYNAMIC_DISPATCH(count_unsatisfied_packed)(rows_)) -
           static_cast<std::int64_t>(bonds());
}

std::int64_t PackedIsing::magnetisation() const {
    return 2 * static_cast<std::int64_t>(HWY_DYNAMIC_DISPATCH(count_up_packed)(rows_)) - static_cast<std::int64_t>(sites());
}

namespace {

/// visit(word, bit, site) for every site as Lattice numbers it.
template <class Visit>
void visit_sites(const PackedRows& rows, Visit visit) {
    const bool cubic = rows.kind == LatticeKind::cubic;
    std::size_t site = 0;
    for (std::size_t last = 0; last < rows.size; ++last) {
        const std::size_t j = last % rows.turn;
        for (std::size_t y = 0; y < (cubic ? rows.size : 1); ++y)
            for (std::size_t x = 0; x < rows.size; ++x)
                visit(rows.first(cubic ? j * rows.size + y : j, x % 2) + x / 2, std::uint64_t{1} << (last / rows.turn),
                      site++);
    }
}

}  // namespace

void PackedIsing::spins(std::span<std::int8_t> spins) const {
    if (spins.size() != sites()) throw std::invalid_argument("one spin for each site");
    visit_sites(rows_, [&](std::size_t word, std::uint64_t bit, std::size_t site) {
        spins[site] = (rows_.words[word] & bit) != 0 ? 1 : -1;
    });
}

void PackedIsing::set_spins(std::span<const std::int8_t> spins) {
    if (spins.size() != sites()) throw std::invalid_argument("one spin for each site");
    visit_sites(rows_, [&](std::size_t word, std::uint64_t bit, std::size_t site) {
        rows_.words[word] = spins[site] > 0 ? rows_.words[word] | bit : rows_.words[word] & ~bit;
    });
    for (std::size_t half = 0; half < 2 * rows_.rows(); ++half) rows_.close(half / 2, half % 2);
}

void PackedIsing::save(ByteWriter& writer) const {
    for (std::size_t half = 0; half < 2 * rows_.rows(); ++half)
        writer.put(std::span(rows_.words).subspan(rows_.first(half / 2, half % 2), rows_.half()));
}

void PackedIsing::load(ByteReader& reader) {
    for (std::size_t half = 0; half < 2 * rows_.rows(); ++half) {
        reader.get(std::span(rows_.words).subspan(rows_.first(half / 2, half % 2), rows_.half()));
        rows_.close(half / 2, half % 2);
    }
}

}  // namespace gdm
#endif
