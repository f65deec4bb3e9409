#include "gdm/storage/user_dataset.hpp"

#include <fmt/format.h>
#include <xxhash.h>

#include <filesystem>

#include "gdm/base/error.hpp"
#include "gdm/storage/hdf5.hpp"

namespace gdm {

Array read_user_dataset(const std::string& source) {
    const auto colon = source.rfind(":/");
    if (colon == std::string::npos || colon == 0 || colon + 2 >= source.size()) {
        throw UsageError(fmt::format("'{}': a dataset is given as FILE.h5:/NAME", source));
    }
    const std::string path = source.substr(0, colon), name = source.substr(colon + 1);
    if (!std::filesystem::exists(path)) throw UsageError(fmt::format("{}: no such file", path));
    const hdf5::File file = hdf5::open_for_reading(path);
    const hid_t opened = H5Dopen2(file, name.c_str(), H5P_DEFAULT);
    if (opened < 0) {
        H5Eclear2(H5E_DEFAULT);
        const auto names = hdf5::members(file);
        const std::string nearest = nearest_name(name.substr(1), names);
        throw UsageError(fmt::format("{} has no dataset '{}'{}", path, name,
                                     nearest.empty() ? "" : fmt::format("; did you mean '/{}'?", nearest)));
    }
    const hdf5::Dataset dataset(opened);
    const hdf5::Type type(hdf5::check(H5Dget_type(dataset), "cannot read a dataset's type"));
    const H5T_class_t kind = H5Tget_class(type);
    if (kind != H5T_FLOAT && kind != H5T_INTEGER) {
        throw UsageError(fmt::format("{}: holds no numbers; floating-point and integer datasets are read", source));
    }
    Array array;
    array.shape = hdf5::shape_of(dataset);
    array.source = source;
    std::size_t size = 1;
    for (const std::size_t n : array.shape) size *= n;
    if (size == 0) throw UsageError(fmt::format("{}: the dataset is empty", source));
    const std::shared_ptr<double[]> values(new double[size]);
    hdf5::check(H5Dread(dataset, H5T_NATIVE_DOUBLE, H5S_ALL, H5S_ALL, H5P_DEFAULT, values.get()),
                fmt::format("cannot read {}", source));
    array.content_hash = XXH3_64bits(values.get(), size * sizeof(double));
    array.values = values;
    return array;
}

std::vector<std::size_t> user_dataset_shape(const std::string& source) { return read_user_dataset(source).shape; }

}  // namespace gdm
