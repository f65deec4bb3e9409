#include "gdm/storage/reduced_file.hpp"

#include <fmt/format.h>
#include <hdf5_hl.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <stdexcept>

#include "gdm/base/error.hpp"
#include "gdm/base/not_a_number.hpp"
#include "gdm/storage/disk.hpp"
#include "gdm/storage/hdf5.hpp"
#include "gdm/storage/temporary_file.hpp"
#include "reduced_checksum.hpp"

namespace gdm {
namespace {

void describe(hid_t dataset, const TextAttributes& attributes) {
    for (const auto& [name, text] : attributes) hdf5::write_attribute(dataset, name, text);
}

hdf5::Dataset create(hid_t file, const std::string& name, hid_t type, const std::vector<std::size_t>& shape,
                     const double* fill = nullptr) {
    const hdf5::PropertyList properties(hdf5::check(H5Pcreate(H5P_DATASET_CREATE), "cannot create properties"));
    // netCDF lists attributes in the order of their creation.
    hdf5::check(H5Pset_attr_creation_order(properties, H5P_CRT_ORDER_TRACKED | H5P_CRT_ORDER_INDEXED),
                "cannot set the order");
    if (fill != nullptr) hdf5::check(H5Pset_fill_value(properties, H5T_NATIVE_DOUBLE, fill), "cannot set the fill value");
    const hdf5::Space space = hdf5::simple_space(shape);
    return hdf5::Dataset(hdf5::check(H5Dcreate2(file, name.c_str(), type, space, H5P_DEFAULT, properties, H5P_DEFAULT),
                                     fmt::format("cannot create dataset '{}'", name)));
}

void write(hid_t dataset, hid_t type, const void* values, const std::string& name) {
    hdf5::check(H5Dwrite(dataset, type, H5S_ALL, H5S_ALL, H5P_DEFAULT, values), fmt::format("cannot write '{}'", name));
}

hdf5::Dataset write_words(hid_t file, const std::string& name, const std::vector<std::size_t>& shape,
                          const std::vector<const char*>& labels) {
    const hdf5::Type type = hdf5::string_type();
    hdf5::Dataset dataset = create(file, name, type, shape);
    write(dataset, type, labels.data(), name);
    return dataset;
}

hdf5::Dataset write_values(hid_t file, const ReducedVariable& variable, const std::vector<std::size_t>& shape) {
    if (!variable.words.empty()) {
        std::vector<const char*> labels;
        labels.reserve(variable.values.size());
        for (const double value : variable.values) labels.push_back(variable.word(value).c_str());
        return write_words(file, variable.name, shape, labels);
    }
    hdf5::Dataset dataset = create(file, variable.name, variable.integer ? H5T_STD_I64LE : H5T_IEEE_F64LE, shape,
                                   variable.integer ? nullptr : &not_a_number);
    write(dataset, H5T_NATIVE_DOUBLE, variable.values.data(), variable.name);
    return dataset;
}

hdf5::Dataset write_dimension(hid_t file, const ReducedDimension& dimension) {
    hdf5::Dataset dataset;
    if (dimension.words.empty()) {
        dataset = create(file, dimension.name, H5T_IEEE_F64LE, {dimension.size()});
        write(dataset, H5T_NATIVE_DOUBLE, dimension.values.data(), dimension.name);
    } else {
        std::vector<const char*> labels;
        for (const auto& word : dimension.words) labels.push_back(word.c_str());
        dataset = write_words(file, dimension.name, {dimension.size()}, labels);
    }
    hdf5::check(H5DSset_scale(dataset, dimension.name.c_str()), fmt::format("cannot make '{}' a scale", dimension.name));
    describe(dataset, text_attributes(dimension));
    return dataset;
}

void write_variable(hid_t file, const ReducedVariable& variable, const ReducedFile& content,
                    const std::map<std::string, hdf5::Dataset>& scales) {
    std::vector<std::size_t> shape;
    std::size_t size = 1;
    for (const auto& name : variable.dimensions) {
        const auto dimension = std::find_if(content.dimensions.begin(), content.dimensions.end(),
                                            [&](const ReducedDimension& one) { return one.name == name; });
        if (dimension == content.dimensions.end()) {
            throw std::logic_error(fmt::format("'{}' spans the unknown dimension '{}'", variable.name, name));
        }
        shape.push_back(dimension->size());
        size *= dimension->size();
    }
    if (variable.values.size() != size) {
        throw std::logic_error(
            fmt::format("'{}' has {} numbers for {} places", variable.name, variable.values.size(), size));
    }
    const hdf5::Dataset dataset = write_values(file, variable, shape);
    for (std::size_t i = 0; i < shape.size(); ++i) {
        hdf5::check(H5DSattach_scale(dataset, scales.at(variable.dimensions[i]), static_cast<unsigned>(i)),
                    fmt::format("cannot attach '{}' to '{}'", variable.dimensions[i], variable.name));
    }
    describe(dataset, text_attributes(variable, content));
    if (!variable.integer && variable.words.empty()) hdf5::write_attribute(dataset, "_FillValue", not_a_number);
}

hdf5::File create_file(const TemporaryFile& place) {
    const hdf5::PropertyList properties(hdf5::check(H5Pcreate(H5P_FILE_CREATE), "cannot create properties"));
    // netCDF lists variables in the order of their creation.
    constexpr unsigned order = H5P_CRT_ORDER_TRACKED | H5P_CRT_ORDER_INDEXED;
    hdf5::check(H5Pset_link_creation_order(properties, order), "cannot set the order");
    hdf5::check(H5Pset_attr_creation_order(properties, order), "cannot set the order");
    const hdf5::PropertyList access(hdf5::check(H5Pcreate(H5P_FILE_ACCESS), "cannot create properties"));
    return create_hdf5_file(place, properties, access);
}

void write_content(const TemporaryFile& place, const ReducedFile& content) {
    hdf5::File file = create_file(place);
    hdf5::write_attribute(file, "format", std::string(reduced_format));
    hdf5::write_attribute(file, "format_version", std::int64_t{reduced_format_version});
    for (const auto& [name, value] : content.attributes) {
        std::visit([&, &key = name](const auto& one) { hdf5::write_attribute(file, key, one); }, value);
    }
    hdf5::write_attribute(file, "content_crc32", std::int64_t{content_crc32(content)});
    std::map<std::string, hdf5::Dataset> scales;
    for (const auto& dimension : content.dimensions) scales[dimension.name] = write_dimension(file, dimension);
    for (const auto& variable : content.variables) write_variable(file, variable, content, scales);
    scales.clear();
    hdf5::check(H5Fclose(file.release()), fmt::format("cannot finish {}", place.path().string()));
}

double bytes_of(const ReducedFile& content) {
    double bytes = 65536;
    for (const auto& dimension : content.dimensions) bytes += 4096 + 8.0 * static_cast<double>(dimension.size());
    for (const auto& variable : content.variables) bytes += 4096 + 8.0 * static_cast<double>(variable.values.size());
    return bytes;
}

}  // namespace

const std::string& ReducedVariable::word(double value) const {
    static const std::string none;
    return std::isnan(value) ? none : words.at(static_cast<std::size_t>(value));
}

const ReducedVariable* ReducedFile::find(std::string_view name) const {
    const auto found = std::find_if(variables.begin(), variables.end(), [&](const auto& one) { return one.name == name; });
    return found == variables.end() ? nullptr : &*found;
}

const ReducedAttribute* ReducedFile::find_attribute(std::string_view name) const {
    const auto found =
        std::find_if(attributes.begin(), attributes.end(), [&](const auto& one) { return one.first == name; });
    return found == attributes.end() ? nullptr : &found->second;
}

bool is_reduced_file(const std::filesystem::path& path) {
    try {
        return hdf5::format_of(hdf5::open_for_reading(path)) == reduced_format;
    } catch (const IoError&) {
        return false;
    }
}

void write_reduced_file(const std::filesystem::path& path, const ReducedFile& content) {
    require_room(path, bytes_of(content));
    TemporaryFile place(path);
    write_content(place, content);
    place.take_place();
}

}  // namespace gdm
