#pragma once

#include "gdm/experiment/experiment.hpp"

namespace gdm {

/// Single paths of two Gaussian classes, forward and in reverse, by the SDE or the probability flow, and the density of many
/// of them beside p_t (Yu and Huang, fig. 1). Stored are the axis coordinate m̂·x and one transverse coordinate (all others
/// are like it); in two dimensions x_1 = (a − b)/√2, x_2 = (a + b)/√2.
///
/// The axis `path` names the samples that are stored. They are those of replica 0, in whichever replica they are computed: a
/// stored path is a property of the point, so that the mean over replicas that the reduction takes is the path itself and
/// its error 0, whatever the number of replicas. The histograms are of each replica's own samples.
[[nodiscard]] Experiment trajectories();

}  // namespace gdm
