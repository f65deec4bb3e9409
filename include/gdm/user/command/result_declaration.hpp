#pragma once

#include <string_view>
#include <vector>

#include "gdm/experiment/observable.hpp"

namespace gdm {

/// What the line `observables` of a job says that a command gives back.
struct ResultDeclaration {
    std::vector<Observable> observables;
    std::vector<FixedAxis> axes;  ///< counted from 0
};

/// Reads "energy [J], correlation(16), histogram(bin = 64) sum": names with their shapes, units in brackets, and how
/// replicas combine (mean if nothing is said) or that numbers `may_be_missing`. Axes without a name are NAME_index,
/// NAME_index2, …; observables may share a named one. Throws UsageError.
[[nodiscard]] ResultDeclaration parse_result_declaration(std::string_view text);

}  // namespace gdm
