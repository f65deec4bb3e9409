#include "gdm/storage/sweep_datasets.hpp"

#include <fmt/format.h>

#include "gdm/base/error.hpp"
#include "gdm/storage/sweep_schema.hpp"
#include "gdm/sweep/header.hpp"

namespace gdm {
namespace {

hdf5::Dataset numbers(hid_t file, const std::string& path, hid_t type, const char* type_name,
                      const std::vector<std::size_t>& shape) {
    hdf5::Dataset dataset = hdf5::open_own_dataset(file, path);
    hdf5::require_type(dataset, type, type_name);
    if (const auto found = hdf5::shape_of(dataset); found != shape) {
        throw IoError(fmt::format("{} has the shape ({}), where ({}) belongs", hdf5::name_of(dataset),
                                  fmt::join(found, ", "), fmt::join(shape, ", ")));
    }
    hdf5::require_data(dataset);
    return dataset;
}

hdf5::Dataset table(hid_t file, const std::string& path, const hdf5::Type& type, std::size_t capacity) {
    return numbers(file, path, type, "records of format 1", {capacity});
}

}  // namespace

SweepDatasets::SweepDatasets(hid_t file, const SweepHeader& header) {
    const std::vector<std::size_t> rows{header.points, header.replicas};
    for (const auto& observable : header.observables) {
        auto shape = rows;
        shape.insert(shape.end(), observable.shape.begin(), observable.shape.end());
        observables.push_back(numbers(file, "replicas/" + observable.name, H5T_IEEE_F64LE, "doubles", shape));
    }
    checksum = numbers(file, "status/checksum", H5T_STD_U64LE, "64-bit integers", rows);
    seconds = numbers(file, "status/seconds", H5T_IEEE_F64LE, "doubles", rows);
    session = numbers(file, "status/session", H5T_STD_U32LE, "32-bit integers", rows);
    if (hdf5::exists(file, "status/rank")) {
        rank = numbers(file, "status/rank", H5T_STD_U32LE, "32-bit integers", rows);
    }
    failures = table(file, "status/failures", schema::failure_type(), schema::failure_capacity);
    sessions = table(file, "sessions", schema::session_type(), schema::session_capacity);
    states = StateSlots(file, header);
    if (!header.adaptive.any()) return;
    planned = numbers(file, "status/planned", H5T_STD_U32LE, "32-bit integers", {header.points});
    settled = numbers(file, "status/settled", H5T_STD_U32LE, "32-bit integers", {1});
}

}  // namespace gdm
