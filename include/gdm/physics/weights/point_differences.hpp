#pragma once

#include <cstddef>
#include <span>

#include "gdm/physics/weights/training_set.hpp"

/// Distances D_j = ‖y_j − y_0‖² and projections G_j = z·(y_j − y_0) of the points of a block as seen from one state
/// x = e^{−t} y_0 + √Δ_t z.
namespace gdm {

/// D of a slot that holds no point, or the state's own.
inline constexpr float no_point = 1e21f;

/// What turns the products of one state with the points of a block into D_j and G_j. With y = c m + σ g and m along the
/// first coordinate, points of the state's own class have D = σ²‖g_j − g_0‖² and G = σ z·(g_j − g_0); for the other class
/// the distance 2M of the centres is added. The products are P_j = g_0·g_j and Q_j = z·g_j, or, in few dimensions, P_j =
/// ‖g_j − g_0‖² and Q_j = z·(g_j − g_0).
struct StateRow {
    struct Shift {
        float distance = 0;    ///< added to D
        float axis = 0;        ///< times the first coordinate of the point, added to D
        float projection = 0;  ///< added to G
    };
    std::span<const float> points;  ///< P_j of each slot
    std::span<const float> noise;   ///< Q_j of each slot
    float sigma = 1;
    float square_factor = 1;    ///< of ‖g_j‖² in D: σ², or 0
    float product_factor = -2;  ///< of P_j in D: −2σ², or σ²
    int sign = 1;               ///< class of the state: +1 stands before the boundary of a block
    Shift own, other;
};
void state_differences(const StateRow& state, const PackedBlock& block, std::span<float> distances,
                       std::span<float> projections);

/// ‖y_j − y_0‖²/σ² and z·(y_j − y_0)/σ of every slot by their definition. In few dimensions the difference of products would
/// lose the nearest neighbours, which stand N^{−1/d} apart, to rounding.
struct DirectState {
    std::span<const float> tile;  ///< the packed tile of the state
    std::size_t row = 0;          ///< of its g_0; its z is the row behind
    int sign = 1;
    float centre_shift = 0;  ///< 2cM/σ: what the first coordinate of points of the other class lacks
};
void direct_differences(const DirectState& state, const PackedBlock& block, std::size_t d, std::span<float> squares,
                        std::span<float> projections);

}  // namespace gdm
