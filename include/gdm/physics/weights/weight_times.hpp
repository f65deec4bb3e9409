#pragma once

#include <cstddef>
#include <span>
#include <vector>

/// The times of a weighing as its kernel sees them.
namespace gdm {

/// Coefficients of one time, ½ r²/ln 2 and r/ln 2 with r² = e^{−2t}/Δ_t: of the distance D and the projection G of a point
/// in its energy, in units of ln 2.
struct WeightTime {
    float square = 0;
    float linear = 0;  ///< > 0
};
[[nodiscard]] WeightTime weight_time(double t);

/// Times with a few probes among them, from which the lowest energies at all of them are bounded: E/linear = q D − G with
/// q = square/linear is linear in q, so its minimum over points is concave in q, and not below the chord between two probes.
class WeightTimes {
  public:
    /// Of any number of times, in any order.
    explicit WeightTimes(std::vector<WeightTime> times);

    [[nodiscard]] std::size_t size() const noexcept { return times_.size(); }
    [[nodiscard]] WeightTime operator[](std::size_t k) const { return times_[k]; }
    static constexpr std::size_t most_probes = 8;
    /// Values of q, rising.
    [[nodiscard]] std::span<const float> probes() const noexcept { return probes_; }
    /// What no energy at time k is below, `lowest` being the smallest q D − G at each probe.
    [[nodiscard]] float bound(std::size_t k, std::span<const float> lowest) const {
        const Chord chord = chords_[k];
        return times_[k].linear * (lowest[chord.from] + chord.share * (lowest[chord.to] - lowest[chord.from]));
    }

  private:
    struct Chord {
        std::size_t from = 0, to = 0;
        float share = 0;
    };
    std::vector<WeightTime> times_;
    std::vector<float> probes_;
    std::vector<Chord> chords_;
};

}  // namespace gdm
