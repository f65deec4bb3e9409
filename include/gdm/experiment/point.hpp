#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace gdm {

/// The values of all parameters at one point of the grid: numbers, words, and the inner axes. Copies share their names,
/// words and axes, so that a sweep makes a point by copying another one and putting its own numbers in their places.
class Point {
  public:
    Point();
    /// The number called `name`; words give their place in the parameter's list. Throws std::out_of_range if there is none.
    [[nodiscard]] double operator[](std::string_view name) const;
    [[nodiscard]] std::int64_t integer(std::string_view name) const;
    [[nodiscard]] const std::string& word(std::string_view name) const;
    /// The values of an inner axis at this point (scaled, where the axis is).
    [[nodiscard]] std::span<const double> axis(std::string_view name) const;
    [[nodiscard]] bool has(std::string_view name) const;

    void set(const std::string& name, double value);
    void set(const std::string& name, double index, std::string word);
    void set_axis(const std::string& name, std::vector<double> values);
    /// Forgets all numbers but those that were set first; setting the same ones again costs no new names.
    void keep_first(std::size_t numbers) { numbers_.resize(numbers); }

    using SharedWord = std::shared_ptr<const std::string>;
    /// The place of a number or an axis among those of this point and its copies. Throws std::out_of_range.
    [[nodiscard]] std::size_t place(std::string_view name) const;
    [[nodiscard]] std::size_t axis_place(std::string_view name) const;
    void put(std::size_t place, double value) { numbers_[place].value = value; }
    void put(std::size_t place, double index, const SharedWord& word) { numbers_[place] = {index, word}; }
    void put_axis(std::size_t place, std::span<const double> values);

  private:
    struct Names {
        std::vector<std::string> numbers, axes;
    };
    struct Number {
        double value = 0;
        SharedWord word = {};  ///< null: it is no word
    };
    std::shared_ptr<const Names> names_;
    std::vector<Number> numbers_;
    std::vector<std::shared_ptr<const std::vector<double>>> axes_;
};

}  // namespace gdm
