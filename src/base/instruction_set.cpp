#include "gdm/base/instruction_set.hpp"

#include <hwy/highway.h>
#include <hwy/targets.h>

namespace gdm {

std::string instruction_set() {
    // As Highway's dispatch chooses: the lowest bit is the best of the targets compiled in and supported here.
    const auto usable = hwy::SupportedTargets() & HWY_TARGETS;
    return hwy::TargetName(usable & -usable);
}

bool same_rounding(std::string_view one, std::string_view other) {
    const auto fuses = [](std::string_view name) { return name.starts_with("AVX2") || name.starts_with("AVX3"); };
    return one == other || (fuses(one) && fuses(other));
}

}  // namespace gdm
