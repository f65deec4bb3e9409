#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace gdm {

/// Where each observable lies in the block of numbers that one replica writes.
class Layout {
  public:
    struct Entry {
        std::string name;
        std::vector<std::size_t> shape;
        std::size_t offset = 0;
        std::size_t size = 1;
    };
    Layout() = default;
    explicit Layout(std::vector<Entry> entries);  ///< offsets are computed here

    [[nodiscard]] const std::vector<Entry>& entries() const noexcept { return entries_; }
    [[nodiscard]] std::size_t size() const noexcept { return size_; }
    /// Throws std::logic_error naming the undeclared observable and its nearest neighbour.
    [[nodiscard]] const Entry& at(std::string_view name) const;

  private:
    std::vector<Entry> entries_;
    std::size_t size_ = 0;
};

/// The results of one replica, written by name. Starts as NaN: what is not written stays NaN, and makes the replica failed
/// unless its observable may be missing.
class Values {
  public:
    Values(const Layout& layout, std::span<double> block);
    /// The numbers of one observable, slowest axis first. Throws std::logic_error if it was not declared.
    [[nodiscard]] std::span<double> operator[](std::string_view name) const;
    /// Writes an observable of which all numbers are given; a wrong length throws std::logic_error.
    void set(std::string_view name, std::span<const double> values) const;
    void set(std::string_view name, double value) const;

  private:
    const Layout* layout_;
    std::span<double> block_;
};

/// Combined observables of one point, read by name.
class Combined {
  public:
    Combined(const Layout& layout, std::span<const double> block) : layout_(&layout), block_(block) {}
    [[nodiscard]] std::span<const double> operator[](std::string_view name) const;
    [[nodiscard]] double scalar(std::string_view name) const { return (*this)[name].front(); }

  private:
    const Layout* layout_;
    std::span<const double> block_;
};

}  // namespace gdm
