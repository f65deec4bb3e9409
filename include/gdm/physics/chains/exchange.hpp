#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "gdm/base/bytes.hpp"
#include "gdm/base/random_stream.hpp"

namespace gdm {

/// The ends of a ladder of temperatures.
enum class LadderEnd : std::uint8_t { none, hot, cold };

/// Who stands where in parallel tempering (Swendsen and Wang 1986; Hukushima and Nemoto 1996): n walkers on n places, each
/// with an inverse temperature β; walkers at neighbouring places change places with probability min(1, exp((β_i − β_j)(E_i −
/// E_j))). Pairs (i, i + 1) with i even are tried in even rounds, with i odd in odd rounds: deterministic turns make walkers
/// keep their direction, and round trips faster than random turns do (Okabe et al. 2001; Syed et al., J. R. Stat. Soc. B 84,
/// 321, 2022).
class Exchange {
  public:
    /// Throws std::invalid_argument unless β rises or falls strictly along the places.
    explicit Exchange(std::vector<double> beta);

    [[nodiscard]] std::span<const double> beta() const noexcept { return beta_; }
    [[nodiscard]] std::size_t walker_at(std::size_t place) const { return walker_at_[place]; }

    /// One round; `energies` of the walkers by place change places with them.
    void run(std::uint64_t round, std::span<double> energies, RandomSequence random);

    /// The probability with which the walkers at `place` and the next one changed places, in the last round; NaN if they
    /// were not tried, or there is no next one.
    [[nodiscard]] double acceptance(std::size_t place) const { return acceptance_[place]; }
    /// The end at which the walker at this place was last.
    [[nodiscard]] LadderEnd came_from(std::size_t place) const { return labels_[walker_at_[place]].last; }
    /// How many times walkers went from the hot end to the cold one and back, all together.
    [[nodiscard]] std::uint64_t round_trips() const noexcept { return round_trips_; }

    void save(ByteWriter& bytes) const;
    void load(ByteReader& bytes);

  private:
    struct Label {
        LadderEnd last = LadderEnd::none;
        bool was_hot = false;  ///< before it was cold: the next arrival at the hot end completes a trip
    };
    void label_ends();

    std::vector<double> beta_;
    std::vector<std::size_t> walker_at_;  ///< by place
    std::vector<Label> labels_;           ///< by walker
    std::vector<double> acceptance_;      ///< by place
    std::uint64_t round_trips_ = 0;
};

}  // namespace gdm
