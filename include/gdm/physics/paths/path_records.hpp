#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "gdm/base/random_stream.hpp"
#include "gdm/base/stop.hpp"
#include "gdm/physics/paths/path_block.hpp"

/// Single paths and histograms of many, for pictures of the two processes (Yu and Huang, fig. 1).
namespace gdm {

struct PathEnsemble {
    GaussianMixture mixture;
    PathSettings settings;
    double duration = 3;  ///< T
    Precision precision = Precision::double_lanes;
};

/// A path at the given times: the axis coordinate m̂·x, and one transverse coordinate (NaN in one dimension).
struct PathRecord {
    std::vector<double> axis, transverse;
};

/// Path number `sample` of the replica of `random`, from the exact p_0 or p_T, at `times` (within [0, T], in any order). The
/// axis coordinate has the bits of the same sample in axis_histogram. Purposes: initial_state, noise, transverse.
[[nodiscard]] PathRecord record_path(const PathEnsemble& ensemble, std::span<const double> times, std::uint32_t sample,
                                     const RandomStream& random);

/// How many of the axis coordinates of samples 0 … samples − 1 lie in each bin at each time: (times, edges − 1), slowest
/// first. `edges` equally spaced; what lies outside is not counted. No result depends on `block_length`.
[[nodiscard]] std::vector<double> axis_histogram(const PathEnsemble& ensemble, std::span<const double> times,
                                                 std::span<const double> edges, std::size_t samples,
                                                 const RandomStream& random, const Stop& stop,
                                                 std::size_t block_length = 1024);

}  // namespace gdm
