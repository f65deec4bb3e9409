#pragma once

#include <cstddef>
#include <limits>
#include <vector>

#include "gdm/base/random_stream.hpp"

/// Gibbs measures over n independent random energy levels, n from 1 to e^1000 and beyond: the lowest levels are drawn one by
/// one, the rest enters through its sums.
namespace gdm {

/// The law of one level, as a mixture in a coordinate u in which the energy E(u) increases. A component j has the density
/// q_j(u) on [lower, upper], log-concave, of total mass e^{log_mass(j)}; the masses add up to 1. Components belong to
/// classes (the classes of data), numbered from 0; sums are told by class.
class LevelLaw {
  public:
    struct Density {
        double log = 0;    ///< ln q_j(u)
        double slope = 0;  ///< d ln q_j/du
    };
    struct Level {
        double energy = 0;
        std::size_t class_index = 0;
    };

    virtual ~LevelLaw() = default;
    [[nodiscard]] virtual std::size_t components() const { return 1; }
    [[nodiscard]] virtual std::size_t class_of(std::size_t) const { return 0; }
    [[nodiscard]] virtual std::size_t classes() const { return 1; }
    [[nodiscard]] virtual double log_mass(std::size_t) const { return 0; }
    [[nodiscard]] virtual double lower() const { return -std::numeric_limits<double>::infinity(); }
    [[nodiscard]] virtual double upper() const { return std::numeric_limits<double>::infinity(); }
    /// Where the search for the cut begins: in the lower tail, say a standard deviation below the lowest component's mean.
    [[nodiscard]] virtual double search_start() const = 0;
    /// The standard deviation of u in the narrowest component, within a factor of 2; a scale for quadratures.
    [[nodiscard]] virtual double width() const = 0;
    [[nodiscard]] virtual double log_density(std::size_t component, double u) const = 0;
    [[nodiscard]] virtual Density density(std::size_t component, double u) const = 0;
    [[nodiscard]] virtual double energy(double u) const = 0;
    [[nodiscard]] virtual double energy_slope(double u) const = 0;  ///< dE/du ≥ 0
    /// One level of the whole mixture.
    [[nodiscard]] virtual Level draw(RandomSequence& random) const = 0;
};

/// Sums over all levels at one inverse temperature. Logarithms, because n may be e^1000.
struct LevelSums {
    double log_z = 0;                 ///< ln Z, Z = Σ_j e^{−βE_j}
    std::vector<double> log_z_class;  ///< ln of the same over the levels of each class; −∞ for a class without levels
    double log_sum_squares = 0;       ///< ln Σ_j e^{−2βE_j}
    double mean_energy = 0;           ///< Σ_j w_j E_j, w_j = e^{−βE_j}/Z

