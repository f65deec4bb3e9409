#include "gdm/storage/state_slots.hpp"

#include <algorithm>
#include <limits>

#include "gdm/base/error.hpp"
#include "gdm/storage/sweep_schema.hpp"

namespace gdm {
namespace {

/// Selects `count` places from `first` on, of these `slots` slots from `slot` on, and of /state/bytes `bytes` from `begin`
/// on.
hdf5::Space selected(const hdf5::Dataset& dataset, std::size_t first, std::size_t count, std::size_t slot, std::size_t slots,
                     std::size_t bytes = 0, std::size_t begin = 0) {
    hdf5::Space space(hdf5::check(H5Dget_space(dataset), "cannot read a dataspace"));
    const hsize_t start[] = {first, slot, begin}, counts[] = {count, slots, bytes};
    hdf5::check(H5Sselect_hyperslab(space, H5S_SELECT_SET, start, nullptr, counts, nullptr), "cannot select a state");
    return space;
}

constexpr const char* cannot_write =
    "cannot write the state of a replica: disk full, or the file was taken away; what was written stays valid";

}  // namespace

StateSlots::StateSlots(hid_t file, const SweepHeader& header) : places_(header.state.places), width_(header.state.width) {
    if (places_ == 0) return;
    header_hash_ = hdf5::read_text(file, "header_hash");
    records_ = hdf5::open_own_dataset(file, "state/records");
    hdf5::require_type(records_, schema::state_type(), "records of format 1");
    bytes_ = hdf5::open_own_dataset(file, "state/bytes");
    hdf5::require_type(bytes_, H5T_STD_U8LE, "bytes");
    if (hdf5::shape_of(records_) != std::vector<std::size_t>{places_, 2} ||
        hdf5::shape_of(bytes_) != std::vector<std::size_t>{places_, 2, width_}) {
        throw IoError(hdf5::name_of(records_) + " has not the shape of its states");
    }
    hdf5::require_data(records_);
    hdf5::require_data(bytes_);
}

std::vector<StateRecord> StateSlots::records() const {
    std::vector<StateRecord> all(2 * places_);
    if (any() && H5Dread(records_, schema::state_type(), H5S_ALL, H5S_ALL, H5P_DEFAULT, all.data()) < 0) {
        hdf5::fail(records_, "cannot read it");
    }
    return all;
}

std::array<StateRecord, 2> StateSlots::records_at(std::size_t place) const {
    std::array<StateRecord, 2> found;
    const hdf5::Space memory = hdf5::simple_space({found.size()}), file = selected(records_, place, 1, 0, 2);
    if (H5Dread(records_, schema::state_type(), memory, file, H5P_DEFAULT, found.data()) < 0) {
        hdf5::fail(records_, "cannot read it");
    }
    return found;
}

std::optional<FoundState> StateSlots::find(std::size_t place, std::uint64_t point, std::uint64_t replica) const {
    const auto records = records_at(place);
    const std::size_t newest = records[1].sequence > records[0].sequence ? 1 : 0;
    for (const std::size_t slot : {newest, 1 - newest}) {
        const StateRecord& record = records[slot];
        if (record.sequence == 0 || record.point != point || record.replica != replica) continue;
        if (record.bytes == 0 || record.bytes > width_) continue;
        FoundState found{record, std::vector<std::byte>(record.bytes), slot};
        const hdf5::Space memory = hdf5::simple_space({found.bytes.size()});
        const hdf5::Space file = selected(bytes_, place, 1, slot, 1, found.bytes.size());
        if (H5Dread(bytes_, H5T_NATIVE_UINT8, memory, file, H5P_DEFAULT, found.bytes.data()) < 0) {
            hdf5::fail(bytes_, "cannot read it");
        }
        if (state_checksum(header_hash_, record, found.bytes) == record.checksum) return found;
    }
    return std::nullopt;
}

std::size_t StateSlots::older_slot(std::size_t place) const {
    const auto records = records_at(place);
    return records[1].sequence < records[0].sequence ? 1 : 0;
}

void StateSlots::write_record(std::size_t place, std::size_t slot, const StateRecord& record) {
    const hdf5::Space memory = hdf5::simple_space({1}), file = selected(records_, place, 1, slot, 1);
    hdf5::check(H5Dwrite(records_, schema::state_type(), memory, file, H5P_DEFAULT, &record), cannot_write);
}

void StateSlots::write(std::size_t place, std::size_t slot, StateRecord record, std::span<const std::byte> state) {
    const hdf5::Space memory = hdf5::simple_space({state.size()});
    const hdf5::Space file = selected(bytes_, place, 1, slot, 1, state.size());
    hdf5::check(H5Dwrite(bytes_, H5T_NATIVE_UINT8, memory, file, H5P_DEFAULT, state.data()), cannot_write);
    std::uint64_t before = records_at(place)[1 - slot].sequence;
    if (before >> 63 != 0) {  // damaged: nothing would be newer
        write_record(place, 1 - slot, {});
        before = 0;
    }
    record.sequence = before + 1;
    record.bytes = state.size();
    record.checksum = state_checksum(header_hash_, record, state);
    write_record(place, slot, record);
}

void StateSlots::forget(std::size_t place) {
    // The older one first, so that it is never the newest.
    const std::size_t older = older_slot(place);
    write_record(place, older, {});
    write_record(place, 1 - older, {});
}

void StateSlots::clear(const Stop& stop) {
    const std::vector<StateRecord> none(2 * places_);
    hdf5::check(H5Dwrite(records_, schema::state_type(), H5S_ALL, H5S_ALL, H5P_DEFAULT, none.data()), cannot_write);
    // A few MiB at a time.
    constexpr std::size_t piece = std::size_t{4} << 20;
    const std::vector<std::byte> zeros(piece);
    const std::size_t slots = 2 * width_ <= piece ? 2 : 1;
    const std::size_t together = slots == 2 ? piece / (2 * width_) : 1, part = std::min(piece, width_);
    for (std::size_t place = 0; place < places_; place += together) {
        const std::size_t count = std::min(together, places_ - place);
        for (std::size_t slot = 0; slot < 2; slot += slots) {
            for (std::size_t begin = 0; begin < width_; begin += part) {
                stop.check();
                const std::size_t bytes = std::min(part, width_ - begin);
                const hdf5::Space memory = hdf5::simple_space({count * slots * bytes});
                const hdf5::Space file = selected(bytes_, place, count, slot, slots, bytes, begin);
                hdf5::check(H5Dwrite(bytes_, H5T_NATIVE_UINT8, memory, file, H5P_DEFAULT, zeros.data()), cannot_write);
            }
        }
    }
}

void StateSlots::close() {
    records_.reset();
    bytes_.reset();
}

}  // namespace gdm
