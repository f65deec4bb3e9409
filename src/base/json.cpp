#include "gdm/base/json.hpp"

#include <fmt/format.h>

#include <cmath>

namespace gdm {
namespace {

/// Bytes of the UTF-8 character that `text` begins with; 0 if there is none.
std::size_t character_length(std::string_view text) {
    const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
    const unsigned first = byte(0);
    const std::size_t length = first < 0x80   ? 1
                               : first < 0xC2 ? 0
                               : first < 0xE0 ? 2
                               : first < 0xF0 ? 3
                               : first < 0xF5 ? 4
                                              : 0;
    if (length > text.size()) return 0;
    for (std::size_t i = 1; i < length; ++i) {
        if ((byte(i) & 0xC0) != 0x80) return 0;
    }
    // Neither longer than needed, nor a surrogate, nor beyond U+10FFFF.
    if ((first == 0xE0 && byte(1) < 0xA0) || (first == 0xED && byte(1) > 0x9F) || (first == 0xF0 && byte(1) < 0x90) ||
        (first == 0xF4 && byte(1) > 0x8F)) {
        return 0;
    }
    return length;
}

std::string quoted(std::string_view text) {
    std::string result = "\"";
    while (!text.empty()) {
        const std::size_t length = character_length(text);
        const auto first = static_cast<unsigned char>(text[0]);
        if (length == 0) {
            result += "\\ufffd";
        } else if (first == '"' || first == '\\') {
            result += {'\\', text[0]};
        } else if (first < 0x20 || first == 0x7F) {
            result += fmt::format("\\u{:04x}", first);
        } else {
            result += text.substr(0, length);
        }
        text.remove_prefix(length == 0 ? 1 : length);
    }
    return result + '"';
}

}  // namespace

JsonWriter& JsonWriter::key(std::string_view name) {
    separate();
    text_ += quoted(name) + (indent_ > 0 ? ": " : ":");
    after_key_ = true;
    return *this;
}

JsonWriter& JsonWriter::value(std::string_view text) { return raw(quoted(text)); }

JsonWriter& JsonWriter::value(double number) { return raw(std::isfinite(number) ? fmt::format("{}", number) : "null"); }

JsonWriter& JsonWriter::value(bool truth) { return raw(truth ? "true" : "false"); }

JsonWriter& JsonWriter::raw(std::string_view token) {
    separate();
    text_ += token;
    return *this;
}

JsonWriter& JsonWriter::open(char bracket) {
    separate();
    text_ += bracket;
    empty_.push_back(true);
    return *this;
}

JsonWriter& JsonWriter::close(char bracket) {
    const bool empty = empty_.back();
    empty_.pop_back();
    if (!empty) new_line();
    text_ += bracket;
    return *this;
}

void JsonWriter::separate() {
    if (!after_key_ && !empty_.empty()) {
        if (!empty_.back()) text_ += ',';
        empty_.back() = false;
        new_line();
    }
    after_key_ = false;
}

void JsonWriter::new_line() {
    if (indent_ > 0) text_ += '\n' + std::string(empty_.size() * static_cast<std::size_t>(indent_), ' ');
}

}  // namespace gdm
