#pragma once

namespace gdm {

/// Density of bond directed percolation in 1 + 1 dimensions after `steps` steps from a full lattice, exactly: a site depends
/// on steps + 1 sites of the start, all of whose rows are summed over. NaN for more than eight steps, or a number that is
/// not whole. By the symmetry of bonds under a change of direction it is also the probability that a single site survives so
/// long.
[[nodiscard]] double percolation_density(double p, double steps);

}  // namespace gdm
