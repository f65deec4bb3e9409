#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace gdm {

/// The line of a command, understood: words as a POSIX shell splits them (blanks, '…', "…", \), in which {name} stands for a
/// value and {{ and }} for braces. No shell runs it, and what takes the place of {name} is never split or understood.
class CommandTemplate {
  public:
    struct Piece {
        std::string text;
        bool placeholder = false;  ///< `text` is the name
    };
    using Word = std::vector<Piece>;

    /// Throws UsageError: no word, an open quote or brace, a name that is none, an operator of the shell.
    explicit CommandTemplate(std::string_view text);

    [[nodiscard]] const std::vector<Word>& words() const noexcept { return words_; }
    /// The names of all placeholders in the order of their first use.
    [[nodiscard]] const std::vector<std::string>& names() const noexcept { return names_; }
    [[nodiscard]] bool uses(std::string_view name) const;
    /// What follows {name} in its word up to the next placeholder; empty where it is not used.
    [[nodiscard]] std::string text_after(std::string_view name) const;
    /// A word without placeholders; empty if it has some.
    [[nodiscard]] std::string literal(std::size_t word) const;
    void replace(std::size_t word, const std::string& literal) { words_[word] = {{literal, false}}; }
    /// The words with values in the place of names.
    [[nodiscard]] std::vector<std::string> filled(const std::function<std::string(const std::string& name)>& value) const;

  private:
    std::vector<Word> words_;
    std::vector<std::string> names_;
};

/// A number as an argument: reads back as the same double; whole numbers below 10^18 without a point or exponent.
[[nodiscard]] std::string argument_text(double value);

}  // namespace gdm
