#pragma once

#include <string>

#include "gdm/experiment/experiment.hpp"

/// Means over random networks that few of them make: where differences grow by random factors, most die and some live. Of n
/// networks whose squares have the mean s, n_eff = n mean²/s equal ones would make the same mean. One network more that
/// lives, or one less, is mean/n_eff: that is added to the error of the replicas, as √(k + 1)/n is the deviation of k that
/// live of n. Where fewer than 64 make the mean (or half of all) the spread says nothing, and the error is NaN.
namespace gdm {

/// `networks_measured`: how many there are at a point, by which the errors are judged; each replica writes its own.
[[nodiscard]] Observable networks_measured();
/// NAME_mean and NAME_squared over `axis`: the means over the networks of a replica that NAME is made of.
[[nodiscard]] std::vector<Observable> few_networks_observables(const std::string& name, const std::string& description,
                                                               const std::string& axis);
/// `factor` times NAME_mean of `of`, with the error above; `name` is what the reduced file calls it.
[[nodiscard]] Derived mean_of_few_networks(const std::string& name, const std::string& description, const std::string& of,
                                           const std::string& axis, double (*factor)(const Point& point) = nullptr);

}  // namespace gdm
