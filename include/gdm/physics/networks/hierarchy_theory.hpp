#pragma once

#include <cstddef>

#include "gdm/physics/networks/hierarchy_noise.hpp"
#include "gdm/physics/networks/hierarchy_rules.hpp"

/// Mean-field theory of the random hierarchy model (Sclocchi, Favero and Wyart, arXiv:2402.16991): the belief in the true
/// symbol as a number instead of a random vector. It locates the transition of epsilon noise alone.
namespace gdm {

/// F(p) = [p^s + f_1(1 − p^s)]/[p^s + f_2(1 − p^s)], f_1 = (m − 1)/(v^s − 1), f_2 = (m v − 1)/(v^s − 1): the belief one
/// level higher.
[[nodiscard]] double hierarchy_mean_field(const HierarchyShape& shape, double belief);
/// F′(p).
[[nodiscard]] double hierarchy_mean_field_slope(const HierarchyShape& shape, double belief);
/// The unstable fixed point p* of F between 1/v and 1, (m − 1)/(v − m) for s = 2; NaN where there is none: both ends are to
/// be stable, F′(1) = s m (v − 1)/(v^s − 1) < 1 and F′(1/v) = (s/m)(v − 1) v^{s−1}/(v^s − 1) < 1.
[[nodiscard]] double hierarchy_fixed_point(const HierarchyShape& shape);
/// The strength at which the mean belief of a leaf is p*: ε* = (1 − p*)/(1 − 1/v) of epsilon and mask, an snr of Gaussian
/// noise; NaN without p*.
[[nodiscard]] double hierarchy_mean_field_threshold(const HierarchyShape& shape, LeafNoise noise);

}  // namespace gdm
