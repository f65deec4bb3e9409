#include "gdm/base/instruction_set.hpp"

#include <hwy/highway.h>
#include <hwy/targets.h>

namespace gdm {

std::string instruction_set() {
    // As Highway's dispatch chooses: the lowest bit is the best of the targets compiled in and supported here.
    const auto usable = hwy::SupportedTargets() & HWY_TARGETS;
    return hwy::TargetName(usable & -usable);
}

}  // namespace gdm
