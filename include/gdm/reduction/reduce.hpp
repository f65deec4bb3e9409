#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "gdm/experiment/experiment.hpp"
#include "gdm/storage/reduced_file.hpp"
#include "gdm/storage/sweep_reader.hpp"

namespace gdm {

/// What a sweep file held when it was reduced.
struct ReductionCounts {
    std::size_t points = 0;
    std::size_t complete = 0;  ///< points with all replicas done that they are to have
    std::size_t partial = 0;   ///< points with some
    std::size_t done = 0;      ///< replicas whose checksum matches; only these are used
    std::size_t failed = 0;
    std::size_t torn = 0;  ///< replicas whose values do not match their checksum
};

struct Reduction {
    ReducedFile file;
    ReductionCounts counts;
    std::vector<std::string> warnings;
};

/// Turns a finished or partial sweep into arrays over the grid (and the observables' own axes), never running the
/// experiment. Each measured variable has its `_stderr` beside it: of observables as the Combiner says; of derived
/// quantities by the delete-one jackknife or the bootstrap over replicas, with their `_systematic` part added in quadrature
/// where one is given. Numbers without an error say why, in the attribute `error_missing` of
/// `_stderr`, and all together in that of the file. Extrapolations along
/// a grid axis stand over the other grid axes; one whose axes the file lacks is left out. Without a matching `experiment`
/// (null, of another version, or with other observables) there are no derived quantities and no theory, errors lack what
/// declarations add to the spread of replicas (Observable::bounds, spread_is_error), and a warning says so. `sweep_file` is
/// the name that provenance gives. Memory: the reduced arrays and a batch of points.
[[nodiscard]] Reduction reduce(const SweepReader& reader, const Experiment* experiment, const std::string& sweep_file);

}  // namespace gdm
