/// The first update of a Hopfield network, by counting.

#include "gdm/physics/memories/first_step_error.hpp"

#include <gtest/gtest.h>

#include <cmath>

namespace gdm {
namespace {

TEST(FirstStepError, IsWhatAllSignsGive) {
    for (const int spins : {2, 3, 4, 5}) {
        for (const int patterns : {1, 2, 3, 4}) {
            const int signs = (spins - 1) * (patterns - 1);
            int flips = 0;
            for (int state = 0; state < (1 << signs); ++state) {
                const int sum = 2 * __builtin_popcount(static_cast<unsigned>(state)) - signs;
                flips += sum < -(spins - 1);
            }
            EXPECT_NEAR(hopfield_first_step_error(spins, patterns), std::ldexp(flips, -signs), 1e-14)
                << spins << " spins, " << patterns << " patterns";
        }
    }
}

TEST(FirstStepError, OfALargeNetwork) {
    EXPECT_NEAR(hopfield_first_step_error(500, 70), 0.00352317, 5e-9);
    EXPECT_NEAR(hopfield_first_step_error(10'000'000, 1'000'000), std::erfc(1 / std::sqrt(0.2)) / 2, 1e-8);
}

}  // namespace
}  // namespace gdm
