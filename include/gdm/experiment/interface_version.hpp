#pragma once

namespace gdm {

/// The version of what programs outside this repository are written against: gdm/programs.hpp, and all that it and the
/// headers of base and experiment declare. `major` is raised when a program that compiled no longer does, or means something
/// else; `minor` when something is added, and is 0 after that. `find_package(gdm_sweep 1.2)` takes 1.2 and later 1.x.
struct InterfaceVersion {
    int major = 0;
    int minor = 0;
};
inline constexpr InterfaceVersion interface_version{1, 0};

}  // namespace gdm
