#pragma once

#include <string>
#include <string_view>

namespace gdm {

/// The vector instructions that the kernels use on this processor, by Highway's name ("AVX3" is AVX-512, "AVX2", "SSE4",
/// "NEON", …). It decides rounding: targets with fused multiply-add (AVX2 and AVX3 among them) give the same bits, targets
/// without it others.
[[nodiscard]] std::string instruction_set();

/// Whether two instruction sets give the same bits: the same name, or both with fused multiply-add.
[[nodiscard]] bool same_rounding(std::string_view one, std::string_view other);

}  // namespace gdm
