#include "vector_throughput.hpp"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "vector_throughput.cpp"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace gdm::HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

/// Ten chains: two operations a cycle of latency four, and some to spare.
double run(std::size_t rounds) {
    const hn::ScalableTag<double> d;
    const auto factor = hn::Set(d, 0.999), term = hn::Set(d, 1e-3);
    auto a = hn::Set(d, 0.1), b = a, c = a, e = a, f = a, g = a, h = a, i = a, j = a, k = a;
    for (std::size_t r = 0; r < rounds; ++r) {
        a = hn::MulAdd(a, factor, term), b = hn::MulAdd(b, factor, term), c = hn::MulAdd(c, factor, term);
        e = hn::MulAdd(e, factor, term), f = hn::MulAdd(f, factor, term), g = hn::MulAdd(g, factor, term);
        h = hn::MulAdd(h, factor, term), i = hn::MulAdd(i, factor, term), j = hn::MulAdd(j, factor, term);
        k = hn::MulAdd(k, factor, term);
    }
    const auto sum =
        hn::Add(hn::Add(hn::Add(a, b), hn::Add(c, e)), hn::Add(hn::Add(f, g), hn::Add(h, hn::Add(i, hn::Add(j, k)))));
    return hn::GetLane(sum);
}

std::size_t bytes() { return hn::Lanes(hn::ScalableTag<double>()) * sizeof(double); }

}  // namespace gdm::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace gdm {
HWY_EXPORT(run);
HWY_EXPORT(bytes);

double multiply_adds(std::size_t rounds) { return HWY_DYNAMIC_DISPATCH(run)(rounds); }
double multiply_adds_of(std::size_t rounds) { return 10 * static_cast<double>(rounds); }
std::size_t vector_bytes() { return HWY_DYNAMIC_DISPATCH(bytes)(); }
}  // namespace gdm
#endif
