#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace gdm {

[[nodiscard]] std::string_view trim(std::string_view text);
/// The pieces between separators, trimmed; separators inside parentheses do not count.
[[nodiscard]] std::vector<std::string> split(std::string_view text, char separator);
/// A whole decimal number ("1e-3", "inf"; not "1x", not hexadecimal, not NaN), or nothing.
[[nodiscard]] std::optional<double> parse_number(std::string_view text);
/// The shortest text that reads back as the same number.
[[nodiscard]] std::string number_text(double value);
[[nodiscard]] std::string join(const std::vector<std::string>& parts, std::string_view separator);
/// "3 h 07 min", "2 min 05 s", "41 s", "7.5 s", "12 ms", "0.3 ms".
[[nodiscard]] std::string duration_text(double seconds);
/// "1.5 GiB".
[[nodiscard]] std::string bytes_text(double bytes);
/// The present time, ISO 8601 in UTC with seconds.
[[nodiscard]] std::string utc_now();
/// Seconds since 1970 of a time written by utc_now(), or nothing if it is none.
[[nodiscard]] std::optional<double> parse_utc(const std::string& text);
/// The first `columns` characters of UTF-8 text, the last of them `…` if there are more.
[[nodiscard]] std::string cut_text(const std::string& text, std::size_t columns);

}  // namespace gdm
