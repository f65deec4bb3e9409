#include "gdm/storage/sweep_schema.hpp"

#include <algorithm>
#include <cstring>

namespace gdm::schema {
namespace {

template <std::size_t n>
void copy_text(char (&target)[n], const std::string& text) {
    std::size_t length = std::min(text.size(), n - 1);
    // A cut must not leave half a UTF-8 character behind.
    while (length < text.size() && length > 0 && (static_cast<unsigned char>(text[length]) & 0xC0) == 0x80) --length;
    std::memset(target, 0, n);
    std::memcpy(target, text.data(), length);
}

/// The text of a record, which a damaged one does not end.
template <std::size_t n>
std::string text_of(const char (&source)[n]) {
    return {source, strnlen(source, n)};
}

void insert_text(hid_t compound, const char* name, std::size_t offset, std::size_t size) {
    const hdf5::Type text(hdf5::check(H5Tcopy(H5T_C_S1), "cannot create a string type"));
    hdf5::check(H5Tset_size(text, size), "cannot create a string type");
    hdf5::check(H5Tset_cset(text, H5T_CSET_UTF8), "cannot create a string type");
    hdf5::check(H5Tinsert(compound, name, offset, text), "cannot create a record type");
}

void insert_number(hid_t compound, const char* name, std::size_t offset, hid_t type = H5T_STD_U64LE) {
    hdf5::check(H5Tinsert(compound, name, offset, type), "cannot create a record type");
}

}  // namespace

hdf5::Type failure_type() {
    hdf5::Type type(hdf5::check(H5Tcreate(H5T_COMPOUND, sizeof(Failure)), "cannot create a record type"));
    insert_number(type, "used", offsetof(Failure, used));
    insert_number(type, "point", offsetof(Failure, point));
    insert_number(type, "replica", offsetof(Failure, replica));
    insert_text(type, "message", offsetof(Failure, message), sizeof(Failure::message));
    return type;
}

hdf5::Type session_type() {
    hdf5::Type type(hdf5::check(H5Tcreate(H5T_COMPOUND, sizeof(Session)), "cannot create a record type"));
    insert_text(type, "start", offsetof(Session, start), sizeof(Session::start));
    insert_text(type, "end", offsetof(Session, end), sizeof(Session::end));
    insert_text(type, "host", offsetof(Session, host), sizeof(Session::host));
    insert_text(type, "code_version", offsetof(Session, code_version), sizeof(Session::code_version));
    insert_text(type, "instruction_set", offsetof(Session, instruction_set), sizeof(Session::instruction_set));
    insert_text(type, "mpi", offsetof(Session, mpi), sizeof(Session::mpi));
    insert_text(type, "hdf5", offsetof(Session, hdf5), sizeof(Session::hdf5));
    insert_text(type, "command_line", offsetof(Session, command_line), sizeof(Session::command_line));
    insert_number(type, "ranks", offsetof(Session, ranks));
    return type;
}

hdf5::Type state_type() {
    hdf5::Type type(hdf5::check(H5Tcreate(H5T_COMPOUND, sizeof(StateRecord)), "cannot create a record type"));
    insert_number(type, "point", offsetof(StateRecord, point));
    insert_number(type, "replica", offsetof(StateRecord, replica));
    insert_number(type, "sequence", offsetof(StateRecord, sequence));
    insert_number(type, "bytes", offsetof(StateRecord, bytes));
    insert_number(type, "progress", offsetof(StateRecord, progress), H5T_IEEE_F64LE);
    insert_number(type, "seconds", offsetof(StateRecord, seconds), H5T_IEEE_F64LE);
    insert_number(type, "checksum", offsetof(StateRecord, checksum));
    return type;
}

Failure pack(const FailureRecord& record) {
    Failure row{1, record.point, record.replica, {}};
    copy_text(row.message, record.message);
    return row;
}

FailureRecord unpack(const Failure& row) { return {row.point, row.replica, text_of(row.message)}; }

Session pack(const SessionRecord& record) {
    Session row{};
    copy_text(row.start, record.start);
    copy_text(row.end, record.end);
    copy_text(row.host, record.host);
    copy_text(row.code_version, record.code_version);
    copy_text(row.instruction_set, record.instruction_set);
    copy_text(row.mpi, record.mpi);
    copy_text(row.hdf5, record.hdf5);
    copy_text(row.command_line, record.command_line);
    row.ranks = record.ranks;
    return row;
}

SessionRecord unpack(const Session& row) {
    return {text_of(row.command_line),    text_of(row.host), text_of(row.code_version),
            text_of(row.instruction_set), text_of(row.mpi),  text_of(row.hdf5),
            text_of(row.start),           text_of(row.end),  row.ranks};
}

void select_box(hid_t file_space, const std::vector<std::size_t>& dataset_shape, std::size_t point, std::size_t points,
                std::size_t replica, std::size_t replicas) {
    std::vector<hsize_t> start(dataset_shape.size(), 0);
    std::vector<hsize_t> count(dataset_shape.begin(), dataset_shape.end());
    start[0] = point;
    count[0] = points;
    start[1] = replica;
    count[1] = replicas;
    hdf5::check(H5Sselect_hyperslab(file_space, H5S_SELECT_SET, start.data(), nullptr, count.data(), nullptr),
                "cannot select rows");
}

}  // namespace gdm::schema
