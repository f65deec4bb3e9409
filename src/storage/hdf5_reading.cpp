#include <fmt/format.h>

#include <algorithm>
#include <cstring>
#include <limits>

#include "gdm/base/error.hpp"
#include "gdm/storage/hdf5.hpp"

namespace gdm::hdf5 {
namespace {

/// No filter of HDF5 packs more bytes than these into one (deflate: 1032).
constexpr double most_compression = 1100;

std::string attribute_name(hid_t object, const std::string& name) {
    return fmt::format("{}: attribute '{}'", name_of(object), name);
}

Attribute open_attribute(hid_t object, const std::string& name) {
    Attribute attribute(H5Aopen(object, name.c_str(), H5P_DEFAULT));
    if (attribute < 0) fail(object, fmt::format("attribute '{}' is missing or cannot be read", name));
    return attribute;
}

/// Number of elements without overflow.
std::size_t elements_of(hid_t space, const std::string& where) {
    if (H5Sget_simple_extent_type(space) == H5S_NULL) throw IoError(where + " is empty");
    std::vector<hsize_t> extent(static_cast<std::size_t>(check(H5Sget_simple_extent_ndims(space), where)));
    check(H5Sget_simple_extent_dims(space, extent.data(), nullptr), where);
    std::size_t elements = 1;
    for (const hsize_t n : extent) {
        // A quarter of a petabyte of doubles: no program asks for so much, and products with 8 do not overflow.
        if (n != 0 && elements > (std::size_t{1} << 45) / n) throw IoError(where + ": its extent cannot be true");
        elements *= n;
    }
    return elements;
}

void require_one(hid_t space, const std::string& where) {
    if (elements_of(space, where) != 1) throw IoError(where + " is an array where one value is needed");
}

/// The text of one string element of a file type, read by `read` into memory of that type.
template <class Read>
std::string text_of(const Type& type, std::size_t most, const std::string& where, Read&& read) {
    if (H5Tget_class(type) != H5T_STRING) throw IoError(where + " is no text");
    if (H5Tis_variable_str(type) > 0) {
        char* raw = nullptr;
        read(&raw);
        std::string text = raw == nullptr ? "" : raw;
        H5free_memory(raw);
        return text;
    }
    const std::size_t size = H5Tget_size(type);
    if (size > most) throw IoError(where + " is longer than the file");
    std::string text(size, '\0');
    read(text.data());
    text.resize(strnlen(text.data(), size));
    return text;
}

/// Follows `path` link by link, each of them one that holds an object of this file.
void require_own_links(hid_t parent, const std::string& path) {
    for (std::size_t end = 0; end != std::string::npos;) {
        end = path.find('/', end + 1);
        const std::string part = path.substr(0, end);
        H5L_info_t info{};
        if (H5Lget_info(parent, part.c_str(), &info, H5P_DEFAULT) < 0) {
            H5Eclear2(H5E_DEFAULT);
            throw IoError(fmt::format("{}: '{}' is missing", name_of(parent), part));
        }
        if (info.type != H5L_TYPE_HARD) {
            throw IoError(fmt::format("{}: '{}' is a link to another place, which is not followed", name_of(parent), part));
        }
    }
}

}  // namespace

std::string name_of(hid_t object) {
    const auto text = [&](auto&& get) {
        std::string name(4096, '\0');
        const auto length = get(object, name.data(), name.size());
        name.resize(length < 0 ? 0 : std::min<std::size_t>(static_cast<std::size_t>(length), name.size() - 1));
        return name;
    };
    const std::string file = text(H5Fget_name), path = text(H5Iget_name);
    return path.empty() || path == "/" ? file : fmt::format("{}: {}", file, path);
}

std::size_t file_bytes(hid_t object) {
    const Handle<H5Fclose> file(check(H5Iget_file_id(object), "cannot find the file of an object"));
    hsize_t bytes = 0;
    check(H5Fget_filesize(file, &bytes), "cannot read the size of a file");
    return bytes;
}

Group open_own_group(hid_t parent, const std::string& path) {
    require_own_links(parent, path);
    return open_group(parent, path);
}

Dataset open_own_dataset(hid_t parent, const std::string& path) {
    require_own_links(parent, path);
    return open_dataset(parent, path);
}

std::vector<std::string> members(hid_t group) {
    std::vector<std::string> names;
    const auto collect = [](hid_t, const char* name, const H5L_info_t* info, void* data) -> herr_t {
        if (info->type == H5L_TYPE_HARD) static_cast<std::vector<std::string>*>(data)->emplace_back(name);
        return 0;
    };
    if (H5Literate(group, H5_INDEX_NAME, H5_ITER_NATIVE, nullptr, collect, &names) < 0) {
        fail(group, "cannot list its members");
    }
    std::vector<std::pair<std::int64_t, std::string>> ordered;
    for (const auto& name : names) {
        const Handle<H5Oclose> object(H5Oopen(group, name.c_str(), H5P_DEFAULT));
        if (object < 0) fail(group, fmt::format("cannot open '{}'", name));
        ordered.emplace_back(has_attribute(object, "index") ? read_integer(object, "index") : 0, name);
    }
    std::sort(ordered.begin(), ordered.end());
    for (std::size_t i = 0; i < names.size(); ++i) names[i] = ordered[i].second;
    return names;
}

std::vector<std::size_t> shape_of(hid_t dataset) {
    const Space space(check(H5Dget_space(dataset), "cannot read a dataspace"));
    if (H5Sget_simple_extent_type(space) == H5S_NULL) throw IoError(name_of(dataset) + " is empty");
    std::vector<hsize_t> extent(static_cast<std::size_t>(check(H5Sget_simple_extent_ndims(space), "cannot read a rank")));
    check(H5Sget_simple_extent_dims(space, extent.data(), nullptr), "cannot read an extent");
    return {extent.begin(), extent.end()};
}

void require_type(hid_t dataset, hid_t type, const char* type_name) {
    const Type present(check(H5Dget_type(dataset), "cannot read a dataset's type"));
    if (H5Tequal(present, type) > 0) return;
    throw IoError(fmt::format("{} holds something else than {}", name_of(dataset), type_name));
}

void require_data(hid_t dataset, bool elsewhere) {
    const std::string where = name_of(dataset);
    const Space space(check(H5Dget_space(dataset), where));
    const Type type(check(H5Dget_type(dataset), where));
    const PropertyList properties(check(H5Dget_create_plist(dataset), where));
    const auto bytes = static_cast<double>(elements_of(space, where)) * static_cast<double>(H5Tget_size(type));
    const H5D_layout_t layout = H5Pget_layout(properties);
    const bool external = layout == H5D_CONTIGUOUS && H5Pget_external_count(properties) > 0;
    if (layout == H5D_VIRTUAL || external) {
        if (!elsewhere) throw IoError(where + " keeps its numbers in another file, which is not read");
        return;
    }
    const auto file = static_cast<double>(file_bytes(dataset));
    const auto most =
        layout == H5D_CHUNKED ? most_compression * file : std::min(file, static_cast<double>(H5Dget_storage_size(dataset)));
    if (bytes > most) {
        throw IoError(fmt::format("{} is said to hold {:.0f} bytes, which are not in the file: it is damaged or cut off",
                                  where, bytes));
    }
}

std::string read_text(hid_t object, const std::string& name, const std::string& missing) {
    if (!has_attribute(object, name)) return missing;
    const Attribute attribute = open_attribute(object, name);
    const std::string where = attribute_name(object, name);
    const Type type(check(H5Aget_type(attribute), where));
    require_one(Space(check(H5Aget_space(attribute), where)), where);
    return text_of(type, file_bytes(object), where, [&](void* memory) { check(H5Aread(attribute, type, memory), where); });
}

std::int64_t read_integer(hid_t object, const std::string& name) {
    const Attribute attribute = open_attribute(object, name);
    const std::string where = attribute_name(object, name);
    const Type type(check(H5Aget_type(attribute), where));
    if (H5Tget_class(type) != H5T_INTEGER) throw IoError(where + " is no integer");
    require_one(Space(check(H5Aget_space(attribute), where)), where);
    std::int64_t value = 0;
    check(H5Aread(attribute, H5T_NATIVE_INT64, &value), where);
    return value;
}

std::vector<double> read_doubles(hid_t dataset) {
    require_type(dataset, H5T_IEEE_F64LE, "doubles");
    require_data(dataset);
    std::size_t size = 1;
    for (const std::size_t n : shape_of(dataset)) size *= n;
    std::vector<double> values(size);
    if (H5Dread(dataset, H5T_NATIVE_DOUBLE, H5S_ALL, H5S_ALL, H5P_DEFAULT, values.data()) < 0) {
        fail(dataset, "cannot read its numbers");
    }
    return values;
}

std::string read_string(hid_t dataset) {
    const std::string where = name_of(dataset);
    const Type type(check(H5Dget_type(dataset), where));
    require_one(Space(check(H5Dget_space(dataset), where)), where);
    require_data(dataset);
    return text_of(type, file_bytes(dataset), where,
                   [&](void* memory) { check(H5Dread(dataset, type, H5S_ALL, H5S_ALL, H5P_DEFAULT, memory), where); });
}

std::string format_of(hid_t file) {
    try {
        return read_text(file, "format");
    } catch (const IoError&) {
        return "";
    }
}

}  // namespace gdm::hdf5
