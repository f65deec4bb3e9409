#include "gdm/physics/spins/ising_sums.hpp"

#include <algorithm>
#include <cstring>

namespace gdm {
namespace {

std::uint64_t eight(const std::int8_t* spins) {
    std::uint64_t word;
    std::memcpy(&word, spins, sizeof word);
    return word;
}

/// Σ_i of bit 0 of each of the bytes that `word(i)` makes of eight spins from i on, and `single(i)` of one.
template <class WordOf, class Single>
std::int64_t count(std::size_t n, WordOf&& word, Single&& single) {
    constexpr std::uint64_t ones = 0x0101010101010101u;
    constexpr std::size_t most = std::size_t{8} * 31;  // then the bytes of the sum add up to less than 256
    std::int64_t total = 0;
    std::size_t i = 0;
    while (i + 8 <= n) {
        std::uint64_t sum = 0;
        for (const std::size_t end = std::min(n, i + most); i + 8 <= end; i += 8) sum += word(i) & ones;
        total += static_cast<std::int64_t>((sum * ones) >> 56);
    }
    for (; i < n; ++i) total += single(i);
    return total;
}

/// At how many of n places two rows differ. 1 and −1 differ in bit 1.
std::int64_t different(const std::int8_t* a, const std::int8_t* b, std::size_t n) {
    return count(
        n, [&](std::size_t i) { return (eight(a + i) ^ eight(b + i)) >> 1; },
        [&](std::size_t i) { return a[i] != b[i] ? 1 : 0; });
}

/// Σ of n spins; bit 7 is the sign.
std::int64_t sum_of(const std::int8_t* spins, std::size_t n) {
    const std::int64_t down = count(
        n, [&](std::size_t i) { return eight(spins + i) >> 7; }, [&](std::size_t i) { return spins[i] < 0 ? 1 : 0; });
    return static_cast<std::int64_t>(n) - 2 * down;
}

}  // namespace

IsingSums::IsingSums(const Lattice& lattice)
    : kind_(lattice.kind()),
      size_(lattice.size()),
      depth_(lattice.sites() / (size_ * size_)),
      bonds_(lattice.bonds()),
      dimension_(lattice.dimension()),
      wave_(size_),
      across_(size_),
      columns_(size_),
      rows_(size_),
      planes_(depth_) {}

IsingMeasured IsingSums::measure(std::span<const std::int8_t> spins) {
    const std::size_t size = size_, plane = size * size;
    std::fill(across_.begin(), across_.end(), 0);
    std::fill(rows_.begin(), rows_.end(), 0);
    std::fill(planes_.begin(), planes_.end(), 0);
    std::int64_t unlike = 0;
    for (std::size_t z = 0; z < depth_; ++z) {
        for (std::size_t y = 0; y < size; ++y) {
            const std::int8_t* row = spins.data() + z * plane + y * size;
            const std::int8_t* next = spins.data() + z * plane + (y + 1 == size ? 0 : y + 1) * size;
            unlike += different(row, row + 1, size - 1) + (row[size - 1] != row[0] ? 1 : 0) + different(row, next, size);
            if (kind_ == LatticeKind::triangular)
                unlike += different(row, next + 1, size - 1) + (row[size - 1] != next[0] ? 1 : 0);
            if (kind_ == LatticeKind::cubic)
                unlike += different(row, spins.data() + (z + 1 == depth_ ? 0 : z + 1) * plane + y * size, size);
            const std::int64_t sum = sum_of(row, size);
            rows_[y] += sum;
            planes_[z] += sum;
            for (std::size_t x = 0; x < size; ++x) across_[x] += row[x];
        }
    }
    IsingMeasured result;
    result.bonds = static_cast<std::int64_t>(bonds_) - 2 * unlike;
    for (const std::int64_t one : rows_) result.magnetisation += one;
    std::copy(across_.begin(), across_.end(), columns_.begin());
    result.structure =
        wave_.power(std::span<const std::int64_t>(columns_)) + wave_.power(std::span<const std::int64_t>(rows_));
    if (kind_ == LatticeKind::cubic) result.structure += wave_.power(std::span<const std::int64_t>(planes_));
    result.structure /= dimension_;
    return result;
}

}  // namespace gdm
