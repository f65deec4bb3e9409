#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace gdm {

/// An array of a .npy file (NumPy's format 1 to 3), its values in C order.
struct NumpyArray {
    std::vector<std::size_t> shape;
    std::vector<double> values;
};

/// Throws std::runtime_error: no such array, cut short, not of numbers.
[[nodiscard]] NumpyArray parse_npy(std::string_view bytes);

}  // namespace gdm
