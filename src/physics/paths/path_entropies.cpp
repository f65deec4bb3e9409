#include "gdm/physics/paths/path_entropies.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace gdm {

namespace {

/// ln p_t at a state given by its axis coordinate and its transverse squared norm.
double log_density(const GaussianMixture& mixture, double t, double axis, double transverse_square) {
    const GaussianMixture along{mixture.axis_mean(), mixture.sigma2, 1};
    const double gamma = mixture.variance(t);
    return along.log_density({&axis, 1}, t) - 0.5 * transverse_square / gamma -
           0.5 * (mixture.d - 1) * std::log(2 * std::numbers::pi * gamma);
}

}  // namespace

PathCourse path_course(const PathProblem& problem) {
    const bool forward = problem.settings.direction == Direction::forward;
    PathCourse course{forward ? 0 : problem.duration, forward ? problem.duration : 0, {}, {}, 1, 1};
    course.times =
        path_times(problem.mixture, course.start_time, course.end_time, problem.settings.grid, problem.settings.dt);
    for (std::size_t k = 0; k + 1 < course.times.size(); ++k)
        course.steps.push_back(path_step(problem.mixture, course.times[k], course.times[k + 1], problem.settings));
    if (problem.start == StartState::exact) course.start_variance = problem.mixture.variance(course.start_time);
    course.end_variance = problem.mixture.variance(course.end_time);
    return course;
}

PathEntropySampler::PathEntropySampler(const PathProblem& problem)
    : problem_(problem), start_law_(problem.mixture), unbiased_(has_unbiased_entropy(problem.settings)) {
    PathCourse course = path_course(problem);
    start_time_ = course.start_time;
    end_time_ = course.end_time;
    steps_ = std::move(course.steps);
    if (problem.start == StartState::noise) start_law_ = {0, 1, problem.mixture.d};
    const double others = problem.mixture.d - 1;
    if (problem.method == Method::full || others < 1) return;
    const LinearChain chain = transverse_chain(steps_, problem.settings, course.start_variance);
    end_law_.emplace(chain, others);
    transverse_midpoint_.emplace(chain, environment_form(steps_, EntropyRule::midpoint), others);
    if (unbiased_) transverse_unbiased_.emplace(chain, environment_form(steps_, EntropyRule::unbiased), others);
}

double PathEntropySampler::system_entropy(const Ends& ends) const {
    return log_density(start_law_, start_time_, ends.start_axis, ends.start_square) -
           log_density(problem_.mixture, end_time_, ends.end_axis, ends.end_square);
}

void PathEntropySampler::sample(const RandomStream& random, std::uint32_t first, std::size_t count,
                                PathEntropies& entropies) const {
    entropies.system.resize(count);
    entropies.midpoint.resize(count);
    entropies.unbiased.resize(unbiased_ ? count : 0);
    if (problem_.method == Method::full) return sample_full(random, first, count, entropies);
    sample_reduced(random, first, count, entropies);
}

void PathEntropySampler::sample_reduced(const RandomStream& random, std::uint32_t first, std::size_t count,
                                        PathEntropies& entropies) const {
    PathBlock block(problem_.precision, count);
    block.start(problem_.mixture, start_time_, problem_.start, {NoiseKey(random, Purpose::initial_state), 0, 0, first});
    const std::vector<double> start(block.axis().begin(), block.axis().end());
    block.advance(steps_, problem_.settings, {NoiseKey(random, Purpose::noise), 0, 0, first}, true, unbiased_);
    InteriorNoise noise;
    for (std::size_t i = 0; i < count; ++i) {
        TransverseEnds ends;
        double midpoint = 0, unbiased = 0;
        if (end_law_) {
            RandomSequence numbers(random, Purpose::transverse, first + static_cast<std::uint32_t>(i));
            ends = end_law_->draw(numbers);
            const std::size_t modes = unbiased_ ? transverse_unbiased_->modes() : 0;
            noise.draw(problem_.mixture.d - 1, std::max(modes, transverse_midpoint_->modes()), numbers);
            midpoint = transverse_midpoint_->value(ends, noise);
            if (unbiased_) unbiased = transverse_unbiased_->value(ends, noise);
        }
        entropies.system[i] = system_entropy({start[i], ends.start_square, block.axis()[i], ends.end_square});
        entropies.midpoint[i] = block.midpoint_entropy()[i] + midpoint;
        if (unbiased_) entropies.unbiased[i] = block.unbiased_entropy()[i] + unbiased;
    }
}

void PathEntropySampler::sample_full(const RandomStream& random, std::uint32_t first, std::size_t count,
                                     PathEntropies& entropies) const {
    PathBlock block(problem_.mixture, Method::full, problem_.precision, count);
    block.start(problem_.mixture, start_time_, problem_.start, {NoiseKey(random, Purpose::initial_state), 0, 0, first});
    const std::vector<double> start(block.axis().begin(), block.axis().end()), squares = block.transverse_squares();
    block.advance(steps_, problem_.settings, {NoiseKey(random, Purpose::noise), 0, 0, first}, true, unbiased_);
    const std::vector<double> end_squares = block.transverse_squares();
    for (std::size_t i = 0; i < count; ++i) {
        entropies.system[i] = system_entropy({start[i], squares[i], block.axis()[i], end_squares[i]});
        entropies.midpoint[i] = block.midpoint_entropy()[i];
        if (unbiased_) entropies.unbiased[i] = block.unbiased_entropy()[i];
    }
}

TailProblem tail_problem(const PathProblem& problem, EntropyRule rule) {
    const PathCourse course = path_course(problem);
    return {transverse_chain(course.steps, problem.settings, course.start_variance),
            total_form(course.steps, rule, course.start_variance, course.end_variance),
            0.5 * std::log(course.end_variance / course.start_variance)};
}

double exponential_tail_index(const PathProblem& problem, EntropyRule rule) {
    const TailProblem tail = tail_problem(problem, rule);
    return critical_exponent(tail.chain, tail.form);
}

bool exponential_variance_is_finite(const PathProblem& problem, double index) {
    if (std::abs(index - 2) > 1e-6) return index > 2;
    return problem.settings.direction == Direction::forward && problem.mixture.d == 1 && problem.mixture.mu > 0;
}

}  // namespace gdm
