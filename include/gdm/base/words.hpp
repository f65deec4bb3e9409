#pragma once

#include <array>
#include <cstddef>
#include <optional>
#include <string_view>

namespace gdm {

/// A value of an enum and the word that stands for it in files, jobs and messages.
template <class Enum>
struct Word {
    Enum value;
    std::string_view word;
};

/// The words of an enum, both ways: `inline constexpr Words colour_words{std::array{Word{Colour::red, "red"}, …}}`.
template <class Enum, std::size_t count>
class Words {
  public:
    constexpr explicit Words(const std::array<Word<Enum>, count>& words) : words_(words) {}

    /// The word of a value; empty if it has none.
    [[nodiscard]] constexpr std::string_view operator[](Enum value) const {
        for (const auto& one : words_) {
            if (one.value == value) return one.word;
        }
        return {};
    }
    /// The value of a word, or nothing.
    [[nodiscard]] constexpr std::optional<Enum> find(std::string_view word) const {
        for (const auto& one : words_) {
            if (one.word == word) return one.value;
        }
        return std::nullopt;
    }

  private:
    std::array<Word<Enum>, count> words_;
};

}  // namespace gdm
