#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "gdm/physics/paths/path_block.hpp"
#include "gdm/physics/paths/transverse_entropy.hpp"

namespace gdm {

/// What the paths are of which entropies are wanted.
struct PathProblem {
    GaussianMixture mixture;
    PathSettings settings;
    double duration = 10;  ///< T: paths run between 0 and T in the direction of the settings
    StartState start = StartState::exact;
    Method method = Method::reduced;
    Precision precision = Precision::double_lanes;
};

/// Entropies of a block of trajectories, in nats. unbiased is empty where that rule does not apply.
struct PathEntropies {
    std::vector<double> system, midpoint, unbiased;
};

/// Draws trajectories of the SDE with their entropies in d dimensions (Yu and Huang, eqs. 13–22, appendix A):
/// ΔS = ln p(start) − ln p(end) with normalisers, p the density of the start state and the exact density p_t at the end, and
/// ΔS_E by both rules. A start from N(0, I) has that density for p(start), so that the integral theorem holds for it too: it
/// needs the true density of the start and any normalised one at the end.
///
/// reduced: the axis coordinate step by step in lanes; of the transverse coordinates only their ends and ΔS_E are drawn
/// (TransverseEntropy; ⟨e^{−ΔS}⟩ to a relative 2e-5 where the variance given the ends is below 1). full: all d coordinates
/// step by step, an independent check. Trajectory i depends on its own number alone, so blocks of any length give the same
/// bits.
class PathEntropySampler {
  public:
    explicit PathEntropySampler(const PathProblem& problem);
    /// Trajectories `first` … `first` + count − 1.
    void sample(const RandomStream& random, std::uint32_t first, std::size_t count, PathEntropies& entropies) const;

  private:
    /// One path by its ends: axis coordinate and squared norm of the transverse part.
    struct Ends {
        double start_axis, start_square, end_axis, end_square;
    };
    [[nodiscard]] double system_entropy(const Ends& ends) const;
    void sample_reduced(const RandomStream& random, std::uint32_t first, std::size_t count, PathEntropies& entropies) const;
    void sample_full(const RandomStream& random, std::uint32_t first, std::size_t count, PathEntropies& entropies) const;

    PathProblem problem_;
    GaussianMixture start_law_;  ///< of the start state, at start_time_
    double start_time_, end_time_;
    std::vector<PathStep> steps_;
    bool unbiased_;
    std::optional<TransverseEndLaw> end_law_;
    std::optional<TransverseEntropy> transverse_midpoint_, transverse_unbiased_;
};

/// The steps of such paths with their times, and the variances of a class (or of white noise) at both ends.
struct PathCourse {
    double start_time, end_time;
    std::vector<double> times;  ///< in the order of travel, one more than steps
    std::vector<PathStep> steps;
    double start_variance, end_variance;
};
[[nodiscard]] PathCourse path_course(const PathProblem& problem);

/// One transverse coordinate of such paths: its chain, and ΔS_tot as a form; outside the classes the axis coordinate differs
/// from it by terms linear in the state.
struct TailProblem {
    LinearChain chain;
    ChainForm form;
    double constant = 0;  ///< ½ ln(end variance/start variance): ΔS_tot is the form plus this
};
[[nodiscard]] TailProblem tail_problem(const PathProblem& problem, EntropyRule rule);

/// Tail index α of e^{−ΔS_tot}, P(e^{−ΔS_tot} > w) ~ w^{−α} up to factors that vary more slowly, from the Gaussian chain of
/// one coordinate (see critical_exponent). Forward with the midpoint rule and T ≫ 1: 1/(1 − σ²) for σ² < 1, infinite above.
/// In reverse from p_T it falls below 2 at σ² = 1.913 for dt → 0.
[[nodiscard]] double exponential_tail_index(const PathProblem& problem, EntropyRule rule);

/// Whether e^{−ΔS_tot} of tail index α has a finite variance, that is α > 2. At α = 2 itself (to 1e-6), forward at σ² = ½:
/// only for d = 1 and μ > 0, where e^{−μ|x|/σ²} makes the integral converge.
[[nodiscard]] bool exponential_variance_is_finite(const PathProblem& problem, double index);

}  // namespace gdm
