#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "gdm/physics/weights/training_set.hpp"

/// Sums over the Gibbs weights of many points for one state at many times, in streams of blocks:
/// w_j ∝ e^{−(E_j − E_0)} with E_j − E_0 = ½ r² D_j − r G_j,  D_j = ‖y_j − y_0‖²,  G_j = z·(y_j − y_0),  r² = e^{−2t}/Δ_t,
/// for the state x = e^{−t} y_0 + √Δ_t z, E_j = ‖x − e^{−t} y_j‖²/(2Δ_t) and E_0 = ‖z‖²/2. So one pair of inner products
/// serves every time.
namespace gdm {

/// What is kept of the weights at one time. Energies are differences to E_0 in units of ln 2, as the kernel works in powers
/// of two; sums are relative to 2^−reference and stand in four lanes that are added in the end.
struct WeightStream {
    double own[4] = {};            ///< Σ w over the state's own class
    double other[4] = {};          ///< Σ w over the other class
    double squares[4] = {};        ///< Σ w²
    double first_moments[4] = {};  ///< Σ w (E − reference)
    float reference = 0;
    float lowest = 0;                             ///< smallest energy so far, where it is among the terms that count
    std::uint64_t nearest = 0;                    ///< the point that has it
    bool started = false;                         ///< reference and lowest are set
    bool own_dense = false, other_dense = false;  ///< many groups of points of the class have a term that counts
};

/// Coefficients of one time, ½ r²/ln 2 and r/ln 2.
struct WeightTime {
    float square = 0;
    float linear = 0;
};
[[nodiscard]] WeightTime weight_time(double t);

/// Virtual lanes of the sums, whatever the length of a vector.
inline constexpr std::size_t weight_lanes = 16;

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

/// A block as seen from one state.
struct WeightBlock {
    std::span<const float> distances;    ///< D_j of each slot
    std::span<const float> projections;  ///< G_j of each slot
    std::size_t boundary = 0;            ///< slots before it are of one class, from it on of the other; a multiple of 16
    bool own_first = true;               ///< whether the class before the boundary is the state's own
    std::uint64_t first_slot = 0;        ///< number of slot 0, added to `nearest`
};

/// Adds a block to the streams of all times. Terms smaller than 2^−`depth` of the reference are left out in whole vectors:
/// with depth = log2 N + 20 they change ln Z by less than 1e-6. The sums do not depend on the instruction set (with fused
/// multiply-add).
void add_weights(const WeightBlock& block, std::span<const WeightTime> times, float depth, std::span<WeightStream> streams);

}  // namespace gdm
