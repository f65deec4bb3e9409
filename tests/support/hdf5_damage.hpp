#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "gdm/storage/hdf5.hpp"

/// Ways to damage an HDF5 file that stays one.
namespace gdm::test {

inline hdf5::File open_to_damage(const std::filesystem::path& path) {
    return hdf5::File(hdf5::check(H5Fopen(path.c_str(), H5F_ACC_RDWR, H5P_DEFAULT), "cannot open the file to damage"));
}

/// Puts an attribute of this type and shape in the place of another; of zeros unless `values` gives its bytes.
inline void replace_attribute(hid_t file, const std::string& object, const std::string& name, hid_t type,
                              const std::vector<std::size_t>& shape, const void* values = nullptr) {
    const hdf5::Handle<H5Oclose> holder(hdf5::check(H5Oopen(file, object.c_str(), H5P_DEFAULT), "no " + object));
    if (H5Aexists(holder, name.c_str()) > 0) H5Adelete(holder, name.c_str());
    const hdf5::Space space = hdf5::simple_space(shape);
    const hdf5::Attribute attribute(
        hdf5::check(H5Acreate2(holder, name.c_str(), type, space, H5P_DEFAULT, H5P_DEFAULT), "cannot damage " + name));
    std::size_t size = H5Tget_size(type);
    for (const std::size_t n : shape) size *= n;
    if (size == 0) return;
    const std::vector<char> zeros(values == nullptr ? size : 0);
    hdf5::check(H5Awrite(attribute, type, values == nullptr ? zeros.data() : values), "cannot damage " + name);
}

inline void replace_integer(hid_t file, const std::string& object, const std::string& name, std::int64_t value) {
    replace_attribute(file, object, name, H5T_NATIVE_INT64, {}, &value);
}

inline void replace_text(hid_t file, const std::string& object, const std::string& name, const std::string& value) {
    const char* text = value.c_str();
    replace_attribute(file, object, name, hdf5::string_type(), {}, &text);
}

inline void delete_attribute(hid_t file, const std::string& object, const std::string& name) {
    H5Adelete_by_name(file, object.c_str(), name.c_str(), H5P_DEFAULT);
}

/// Puts a dataset of this type and shape, without numbers, in the place of another, and gives it the attributes of that one.
inline void replace_dataset(hid_t file, const std::string& path, hid_t type, const std::vector<std::size_t>& shape,
                            hid_t properties = H5P_DEFAULT) {
    const hdf5::Space space = hdf5::simple_space(shape);
    const hdf5::Dataset next(
        hdf5::check(H5Dcreate_anon(file, type, space, properties, H5P_DEFAULT), "cannot damage " + path));
    {
        const hdf5::Handle<H5Oclose> former(H5Oopen(file, path.c_str(), H5P_DEFAULT));
        const auto copy = [](hid_t from, const char* name, const H5A_info_t*, void* to) -> herr_t {
            const hdf5::Attribute source(H5Aopen(from, name, H5P_DEFAULT));
            const hdf5::Type kind(H5Aget_type(source));
            const hdf5::Space extent(H5Aget_space(source));
            const hdf5::Attribute target(H5Acreate2(*static_cast<hid_t*>(to), name, kind, extent, H5P_DEFAULT, H5P_DEFAULT));
            std::vector<char> value(H5Tget_size(kind) *
                                    static_cast<std::size_t>(std::max<hssize_t>(1, H5Sget_simple_extent_npoints(extent))));
            H5Aread(source, kind, value.data());
            H5Awrite(target, kind, value.data());
            return 0;
        };
        hid_t target = next;
        if (former >= 0) H5Aiterate2(former, H5_INDEX_NAME, H5_ITER_NATIVE, nullptr, copy, &target);
    }
    H5Ldelete(file, path.c_str(), H5P_DEFAULT);
    hdf5::check(H5Olink(next, file, path.c_str(), H5P_DEFAULT, H5P_DEFAULT), "cannot damage " + path);
}

/// Overwrites number `at` of a dataset of numbers.
inline void set_number(hid_t file, const std::string& path, std::size_t at, double value) {
    const hdf5::Dataset dataset = hdf5::open_dataset(file, path);
    const hdf5::Space space(H5Dget_space(dataset));
    std::size_t size = 1;
    for (const std::size_t n : hdf5::shape_of(dataset)) size *= n;
    std::vector<double> values(size);
    H5Dread(dataset, H5T_NATIVE_DOUBLE, H5S_ALL, H5S_ALL, H5P_DEFAULT, values.data());
    values.at(at) = value;
    hdf5::check(H5Dwrite(dataset, H5T_NATIVE_DOUBLE, H5S_ALL, H5S_ALL, H5P_DEFAULT, values.data()), "cannot damage " + path);
}

}  // namespace gdm::test
