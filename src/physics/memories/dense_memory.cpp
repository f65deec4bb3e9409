#include "gdm/physics/memories/dense_memory.hpp"

#include <cmath>

#include "gdm/physics/levels/gaussian_levels.hpp"
#include "gdm/physics/levels/noncentral_levels.hpp"
#include "gdm/physics/levels/overlap_levels.hpp"

namespace gdm {

CueNoise draw_cue_noise(const DenseMemory& memory, RandomSequence& random) {
    CueNoise noise;
    noise.pattern_norm2 = memory.patterns == PatternLaw::spherical ? memory.d : random.chi_squared(memory.d);
    noise.along = random.normal();
    noise.across2 = random.chi_squared(memory.d - 1);
    return noise;
}

Cue CueNoise::cue(double theta) const {
    const double shift = std::sqrt(theta * pattern_norm2) * along, distance2 = theta * (along * along + across2);
    return {pattern_norm2, pattern_norm2 + 2 * shift + distance2, pattern_norm2 + shift, distance2};
}

std::unique_ptr<LevelLaw> pattern_levels(const DenseMemory& memory, double norm2) {
    const double norm = std::sqrt(norm2);
    if (memory.patterns == PatternLaw::spherical) {
        return std::make_unique<OverlapLevels>(memory.lambda * norm * std::sqrt(memory.d), memory.d);
    }
    if (memory.weights == WeightRule::hopfield) return std::make_unique<GaussianLevels>(memory.lambda * norm);
    return std::make_unique<NoncentralLevels>(memory.lambda / 2, memory.d, norm2);
}

double source_energy(const DenseMemory& memory, const Cue& cue) {
    if (memory.patterns == PatternLaw::spherical) {
        // ‖x‖√d − x·y_1 = (‖x − y_1‖² − (‖x‖ − √d)²)/2, which does not lose the small difference.
        const double difference = std::sqrt(cue.norm2) - std::sqrt(memory.d);
        return memory.lambda * (cue.distance2 - difference * difference) / 2;
    }
    return memory.lambda * (memory.weights == WeightRule::hopfield ? -cue.overlap : cue.distance2 / 2);
}

}  // namespace gdm
