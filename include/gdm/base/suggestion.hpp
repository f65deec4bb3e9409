#pragma once

#include <string>
#include <string_view>
#include <vector>

/// What a message says of a name that is not known.
namespace gdm {

/// The candidate with the smallest edit distance to `name`, or "" if none is close (distance > 1 + size/3).
[[nodiscard]] std::string nearest_name(std::string_view name, const std::vector<std::string>& candidates);

/// "did you mean 'sigma2'?", after `before`: the candidates that begin with `name`, if they are few, or else the nearest
/// one; empty if none is close.
[[nodiscard]] std::string did_you_mean(std::string_view name, const std::vector<std::string>& candidates,
                                       std::string_view before = {});

/// The same, or all candidates where none is close: "known are mu, sigma2".
[[nodiscard]] std::string nearest_or_known(std::string_view name, const std::vector<std::string>& candidates);

}  // namespace gdm
