#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace gdm {

/// The values of one line of a table, one after the other: separated by commas, without blanks around them and without their
/// quotes; a `#` outside quotes ends the line.
class CsvLine {
  public:
    struct Cell {
        std::string_view text;   ///< until the next one is asked for
        std::size_t column;      ///< where it begins, from 1
        std::string fault = {};  ///< what is wrong with its quotes
    };
    explicit CsvLine(std::string_view line);
    [[nodiscard]] bool blank() const noexcept { return at_ == std::string_view::npos; }
    [[nodiscard]] std::optional<Cell> next();

  private:
    [[nodiscard]] Cell quoted(std::size_t begin);
    std::string_view line_;
    std::size_t at_ = 0;  ///< where the next value begins; npos at the end
    std::string unquoted_;
};

}  // namespace gdm
