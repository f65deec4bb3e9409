#include "reduced_checksum.hpp"

#include <algorithm>
#include <array>
#include <map>
#include <span>

#include "gdm/base/text.hpp"

namespace gdm {
namespace {

/// The polynomial of IEEE 802.3, reflected.
constexpr std::array<std::uint32_t, 256> crc_table = [] {
    std::array<std::uint32_t, 256> table{};
    for (std::uint32_t byte = 0; byte < 256; ++byte) {
        std::uint32_t rest = byte;
        for (int bit = 0; bit < 8; ++bit) rest = (rest >> 1) ^ (rest % 2 == 0 ? 0 : 0xEDB88320u);
        table[byte] = rest;
    }
    return table;
}();

class Crc {
  public:
    void bytes(const void* data, std::size_t size) {
        for (const unsigned char byte : std::span(static_cast<const unsigned char*>(data), size)) {
            state_ = (state_ >> 8) ^ crc_table[(state_ ^ byte) & 0xFF];
        }
    }
    void text(const std::string& value) { bytes(value.c_str(), value.size() + 1); }
    template <class Number>
    void number(Number value) {
        static_assert(sizeof value == 8);
        bytes(&value, sizeof value);
    }
    void attributes(TextAttributes list) {
        std::sort(list.begin(), list.end());
        for (const auto& [name, value] : list) {
            text(name);
            text(value);
        }
    }
    [[nodiscard]] std::uint32_t value() const noexcept { return ~state_; }

  private:
    std::uint32_t state_ = 0xFFFFFFFF;
};

/// xarray decodes a variable with one of the long unit words as a time difference.
std::string safe_unit(const std::string& unit) {
    static const std::map<std::string, std::string> abbreviations = {
        {"days", "d"},          {"hours", "h"},         {"minutes", "min"},    {"seconds", "s"},
        {"milliseconds", "ms"}, {"microseconds", "us"}, {"nanoseconds", "ns"},
    };
    const auto found = abbreviations.find(unit);
    return found == abbreviations.end() ? unit : found->second;
}

/// Names of the coordinates over some of the variable's dimensions (CF's attribute `coordinates`).
std::string coordinates_of(const ReducedVariable& variable, const ReducedFile& content) {
    std::vector<std::string> names;
    for (const auto& other : content.variables) {
        const auto spanned = [&](const std::string& dimension) {
            return std::find(variable.dimensions.begin(), variable.dimensions.end(), dimension) != variable.dimensions.end();
        };
        if (other.coordinate && std::all_of(other.dimensions.begin(), other.dimensions.end(), spanned)) {
            names.push_back(other.name);
        }
    }
    return join(names, " ");
}

void add(Crc& crc, const ReducedDimension& dimension) {
    crc.text(dimension.name);
    crc.attributes(text_attributes(dimension));
    crc.number(std::uint64_t{dimension.size()});
    for (const auto& word : dimension.words) crc.text(word);
    if (dimension.words.empty()) crc.bytes(dimension.values.data(), 8 * dimension.values.size());
}

void add(Crc& crc, const ReducedVariable& variable, const ReducedFile& content) {
    crc.text(variable.name);
    crc.attributes(text_attributes(variable, content));
    for (const auto& name : variable.dimensions) {
        const auto dimension = std::find_if(content.dimensions.begin(), content.dimensions.end(),
                                            [&](const ReducedDimension& one) { return one.name == name; });
        if (dimension == content.dimensions.end()) continue;  // which is refused when it is written
        crc.text(name);
        crc.number(std::uint64_t{dimension->size()});
    }
    if (!variable.words.empty()) {
        for (const double value : variable.values) crc.text(variable.word(value));
    } else if (variable.integer) {
        for (const double value : variable.values) crc.number(static_cast<std::int64_t>(value));
    } else {
        crc.bytes(variable.values.data(), 8 * variable.values.size());
    }
}

}  // namespace

TextAttributes text_attributes(const ReducedDimension& dimension) {
    TextAttributes list;
    if (dimension.words.empty() && !dimension.unit.empty()) list.emplace_back("units", safe_unit(dimension.unit));
    list.emplace_back("long_name", dimension.description);
    return list;
}

TextAttributes text_attributes(const ReducedVariable& variable, const ReducedFile& content) {
    TextAttributes list;
    if (variable.words.empty() && !variable.unit.empty()) list.emplace_back("units", safe_unit(variable.unit));
    list.emplace_back("long_name", variable.description);
    list.insert(list.end(), variable.notes.begin(), variable.notes.end());
    if (const std::string names = coordinates_of(variable, content); !variable.coordinate && !names.empty()) {
        list.emplace_back("coordinates", names);
    }
    return list;
}

std::uint32_t content_crc32(const ReducedFile& content) {
    Crc crc;
    std::map<std::string, const ReducedAttribute*> attributes;
    for (const auto& [name, value] : content.attributes) attributes[name] = &value;
    for (const auto& [name, value] : attributes) {
        crc.text(name);
        if (const auto* text = std::get_if<std::string>(value)) {
            crc.text(*text);
        } else if (const auto* number = std::get_if<double>(value)) {
            crc.number(*number);
        } else {
            crc.number(std::get<std::int64_t>(*value));
        }
    }
    std::map<std::string, std::pair<const ReducedDimension*, const ReducedVariable*>> objects;
    for (const auto& dimension : content.dimensions) objects[dimension.name].first = &dimension;
    for (const auto& variable : content.variables) objects[variable.name].second = &variable;
    for (const auto& [name, object] : objects) {
        if (object.first != nullptr) add(crc, *object.first);
        if (object.second != nullptr) add(crc, *object.second, content);
    }
    return crc.value();
}

}  // namespace gdm
