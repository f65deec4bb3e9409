#include "csv_line.hpp"

#include "gdm/base/text.hpp"

namespace gdm {
namespace {

constexpr std::string_view blanks = " \t\r";

}  // namespace

CsvLine::CsvLine(std::string_view line) : line_(line) {
    const auto first = line_.find_first_not_of(blanks);
    if (first == std::string_view::npos || line_[first] == '#') at_ = std::string_view::npos;
}

std::optional<CsvLine::Cell> CsvLine::next() {
    if (at_ == std::string_view::npos) return std::nullopt;
    const auto begin = line_.find_first_not_of(blanks, at_);
    if (begin != std::string_view::npos && line_[begin] == '"') return quoted(begin);
    const auto end = line_.find_first_of(",#", at_);
    const auto text = trim(line_.substr(at_, end == std::string_view::npos ? end : end - at_));
    const std::size_t column = (text.empty() ? at_ : begin) + 1;
    at_ = end != std::string_view::npos && line_[end] == ',' ? end + 1 : std::string_view::npos;
    return Cell{text, column};
}

CsvLine::Cell CsvLine::quoted(std::size_t begin) {
    unquoted_.clear();
    std::size_t at = begin + 1;
    for (; at < line_.size(); ++at) {
        if (line_[at] == '"') {
            if (at + 1 >= line_.size() || line_[at + 1] != '"') break;
            ++at;  // a doubled one
        }
        unquoted_ += line_[at];
    }
    at_ = std::string_view::npos;
    if (at >= line_.size()) return {unquoted_, begin + 1, "the quote is not closed on this line"};
    const auto after = line_.find_first_not_of(blanks, at + 1);
    if (after != std::string_view::npos && line_[after] == ',') at_ = after + 1;
    if (after == std::string_view::npos || line_[after] == ',' || line_[after] == '#') return {trim(unquoted_), begin + 1};
    return {unquoted_, after + 1, "after the closing quote comes a comma"};
}

}  // namespace gdm
