#pragma once

#include <gtest/gtest.h>
#include <hwy/highway.h>

#include <cstdint>

namespace gdm {

/// Runs the kernels on one Highway target only, if this processor has it.
class OnTarget {
  public:
    explicit OnTarget(std::int64_t target) {
        hwy::SetSupportedTargetsForTest(0);
        available_ = (hwy::SupportedTargets() & HWY_TARGETS & target) != 0;
        choose(available_ ? target : 0);
    }
    ~OnTarget() { choose(0); }
    OnTarget(const OnTarget&) = delete;
    OnTarget& operator=(const OnTarget&) = delete;
    [[nodiscard]] bool available() const { return available_; }

  private:
    static void choose(std::int64_t target) {
        hwy::SetSupportedTargetsForTest(target);
        hwy::GetChosenTarget().Update(hwy::SupportedTargets());
    }
    bool available_ = false;
};

/// Runs `check` on every target that this build and processor have; the ones without fused multiply-add round differently.
template <class Check>
void on_every_target(Check check) {
    for (const std::int64_t target : {HWY_AVX3_DL, HWY_AVX3, HWY_AVX2, HWY_SSE4, HWY_SSSE3, HWY_EMU128, HWY_NEON}) {
        const OnTarget on(target);
        if (!on.available()) continue;
        SCOPED_TRACE(hwy::TargetName(target));
        check();
    }
}

}  // namespace gdm
