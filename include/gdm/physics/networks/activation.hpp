#pragma once

#include <array>

#include "gdm/base/words.hpp"

namespace gdm {

/// The function φ of a unit: tanh x; erf(√π x/2), of slope 1 at 0; max(0, x); x.
enum class Activation { tanh, erf, relu, linear };
inline constexpr Words activation_words{std::array{Word{Activation::tanh, "tanh"}, Word{Activation::erf, "erf"},
                                                   Word{Activation::relu, "relu"}, Word{Activation::linear, "linear"}}};

/// φ(x).
[[nodiscard]] double activate(Activation activation, double x);
/// φ′(x); that of max(0, x) is 0 at 0.
[[nodiscard]] double activation_slope(Activation activation, double x);
/// φ″(x) without the jump of φ′ at 0 that max(0, x) has.
[[nodiscard]] double activation_curvature(Activation activation, double x);
/// φ(x + d) − φ(x), to a relative error of about 1e-10 however small d is.
[[nodiscard]] double activation_difference(Activation activation, double x, double d);

}  // namespace gdm
