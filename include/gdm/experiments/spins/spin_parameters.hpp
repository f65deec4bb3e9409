#pragma once

#include <string>

#include "gdm/base/words.hpp"
#include "gdm/experiment/experiment.hpp"

/// Parameters that the experiments on spin systems share, so that one thing has one name in all of them. J = k_B = 1.
namespace gdm {

/// metropolis, heat_bath: a step is one update of every spin. wolff: some clusters, as many as turn every spin once on
/// average; cluster: all of them (Swendsen and Wang).
enum class SpinUpdate { metropolis, heat_bath, wolff, cluster };
inline constexpr Words spin_update_words{std::array{Word{SpinUpdate::metropolis, "metropolis"},
                                                    Word{SpinUpdate::heat_bath, "heat_bath"},
                                                    Word{SpinUpdate::wolff, "wolff"}, Word{SpinUpdate::cluster, "cluster"}}};

/// `T`, or `beta` = 1/T: the temperature, a grid axis of independent chains or the inner axis of a tempered one.
[[nodiscard]] Parameter temperature_parameter(Role role, const std::string& default_value);
/// `L`: sites a side.
[[nodiscard]] Parameter size_parameter(const std::string& default_value, double largest);
/// `update`: one of spin_update_words, a grid axis.
[[nodiscard]] Parameter update_parameter(const std::string& default_value);
/// `samples`: measurements in a replica; what lengthens a chain.
[[nodiscard]] Parameter samples_setting(const std::string& default_value);
/// `interval`: steps of the chain from one measurement to the next.
[[nodiscard]] Parameter interval_setting(const std::string& default_value);
/// `thermalisation`: steps before measuring, at most.
[[nodiscard]] Parameter thermalisation_setting(const std::string& default_value);

/// A setting that counts something, from `least` to `most`.
[[nodiscard]] Parameter count_setting(const std::string& name, const std::string& description,
                                      const std::string& default_value, double least, double most);

}  // namespace gdm
