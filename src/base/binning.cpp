#include "gdm/base/binning.hpp"

#include <cmath>
#include <limits>

namespace gdm {

void Binning::add(double value) noexcept {
    for (Level& level : levels_) {
        level.bins.add(value);
        if (level.bins.count() % 2 == 1) {
            level.waiting = value;
            return;
        }
        value = (level.waiting + value) / 2;
    }
}

BinnedMean Binning::result(std::uint64_t fewest_bins) const {
    constexpr double not_a_number = std::numeric_limits<double>::quiet_NaN();
    BinnedMean result{not_a_number, not_a_number, 0.5, 1, false, not_a_number};
    result.mean = levels_[0].bins.mean();
    const double naive_error = levels_[0].bins.standard_error();
    std::size_t length = 1;
    for (const auto& [bins, waiting] : levels_) {
        if (length > 1 && bins.count() < fewest_bins) break;
        const double error = bins.standard_error();
        result.error = error;
        result.bin_length = length;
        result.converged = bins.count() >= fewest_bins;
        if (!(naive_error > 0)) return result;  // a constant chain
        const double growth = std::pow(error / naive_error, 2);
        result.tau = growth / 2;
        result.tau_error = result.tau * std::sqrt(2 / (static_cast<double>(bins.count()) - 1));
        const double cubed = std::pow(static_cast<double>(length), 3);
        if (cubed > 2 * static_cast<double>(count()) * growth * growth) return result;
        length *= 2;
    }
    result.converged = false;
    return result;
}

}  // namespace gdm
