#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>

#include "gdm/physics/weights/weight_times.hpp"

/// Sums over the Gibbs weights of many points for one state at many times, in streams of blocks:
/// w_j ∝ e^{−(E_j − E_0)} with E_j − E_0 = ½ r² D_j − r G_j,  D_j = ‖y_j − y_0‖²,  G_j = z·(y_j − y_0),  r² = e^{−2t}/Δ_t,
/// for the state x = e^{−t} y_0 + √Δ_t z, E_j = ‖x − e^{−t} y_j‖²/(2Δ_t) and E_0 = ‖z‖²/2. So one pair of inner products
/// serves every time.
namespace gdm {

/// The reference of a stream is at least 1 below its lowest energy, and so much where it is set: no weight is above ½.
inline constexpr float weight_headroom = 2;

/// What is kept of the weights at one time. Energies are differences to E_0 in units of ln 2, as the kernel works in powers
/// of two; sums are relative to 2^−reference and stand in four lanes that are added in the end.
struct WeightStream {
    double own[4] = {};            ///< Σ w over the state's own class
    double other[4] = {};          ///< Σ w over the other class
    double squares[4] = {};        ///< Σ w²
    double first_moments[4] = {};  ///< Σ w (E − reference)
    float reference = 0;
    float lowest = std::numeric_limits<float>::max();  ///< smallest energy so far
    std::uint64_t nearest = 0;                         ///< the point that has it
    bool started = false;  ///< reference is set; otherwise it is the lowest energy of the first block
};

/// A stream of weights relative to that of a point of energy 0.
[[nodiscard]] inline WeightStream stream_from_zero() {
    WeightStream stream;
    stream.reference = -weight_headroom;
    stream.started = true;
    return stream;
}

/// Virtual lanes of the sums, whatever the length of a vector.
inline constexpr std::size_t weight_lanes = 16;

/// Slots that the kernel looks at together; longer blocks are cut.
inline constexpr std::size_t survey_slots = 2048;

/// A block as seen from one state.
struct WeightBlock {
    std::span<const float> distances;    ///< D_j of each slot, a multiple of 16 of them
    std::span<const float> projections;  ///< G_j of each slot
    std::size_t boundary = 0;            ///< slots before it are of one class, from it on of the other; a multiple of 16
    bool own_first = true;               ///< whether the class before the boundary is the state's own
    std::uint64_t first_slot = 0;        ///< number of slot 0, added to `nearest`
};

/// Adds a block to the streams of all times; a weight costs twelve vector operations, seven of which are the exponential.
/// Terms smaller than 2^−`depth` of a point of energy 0, or of the lowest one of the first block, are left out where 64
/// neighbours all are: with depth = log2 N + 20, at most 52, they change ln Z by less than 1e-6. A weight has a relative
/// error of 2e-7 and of what rounding its energy makes; below 2^−125 it is replaced by that. The sums do not depend on the
/// instruction set (with fused multiply-add).
void add_weights(const WeightBlock& block, const WeightTimes& times, float depth, std::span<WeightStream> streams);

}  // namespace gdm
