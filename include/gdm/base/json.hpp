#pragma once

#include <concepts>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace gdm {

/// Writes a JSON document (RFC 8259) piece by piece, members in the order given. Numbers read back as the same doubles; NaN
/// and infinities, which JSON lacks, become null; bytes that are no UTF-8 become U+FFFD.
class JsonWriter {
  public:
    /// `indent` spaces a level, a line each member; 0: all in one line.
    explicit JsonWriter(int indent = 0) : indent_(indent) {}

    JsonWriter& begin_object() { return open('{'); }
    JsonWriter& end_object() { return close('}'); }
    JsonWriter& begin_array() { return open('['); }
    JsonWriter& end_array() { return close(']'); }
    JsonWriter& key(std::string_view name);

    JsonWriter& value(std::string_view text);
    JsonWriter& value(const char* text) { return value(std::string_view(text)); }
    JsonWriter& value(double number);
    JsonWriter& value(bool truth);
    JsonWriter& value(std::integral auto number) { return raw(std::to_string(number)); }
    template <class T>
    JsonWriter& value(const std::optional<T>& maybe) {
        return maybe ? value(*maybe) : raw("null");
    }
    template <class T>
    JsonWriter& member(std::string_view name, const T& content) {
        return key(name).value(content);
    }

    [[nodiscard]] const std::string& text() const noexcept { return text_; }

  private:
    JsonWriter& raw(std::string_view token);
    JsonWriter& open(char bracket);
    JsonWriter& close(char bracket);
    void separate();
    void new_line();

    int indent_;
    std::string text_;
    std::vector<bool> empty_;  ///< of each open object and array: nothing in it yet
    bool after_key_ = false;
};

}  // namespace gdm
