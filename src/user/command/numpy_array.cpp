#include "numpy_array.hpp"

#include <fmt/format.h>

#include <charconv>
#include <cstdint>
#include <cstring>
#include <functional>
#include <map>
#include <regex>
#include <stdexcept>

#include "gdm/base/text.hpp"

namespace gdm {
namespace {

template <class Number>
double number_at(const char* place) {
    Number number;
    std::memcpy(&number, place, sizeof number);
    return static_cast<double>(number);
}

struct NumberType {
    std::size_t size;
    double (*at)(const char* place);
};

/// Of one NumPy dtype ("<f8"), little-endian.
const NumberType& number_type(const std::string& descr) {
    static const std::map<std::string, NumberType> types{
        {"<f8", {8, number_at<double>}},        {"<f4", {4, number_at<float>}},
        {"|b1", {1, number_at<std::uint8_t>}},  {"|i1", {1, number_at<std::int8_t>}},
        {"<i2", {2, number_at<std::int16_t>}},  {"<i4", {4, number_at<std::int32_t>}},
        {"<i8", {8, number_at<std::int64_t>}},  {"|u1", {1, number_at<std::uint8_t>}},
        {"<u2", {2, number_at<std::uint16_t>}}, {"<u4", {4, number_at<std::uint32_t>}},
        {"<u8", {8, number_at<std::uint64_t>}},
    };
    const auto found = types.find(descr);
    if (found == types.end())
        throw std::runtime_error(fmt::format("an array of type {}, not of numbers", cut_text(descr, 20)));
    return found->second;
}

std::string field(const std::string& header, const char* pattern) {
    std::smatch found;
    if (!std::regex_search(header, found, std::regex(pattern))) throw std::runtime_error("no header of NumPy");
    return found[1];
}

std::vector<std::size_t> parse_shape(const std::string& text) {
    std::vector<std::size_t> shape;
    for (const auto& part : split(text, ',')) {
        if (part.empty()) continue;  // after the comma of (16,)
        std::size_t length = 0;
        if (std::from_chars(part.data(), part.data() + part.size(), length).ptr != part.data() + part.size()) {
            throw std::runtime_error("no shape of NumPy");
        }
        shape.push_back(length);
    }
    return shape;
}

}  // namespace

NumpyArray parse_npy(std::string_view bytes) {
    constexpr std::string_view magic = "\x93NUMPY";
    constexpr std::uint32_t most_header = 4096;  // 128 bytes are usual; a regular expression takes stack for each of them
    if (!bytes.starts_with(magic) || bytes.size() < 12) throw std::runtime_error("no array of NumPy");
    const bool first_version = bytes[6] == 1;
    const std::size_t begin = first_version ? 10 : 12;
    std::uint32_t length = 0;
    std::memcpy(&length, bytes.data() + 8, first_version ? 2 : 4);
    if (length > bytes.size() - begin || length > most_header) throw std::runtime_error("no header of NumPy");
    const std::string header(bytes.substr(begin, length));
    const std::string_view data = bytes.substr(begin + length);

    const NumberType& type = number_type(field(header, R"('descr': *'([^']*)')"));
    const bool fortran = field(header, R"('fortran_order': *(True|False))") == "True";
    NumpyArray array{parse_shape(field(header, R"('shape': *\(([0-9, ]*)\))")), {}};
    std::size_t count = 1;
    for (const std::size_t n : array.shape) {
        if (n != 0 && count > data.size() / n) throw std::runtime_error("an array that is cut short");
        count *= n;
    }
    if (count > data.size() / type.size) throw std::runtime_error("an array that is cut short");
    array.values.resize(count);
    std::vector<std::size_t> index(array.shape.size(), 0);
    for (std::size_t c = 0; c < count; ++c) {
        std::size_t place = c;
        if (fortran) {
            place = 0;
            for (std::size_t k = index.size(); k-- > 0;) place = place * array.shape[k] + index[k];
            for (std::size_t k = index.size(); k-- > 0 && ++index[k] == array.shape[k];) index[k] = 0;
        }
        array.values[c] = type.at(data.data() + place * type.size);
    }
    return array;
}

}  // namespace gdm
