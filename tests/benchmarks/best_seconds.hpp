#pragma once

#include <algorithm>
#include <cstddef>
#include <ctime>
#include <limits>

namespace gdm {

/// Seconds of processor time of one of `times` calls, the best of nine.
template <class Call>
double best_seconds(std::size_t times, Call call) {
    double best = std::numeric_limits<double>::infinity();
    for (int trial = 0; trial < 9; ++trial) {
        const std::clock_t start = std::clock();
        for (std::size_t i = 0; i < times; ++i) call();
        best = std::min(best, static_cast<double>(std::clock() - start) / CLOCKS_PER_SEC);
    }
    return best / static_cast<double>(times);
}

}  // namespace gdm
