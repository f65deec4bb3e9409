#include "mutations.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <fstream>
#include <limits>

#include "support/hdf5_damage.hpp"

namespace gdm::fuzz {
namespace {

template <class List>
const auto& one_of(const List& list, Random& random) {
    return list[random() % std::size(list)];
}

struct Object {
    std::string path;
    bool dataset;
};

std::vector<Object> objects_of(hid_t file) {
    std::vector<Object> objects;
    const auto collect = [](hid_t, const char* name, const H5O_info_t* info, void* data) -> herr_t {
        static_cast<std::vector<Object>*>(data)->push_back({name, info->type == H5O_TYPE_DATASET});
        return 0;
    };
    H5Ovisit(file, H5_INDEX_NAME, H5_ITER_NATIVE, collect, &objects);
    return objects;
}

std::vector<std::string> attributes_of(hid_t file, const std::string& path) {
    std::vector<std::string> names;
    const auto collect = [](hid_t, const char* name, const H5A_info_t*, void* data) -> herr_t {
        static_cast<std::vector<std::string>*>(data)->emplace_back(name);
        return 0;
    };
    H5Aiterate_by_name(file, path.c_str(), H5_INDEX_NAME, H5_ITER_NATIVE, nullptr, collect, &names, H5P_DEFAULT);
    return names;
}

std::vector<std::size_t> random_shape(Random& random, std::vector<std::size_t> shape) {
    constexpr std::size_t extents[] = {
        0, 1, 2, 3, 5, 64, 4096, std::size_t{1} << 31, std::size_t{1} << 40, std::size_t{1} << 60};
    switch (random() % 5) {
        case 0:
            return {};
        case 1:
            if (!shape.empty()) shape.erase(shape.begin() + static_cast<std::ptrdiff_t>(random() % shape.size()));
            return shape;
        case 2:
            shape.push_back(one_of(extents, random));
            return shape;
        case 3:
            if (!shape.empty()) shape[random() % shape.size()] = one_of(extents, random);
            return shape;
        default:
            if (!shape.empty()) shape[random() % shape.size()] += random() % 3 - 1;
            return shape;
    }
}

hdf5::Type random_type(Random& random) {
    const hid_t types[] = {H5T_IEEE_F64LE, H5T_IEEE_F32BE, H5T_STD_I64LE, H5T_STD_U32LE, H5T_STD_U8LE, H5T_STD_U64BE};
    const auto pick = random() % 9;
    if (pick < 6) return hdf5::Type(H5Tcopy(types[pick]));
    if (pick == 6) return hdf5::string_type();
    if (pick == 7) {
        hdf5::Type text(H5Tcopy(H5T_C_S1));
        H5Tset_size(text, std::size_t{1} << (random() % 15));
        return text;
    }
    hdf5::Type compound(H5Tcreate(H5T_COMPOUND, 16));
    H5Tinsert(compound, "used", 0, H5T_STD_U64LE);
    H5Tinsert(compound, "point", 8, H5T_IEEE_F64LE);
    return compound;
}

std::string damage_attribute(hid_t file, const std::string& object, Random& random) {
    const auto names = attributes_of(file, object);
    if (names.empty()) return "nothing";
    const std::string& name = one_of(names, random);
    const std::string what = fmt::format("attribute {} of {}: ", name, object);
    constexpr std::int64_t numbers[] = {
        -1, 0, 1, 2, 3, 7, 100, 4097, std::int64_t{1} << 31, std::int64_t{1} << 45, INT64_MAX, INT64_MIN};
    static const std::vector<std::string> texts = {"",
                                                   ",",
                                                   "t",
                                                   "grid",
                                                   "inner",
                                                   "fixed",
                                                   "setting",
                                                   "mean",
                                                   "log_mean_exp",
                                                   "stored",
                                                   "0,1",
                                                   "a,b,c",
                                                   "none",
                                                   "1,2,3,4,5,6,7,8",
                                                   "(((",
                                                   "no such",
                                                   std::string(5000, 'x'),
                                                   "\x1b[2J"};
    switch (random() % 6) {
        case 0:
            test::delete_attribute(file, object, name);
            return what + "deleted";
        case 1: {
            const auto value = one_of(numbers, random);
            test::replace_integer(file, object, name, value);
            return what + fmt::format("the number {}", value);
        }
        case 2: {
            const auto& value = one_of(texts, random);
            test::replace_text(file, object, name, value);
            return what + fmt::format("the text '{}'", value.substr(0, 30));
        }
        case 3: {
            const hdf5::Type type = random_type(random);
            const std::size_t n = random() % 5 * (random() % 400);
            // Text of variable length: no text at all.
            test::replace_attribute(file, object, name, type, {n});
            return what + fmt::format("an array of {}", n);
        }
        case 4: {
            const hdf5::Type type = random_type(random);
            test::replace_attribute(file, object, name, type, {});
            return what + "another type";
        }
        default: {
            const std::string other = name + (random() % 2 == 0 ? "_" : "x");
            H5Arename_by_name(file, object.c_str(), name.c_str(), other.c_str(), H5P_DEFAULT);
            return what + "renamed";
        }
    }
}

std::string damage_values(hid_t file, const std::string& path, Random& random) {
    constexpr double numbers[] = {0,
                                  1,
                                  2,
                                  -1,
                                  0.5,
                                  3,
                                  1e300,
                                  -1e300,
                                  1e10,
                                  4294967295.0,
                                  9007199254740993.0,
                                  std::numeric_limits<double>::infinity(),
                                  std::numeric_limits<double>::quiet_NaN(),
                                  1e-320};
    const auto shape = hdf5::shape_of(hdf5::open_dataset(file, path));
    std::size_t size = 1;
    for (const std::size_t n : shape) size *= n;
    if (size == 0 || size > 100000) return "nothing";
    const std::size_t at = random() % size;
    const double value = one_of(numbers, random);
    test::set_number(file, path, at, value);
    return fmt::format("number {} of {} is {}", at, path, value);
}

/// Fills a random record of a table with random bytes.
std::string damage_record(hid_t file, const std::string& path, Random& random) {
    const hdf5::Dataset dataset = hdf5::open_dataset(file, path);
    const hdf5::Type type(H5Dget_type(dataset));
    if (H5Tget_class(type) != H5T_COMPOUND) return damage_values(file, path, random);
    const auto shape = hdf5::shape_of(dataset);
    if (shape.size() != 1 || shape[0] == 0) return "nothing";
    std::vector<char> row(H5Tget_size(type));
    for (char& byte : row) byte = static_cast<char>(random() % 3 == 0 ? 1 : random());
    if (path.find("failures") != std::string::npos) {
        std::fill_n(row.begin(), 24, char{0});
        row[0] = 1;
        if (random() % 2 == 0) row[8 + random() % 16] = static_cast<char>(random());
    }
    const hsize_t start = random() % 4 == 0 ? random() % shape[0] : 0, count = 1;
    const hdf5::Space space(H5Dget_space(dataset)), memory = hdf5::simple_space({1});
    H5Sselect_hyperslab(space, H5S_SELECT_SET, &start, nullptr, &count, nullptr);
    H5Dwrite(dataset, type, memory, space, H5P_DEFAULT, row.data());
    return fmt::format("record {} of {}", start, path);
}

std::string reshape(hid_t file, const std::string& path, Random& random) {
    const hdf5::Dataset former = hdf5::open_dataset(file, path);
    const auto shape = random_shape(random, hdf5::shape_of(former));
    hdf5::Type type(H5Dget_type(former));
    if (random() % 3 == 0) type = random_type(random);
    const hdf5::PropertyList properties(H5Pcreate(H5P_DATASET_CREATE));
    double size = static_cast<double>(H5Tget_size(type));
    for (const std::size_t n : shape) size *= static_cast<double>(n);
    const auto layout = random() % 4;
    if (layout == 0 && !shape.empty() && std::find(shape.begin(), shape.end(), 0u) == shape.end()) {
        std::vector<hsize_t> chunk(shape.begin(), shape.end());
        for (hsize_t& n : chunk) n = std::min<hsize_t>(n, 16);
        H5Pset_chunk(properties, static_cast<int>(chunk.size()), chunk.data());
    } else if (layout == 1) {
        H5Pset_external(properties, "/dev/zero", 0, H5F_UNLIMITED);
    } else if (size < 1e6) {
        H5Pset_alloc_time(properties, H5D_ALLOC_TIME_EARLY);
    }
    test::replace_dataset(file, path, type, shape, properties);
    return fmt::format("{} has the shape ({}), layout {}", path, fmt::join(shape, ", "), layout);
}

std::string damage_link(hid_t file, const std::vector<Object>& objects, const std::string& path, Random& random) {
    const auto pick = random() % 6;
    const std::string& other = one_of(objects, random).path;
    if (pick == 1) {
        H5Lmove(file, path.c_str(), file, (path + "_").c_str(), H5P_DEFAULT, H5P_DEFAULT);
        return path + " renamed";
    }
    H5Ldelete(file, path.c_str(), H5P_DEFAULT);
    if (pick == 2) H5Lcreate_soft(("/" + other).c_str(), file, path.c_str(), H5P_DEFAULT, H5P_DEFAULT);
    if (pick == 3) H5Lcreate_external("/dev/stdin", "/x", file, path.c_str(), H5P_DEFAULT, H5P_DEFAULT);
    if (pick == 4) H5Lcreate_hard(file, other.c_str(), file, path.c_str(), H5P_DEFAULT, H5P_DEFAULT);
    if (pick == 5) static_cast<void>(hdf5::create_group(file, path));
    return fmt::format("{} deleted{}", path, pick > 1 ? fmt::format(", another link ({}) in its place", pick) : "");
}

}  // namespace

std::vector<Piece> metadata_of(const std::filesystem::path& path) {
    const hdf5::File file = hdf5::open_for_reading(path);
    std::vector<Piece> data, between;
    for (const auto& [name, is_dataset] : objects_of(file)) {
        if (!is_dataset) continue;
        const hdf5::Dataset dataset = hdf5::open_dataset(file, name);
        const haddr_t offset = H5Dget_offset(dataset);
        if (offset != HADDR_UNDEF) data.push_back({offset, offset + H5Dget_storage_size(dataset)});
    }
    std::sort(data.begin(), data.end(), [](const Piece& a, const Piece& b) { return a.first < b.first; });
    std::size_t first = 0;
    for (const auto& piece : data) {
        if (piece.first > first) between.push_back({first, piece.first});
        first = std::max(first, piece.last);
    }
    if (const auto size = std::filesystem::file_size(path); size > first) between.push_back({first, size});
    return between;
}

std::string damage_bytes(const std::filesystem::path& path, const std::vector<Piece>& metadata, Random& random) {
    std::fstream file(path, std::ios::in | std::ios::out | std::ios::binary);
    const std::size_t size = std::filesystem::file_size(path);
    if (random() % 40 == 0) {
        std::filesystem::resize_file(path, random() % size);
        return "cut off";
    }
    std::size_t in_metadata = 0;
    for (const auto& piece : metadata) in_metadata += piece.last - piece.first;
    std::string what = "bytes";
    const std::size_t flips = random() % 3 == 0 ? 1 + random() % 16 : 1;
    for (std::size_t i = 0; i < flips; ++i) {
        std::size_t at = random() % size;
        if (random() % 4 != 0) {
            std::size_t rest = random() % in_metadata;
            for (const auto& piece : metadata) {
                at = piece.first + rest;
                if (rest < piece.last - piece.first) break;
                rest -= piece.last - piece.first;
            }
        }
        file.seekg(static_cast<std::streamoff>(at));
        auto byte = static_cast<char>(file.get());
        byte = static_cast<char>(random() % 4 == 0 ? random() : static_cast<unsigned char>(byte) ^ (1u << random() % 8));
        file.seekp(static_cast<std::streamoff>(at));
        file.put(byte);
        what += fmt::format(" {}", at);
    }
    return what;
}

std::string damage_structure(const std::filesystem::path& path, Random& random) {
    const hdf5::File file = test::open_to_damage(path);
    const auto objects = objects_of(file);
    const Object& object = one_of(objects, random);
    if (object.path == "." || !object.dataset) {
        if (object.path != "." && random() % 4 == 0) return damage_link(file, objects, object.path, random);
        return damage_attribute(file, object.path, random);
    }
    switch (random() % 5) {
        case 0:
            return damage_attribute(file, object.path, random);
        case 1:
            return damage_values(file, object.path, random);
        case 2:
            return damage_record(file, object.path, random);
        case 3:
            return damage_link(file, objects, object.path, random);
        default:
            return reshape(file, object.path, random);
    }
}

}  // namespace gdm::fuzz
