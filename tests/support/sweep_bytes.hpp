#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "gdm/storage/hdf5.hpp"

namespace gdm::test {

/// What must be the same however a sweep file came about, byte by byte: /axes, /points, /replicas, /status/checksum.
inline std::map<std::string, std::vector<char>> sweep_bytes(const std::filesystem::path& path) {
    const hdf5::File file = hdf5::open_for_reading(path);
    std::map<std::string, std::vector<char>> bytes;
    const auto read = [&](const std::string& name) {
        const hdf5::Dataset dataset = hdf5::open_dataset(file, name);
        const hdf5::Type type(hdf5::check(H5Dget_type(dataset), "cannot read a dataset's type"));
        std::size_t size = H5Tget_size(type);
        std::string shape;
        for (const std::size_t n : hdf5::shape_of(dataset)) {
            size *= n;
            shape += " " + std::to_string(n);
        }
        auto& values = bytes[name + shape + " " + hdf5::read_text(dataset, "words")];
        values.resize(size);
        hdf5::check(H5Dread(dataset, type, H5S_ALL, H5S_ALL, H5P_DEFAULT, values.data()), "cannot read a dataset");
    };
    for (const std::string group : {"axes", "points", "replicas"}) {
        for (const auto& name : hdf5::members(hdf5::open_group(file, group))) read(group + "/" + name);
    }
    read("status/checksum");
    return bytes;
}

}  // namespace gdm::test
