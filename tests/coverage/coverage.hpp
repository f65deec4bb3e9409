#pragma once

#include <cstddef>
#include <map>
#include <string>
#include <vector>

#include "gdm/experiment/experiment.hpp"

/// Whether the stated errors of an experiment are right: the pulls z = (value − theory)/stderr of many seeds against
/// Student's law with replicas − 1 degrees of freedom.
///
/// Every pull becomes the normal deviate of the same probability, u = Φ⁻¹(F(z)), so that pulls of any number of replicas are
/// counted together: u has variance 1, and exceeds 2 and 3 with probability 0.0455 and 0.0027. Numbers of one point and seed
/// (times along a trajectory) are correlated, so the mean of u² over them counts as one of N = points × seeds. However
/// strongly they are correlated, its variance is at most 2, and the relative error of the rms over all is at most 1/√(2N).
namespace gdm::test {

/// The pulls of one quantity over grids, points, seeds and its own axes.
class Pulls {
  public:
    struct Worst {
        double rms = 0;
        std::string place;
    };
    /// Where the numbers of a quantity at one point are, by their place in it.
    void add(const std::string& point, std::size_t seed, std::size_t place, double deviate);
    void add_exact() { ++exact_; }    ///< no error, and none made
    void add_absent() { ++absent_; }  ///< a closed form, but no value
    void add_without_error(const std::string& why) { ++without_error_[why]; }

    [[nodiscard]] std::size_t count() const noexcept { return count_; }
    [[nodiscard]] std::size_t units() const noexcept { return units_.size(); }
    [[nodiscard]] std::size_t exact() const noexcept { return exact_; }
    [[nodiscard]] std::size_t absent() const noexcept { return absent_; }
    [[nodiscard]] const std::map<std::string, std::size_t>& without_error() const noexcept { return without_error_; }
    [[nodiscard]] double rms() const;  ///< of units: √(mean over units of the mean of u²)
    /// Share beyond a deviate, the mean over units.
    [[nodiscard]] double beyond(double deviate) const;
    /// The single number with the largest rms over seeds.
    [[nodiscard]] Worst worst() const;

  private:
    struct Unit {
        double squares = 0, beyond_2 = 0, beyond_3 = 0, count = 0;
    };
    struct Single {
        double squares = 0, count = 0;
    };
    std::map<std::pair<std::string, std::size_t>, Unit> units_;
    std::map<std::pair<std::string, std::size_t>, Single> singles_;
    std::map<std::string, std::size_t> without_error_;
    std::size_t count_ = 0, exact_ = 0, absent_ = 0;
};

enum class Verdict { covered, exact, without_error, conservative, fails };
[[nodiscard]] std::string to_string(Verdict verdict);

/// covered: rms in 0.8 … 1.2, widened by three of its errors, 3/√(2N); shares beyond 2 and 3 at most those of a normal
/// variable of rms 1.2 (0.0956, 0.0124), widened by three deviations √(p (1 − p)/N); no single number with an rms over S
/// seeds above 1.2 √(χ²/S), χ² the value that S squares exceed with probability 10⁻⁶. conservative: the same, but rms below.
/// exact, without_error: nothing else was found, each without error and with a reason.
[[nodiscard]] Verdict verdict_on(const Pulls& pulls, std::size_t seeds);

/// Of one experiment.
struct MeasuredCoverage {
    std::map<std::string, Pulls> pulls;  ///< by quantity
    std::vector<std::string> failures;   ///< messages of replicas that failed, and are left out
};
/// From `seeds` sweeps of each of its grids.
[[nodiscard]] MeasuredCoverage measure_coverage(const Experiment& experiment, std::size_t seeds);

/// Quantities with a theory of the same name beside them, NAME and NAME_theory.
[[nodiscard]] std::vector<std::string> quantities_with_theory(const Experiment& experiment);

/// The deviate of a standard normal variable that is as probable as z is for Student's law.
[[nodiscard]] double normal_deviate(double z, double degrees_of_freedom);

}  // namespace gdm::test