    [[nodiscard]] double participation_ratio() const;        ///< Y = Σ w_j²
    [[nodiscard]] double log_participation_ratio() const;    ///< ln Y, where Y itself underflows
    [[nodiscard]] double weight_entropy(double beta) const;  ///< −Σ w_j ln w_j = ln Z + β Σ w_j E_j
    [[nodiscard]] double class_weight(std::size_t i) const;  ///< Z_i/Z
    /// Adds one more level of the given class (a planted source); the other levels keep their energies.
    void add_level(double beta, double energy, std::size_t class_index);
};

/// ln of the whole number next to e^{log_n}; log_n itself from 2^53 on, where doubles do not tell.
[[nodiscard]] double log_whole(double log_n);

/// ln(n − 1) for a whole number n = e^{log_n} ≥ 1, −∞ for n = 1; log_n itself above 2^52, where doubles do not tell.
[[nodiscard]] double log_less_one(double log_n);

/// One realisation of n = e^{log_n} independent levels of a law; the same levels serve every β.
///
///     NoncentralLevels law(c, d, l_plus, l_minus);                    // given a state x
///     RandomLevels levels(law, std::log(n), random);                  // about 40 µs
///     LevelSums sums = levels.sums(1);                                // about 15 µs
///     sums.add_level(1, source_energy, source_class);                 // a planted source, if there is one
///     sums.participation_ratio();
///
/// n ≤ 6 `levels`: all levels are drawn, which then costs about what the cut does. Otherwise a cut E_c is placed so that
/// about K = `levels` lie below it. How many do is binomial (Poisson where the difference is below rounding), their energies
/// are drawn exactly by rejection. The n − n_c levels above the cut enter each sum by their mean and covariances over the
/// law above the cut, from Gauss–Legendre quadrature (relative error near 1e-9); their fluctuation is drawn from a lognormal
/// law with these two moments, one draw for all β. The error is that of the third cumulant: each term above the cut is at
/// most e^{−βE_c} ≤ Z_c/n_c, so ⟨ln Z⟩ is off by at most about 1/(3K²), 5e-6 for K = 256, and ⟨Y⟩ by a like amount. The sums
/// of a class with few levels below the cut have that accuracy relative to Z, not to themselves. Between two β the joint
/// fluctuation of the bulk is approximate.
///
/// Keeps a reference to the law. log_n ≥ 0; below 2^53 the number is rounded to an integer. Throws std::invalid_argument for
/// log_n < 0, levels < 8, or a law without a tail of probability e^{−log_n} in double precision.
class RandomLevels {
  public:
    static constexpr std::size_t default_levels = 256;

    RandomLevels(const LevelLaw& law, double log_n, RandomSequence& random, std::size_t levels = default_levels);
    RandomLevels(const LevelLaw&& law, double log_n, RandomSequence& random, std::size_t levels = default_levels) = delete;

    [[nodiscard]] LevelSums sums(double beta) const;  ///< β ≥ 0
    /// The lowest level; where not even one lies below the cut (probability e^{−K}), the cut itself.
    [[nodiscard]] double lowest_energy() const noexcept { return lowest_.energy; }
    [[nodiscard]] std::size_t lowest_class() const noexcept { return lowest_.class_index; }
    /// The levels drawn one by one, in no order: all of them, or those below the cut.
    [[nodiscard]] const std::vector<LevelLaw::Level>& drawn() const noexcept { return drawn_; }
    [[nodiscard]] bool complete() const noexcept { return drawn_all_; }  ///< all levels were drawn
    /// E_c, +∞ where all levels were drawn.
    [[nodiscard]] double cut_energy() const noexcept { return cut_energy_; }
    /// ln of the probability of a level to lie below the cut; 0 where all were drawn.
    [[nodiscard]] double log_tail_probability() const noexcept { return log_tail_; }

  private:
    struct Bulk {
        std::size_t component = 0;
        double log_mass = 0;       ///< above the cut
        LevelLaw::Density at_cut;  ///< ln q_j and its slope at the cut
        double normals[4]{};       ///< of the fluctuations of count, Σ e^{−βE}, Σ E e^{−βE}, Σ e^{−2βE}
    };
    void draw_all(std::size_t n, RandomSequence& random);
    void draw_below_cut(double log_n, RandomSequence& random, std::size_t levels);
    void add_bulk(double beta, std::vector<double>& log_z, double& log_excess, double& log_squares) const;

    const LevelLaw* law_;
    std::vector<LevelLaw::Level> drawn_;
    LevelLaw::Level lowest_{std::numeric_limits<double>::infinity(), 0};
    std::vector<Bulk> bulk_;
    bool drawn_all_ = false;
    double cut_ = 0, cut_energy_ = std::numeric_limits<double>::infinity();
    double log_bulk_count_ = 0;  ///< ln of (n − n_c)/P(above the cut)
    double log_tail_ = 0;
    double count_factor_ = 1;  ///< 1/(1 + relative deviation of the drawn bulk counts), which fixes their sum
};

}  // namespace gdm
