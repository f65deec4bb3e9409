#pragma once

namespace gdm {

/// "0.1.0 (a1b2c3d)": the release and the commit it was built from; "+" marks uncommitted changes.
[[nodiscard]] const char* code_version();

}  // namespace gdm
