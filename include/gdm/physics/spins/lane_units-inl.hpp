// Vectors of 64-bit lanes on the sites of SiteGroups, as LaneLayout puts them. Compiled once for each instruction set, see
// lanes-inl.hpp.

#if defined(GDM_PHYSICS_SPINS_LANE_UNITS_INL_HPP_) == defined(HWY_TARGET_TOGGLE)
#ifdef GDM_PHYSICS_SPINS_LANE_UNITS_INL_HPP_
#undef GDM_PHYSICS_SPINS_LANE_UNITS_INL_HPP_
#else
#define GDM_PHYSICS_SPINS_LANE_UNITS_INL_HPP_
#endif

#include <hwy/highway.h>

#include "gdm/base/lanes-inl.hpp"
#include "gdm/physics/spins/lane_draws.hpp"
#include "gdm/physics/spins/site_groups.hpp"

HWY_BEFORE_NAMESPACE();
namespace gdm::HWY_NAMESPACE {

using WordTag = BitsTag<DoubleTag>;
using Word = hn::Vec<WordTag>;

/// Where a vector of words stands: its first position, word and column, and its first bond.
struct UnitPlace {
    std::size_t position, word, column, bond, stride;
};

/// visit(place) for every vector of words, colour by colour: column after column where there are enough of them.
template <class Visit>
HWY_INLINE void visit_units(const LaneLayout& lanes, const SiteGroups& groups, Visit visit) {
    const std::size_t z = groups.coordination(), columns = lanes.columns, step = hn::Lanes(WordTag());
    if (columns < SiteGroups::group) {
        for (std::size_t word = 0; word < groups.positions() * columns; word += step)
            visit(UnitPlace{word / columns, word, word % columns, lanes.bond_place(word, 0, z), SiteGroups::group});
        return;
    }
    for (std::size_t column = 0; column < columns; column += step)
        for (std::size_t position = 0; position < groups.positions(); ++position)
            visit(UnitPlace{position, position * columns + column, column, position * columns * z + column, columns});
}

/// What the neighbours of a vector of words have in `from`; their bonds begin at `bond`. Mostly they follow one another, and
/// a load costs a fraction of what gathering does.
template <class D, class T>
HWY_INLINE hn::Vec<D> load_neighbours(D d, const LaneLayout& lanes, const T* from, std::size_t bond) {
    const uint32_t* const places = lanes.gathered.data() + bond;
    if (HWY_LIKELY(lanes.contiguous[bond / SiteGroups::group] != 0)) return hn::LoadU(d, from + *places);
    const hn::Rebind<uint32_t, WordTag> half;
    return hn::GatherIndex(d, from,
                           hn::BitCast(hn::RebindToSigned<WordTag>(), hn::PromoteTo(WordTag(), hn::LoadU(half, places))));
}

/// The samples of the words of the first vector: position + positions · column.
HWY_INLINE Word first_samples(const LaneLayout& lanes, const SiteGroups& groups) {
    HWY_ALIGN uint64_t sample[hn::MaxLanes(WordTag())];
    for (std::size_t i = 0; i < hn::Lanes(WordTag()); ++i)
        sample[i] = first_lane_sample + i / lanes.columns + groups.positions() * (i % lanes.columns);
    return hn::Load(WordTag(), sample);
}

/// The samples of a vector of words.
HWY_INLINE Word samples_at(Word first, const SiteGroups& groups, const UnitPlace& at) {
    return hn::Add(first, hn::Set(WordTag(), static_cast<uint64_t>(at.position + groups.positions() * at.column)));
}

}  // namespace gdm::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif  // GDM_PHYSICS_SPINS_LANE_UNITS_INL_HPP_
