#pragma once

#include <cstddef>
#include <span>
#include <vector>

namespace gdm::along {

/// The zero of a curve by a polynomial through the points about its change of sign, which are chosen once.
class ZeroFinder {
  public:
    /// `x` ascending, errors > 0.
    ZeroFinder(std::vector<double> x, std::span<const double> y, std::vector<double> error, std::size_t points, int order);

    struct Zero {
        double position;
        double
            other;  ///< by a polynomial of another order; where there is none, a quarter of the distance of the points away
        double error;  ///< from the errors of the points
        double chi2, freedom;
    };
    /// With other values at all x.
    [[nodiscard]] Zero find(std::span<const double> y) const;
    [[nodiscard]] bool exists() const noexcept { return exists_; }
    /// The points that are used: `size` from `first` on.
    [[nodiscard]] std::size_t first() const noexcept { return first_; }
    [[nodiscard]] std::size_t size() const noexcept { return x_.size(); }
    [[nodiscard]] double position() const noexcept { return near_; }

  private:
    std::vector<double> x_, error_;
    std::size_t first_ = 0;
    int order_ = 0, other_order_ = 0;
    double near_ = 0, quarter_ = 0;
    bool exists_ = false;
};

}  // namespace gdm::along
