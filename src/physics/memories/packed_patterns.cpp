#include "gdm/physics/memories/packed_patterns.hpp"

#include <bit>
#include <stdexcept>

#include "gdm/physics/spins/bernoulli.hpp"

namespace gdm {

PackedPatterns::PackedPatterns(std::size_t sites, std::size_t patterns)
    : sites_(sites), patterns_(patterns), words_((patterns + 63) / 64), bits_((sites + group - 1) / group * group * words_) {
    if (sites == 0 || patterns == 0) throw std::invalid_argument("a Hopfield network has a site and a pattern at least");
}

std::int64_t PackedPatterns::ups(std::size_t site) const noexcept {
    std::int64_t count = 0;
    for (std::size_t k = 0; k < words_; ++k) count += std::popcount(word(site, k));
    return count;
}

std::int64_t PackedPatterns::coupling(std::size_t i, std::size_t j) const noexcept {
    std::int64_t different = 0;
    for (std::size_t k = 0; k < words_; ++k) different += std::popcount(word(i, k) ^ word(j, k));
    return static_cast<std::int64_t>(patterns_) - 2 * different;
}

PackedPatterns random_patterns(std::size_t sites, std::size_t patterns, double bias, const RandomStream& random,
                               std::uint32_t part) {
    PackedPatterns result(sites, patterns);
    const double probability = (1 + bias) / 2;
    bernoulli_words({&probability, 1}, result.bits_, random, Purpose::dataset, 0, part);
    // What no pattern and no site has is 0.
    const std::uint64_t last = patterns % 64 == 0 ? ~std::uint64_t{0} : (std::uint64_t{1} << (patterns % 64)) - 1;
    for (std::size_t site = 0; site < result.groups() * PackedPatterns::group; ++site) {
        result.bits_[result.place(site, result.words_ - 1)] &= last;
        if (site < sites) continue;
        for (std::size_t k = 0; k < result.words_; ++k) result.bits_[result.place(site, k)] = 0;
    }
    return result;
}

}  // namespace gdm
