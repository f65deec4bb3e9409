#pragma once

#include <array>
#include <cstddef>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace gdm {

/// A value of an enum and the word that stands for it in files, jobs and messages.
template <class Enum>
struct Word {
    Enum value;
    std::string_view word;
};
template <class Enum>
Word(Enum, std::string_view) -> Word<Enum>;  // Clang deduces aggregates from version 17 on only

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

    /// The value of a word that is known to be one. Throws std::logic_error otherwise.
    [[nodiscard]] constexpr Enum at(std::string_view word) const {
        const auto found = find(word);
        if (!found) throw std::logic_error("no word of an enum: " + std::string(word));
        return *found;
    }
    [[nodiscard]] std::vector<std::string> list() const {
        std::vector<std::string> all;
        for (const auto& one : words_) all.emplace_back(one.word);
        return all;
    }

  private:
    std::array<Word<Enum>, count> words_;
};

}  // namespace gdm
