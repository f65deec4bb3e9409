#pragma once

#include <cstdint>
#include <vector>

/// Updates of spins as they are usually written, to be compared with. L is a power of two.
namespace gdm {

/// xoshiro256++ (Blackman and Vigna 2019): as fast as good generators come, so that arithmetic is compared.
struct Xoshiro {
    std::uint64_t s[4] = {0x9e3779b97f4a7c15, 0xbf58476d1ce4e5b9, 0x94d049bb133111eb, 0x2545f4914f6cdd1d};
    std::uint64_t operator()() noexcept {
        const auto left = [](std::uint64_t x, int k) { return x << k | x >> (64 - k); };
        const std::uint64_t result = left(s[0] + s[3], 23) + s[0], t = s[1] << 17;
        s[2] ^= s[0], s[3] ^= s[1], s[1] ^= s[2], s[0] ^= s[3], s[2] ^= t;
        s[3] = left(s[3], 45);
        return result;
    }
    double uniform() noexcept { return static_cast<double>((*this)() >> 11) * 0x1p-53; }
};

/// Metropolis of one system, an int8 a spin, e^{−βΔE} from a table, site after site.
void plain_ising(std::vector<std::int8_t>& spins, unsigned size, double beta, Xoshiro& random);

/// Metropolis of 64 systems in the bits of words with one random number a site for all of them, as published multi-spin
/// codes have it: the systems are NOT independent.
void shared_ising(std::vector<std::uint64_t>& spins, unsigned size, double beta, Xoshiro& random);

/// Metropolis of one XY system with uniform proposals: angles, a cosine for each neighbour before and after.
void plain_xy_angles(std::vector<double>& angles, unsigned size, double beta, Xoshiro& random);

/// The same with unit vectors in memory: one sine and one cosine an update.
void plain_xy_vectors(std::vector<double>& x, std::vector<double>& y, unsigned size, double beta, Xoshiro& random);

}  // namespace gdm
