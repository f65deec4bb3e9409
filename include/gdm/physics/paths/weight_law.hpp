#pragma once

#include <functional>
#include <optional>
#include <vector>

#include "gdm/physics/paths/entropy_cumulants.hpp"

namespace gdm {

/// The law of a positive weight w = e^{−ΔS}, heavy-tailed or not, and how far the mean of n independent ones
/// strays. K(k) = ln ⟨w^k⟩.
///
/// Masses at values of ln w, or from the moments alone: at l = K′(k) the density of ln w is e^{K(k) − k l}/√(2πK″(k)),
/// normalised anew (saddlepoint; Daniels 1954): exact for normal and gamma laws, up to 20 % off for reverse paths, wrong
/// where the law has several bumps. Held are a few hundred values, up to where one of 1,000 sets of `most` weights has one.
class WeightLaw {
  public:
    /// `index` is the tail index, where K becomes infinite (+∞ for none). Throws std::invalid_argument if K is not finite at
    /// 0.
    WeightLaw(const std::function<Cumulants(double k)>& cumulants, double index, double most);
    WeightLaw(const std::vector<WeightMass>& masses, double most);

    /// The law of the product with an independent weight.
    [[nodiscard]] WeightLaw times(const WeightLaw& other, double most) const;

    /// What `share` of the means of n weights^power stay within, in units of ⟨w^power⟩: the quantile of |mean/⟨w^power⟩ −
    /// 1|. From the characteristic function of the sum, ln φ(ω) = n ⟨e^{iω(w − ⟨w⟩)/n} − 1⟩ (compound Poisson). For power =
    /// 2 it says how well the spread of n weights tells their variance. At most 1 where the mean itself lies beyond the law
    /// held.
    [[nodiscard]] double mean_deviation(double n, double share, double power = 1) const;

    /// P(ln w > l), and moments ⟨w^power⟩ of the law held.
    [[nodiscard]] double beyond(double l) const;
    [[nodiscard]] double moment(double power) const;

  private:
    std::vector<double> log_weight_, mass_;
};

/// The law of e^{−ΔS_tot} of paths in d dimensions: of the chain itself where one step does the work of all (forward),
/// otherwise by the saddlepoint from a chain of at most 150 steps, or as many as keep the last one below half a relaxation
/// time. nullopt where the cumulants are not known.
[[nodiscard]] std::optional<WeightLaw> exponential_law(const PathProblem& problem, EntropyRule rule, double most);

}  // namespace gdm
