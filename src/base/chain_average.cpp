#include "gdm/base/chain_average.hpp"

#include <algorithm>
#include <stdexcept>

namespace gdm {

void ChainAverage::add(double value) noexcept {
    if (count() == most_parts * part_length_) {
        for (std::size_t i = 0; i < most_parts / 2; ++i) sums_[i] = sums_[2 * i] + sums_[2 * i + 1];
        std::fill(sums_.begin() + most_parts / 2, sums_.end(), 0.);
        part_length_ *= 2;
    }
    sums_[count() / part_length_] += value;
    binning_.add(value);
}

std::vector<double> ChainAverage::block_means() const {
    const std::uint64_t parts = count() / part_length_;  // the complete ones; the values after them go to the last block
    if (parts < blocks_of_chain) throw std::logic_error("a chain has fewer values than blocks");
    std::vector<double> means;
    for (std::size_t block = 0; block < blocks_of_chain; ++block) {
        const bool last = block + 1 == blocks_of_chain;
        const std::size_t first = block * parts / blocks_of_chain, end = (block + 1) * parts / blocks_of_chain;
        double sum = last && end < most_parts ? sums_[end] : 0;
        for (std::size_t part = first; part < end; ++part) sum += sums_[part];
        const std::uint64_t values = (last ? count() : end * part_length_) - first * part_length_;
        means.push_back(sum / static_cast<double>(values));
    }
    return means;
}

void ChainAverage::save(ByteWriter& bytes) const {
    binning_.save(bytes);
    bytes.put(sums_);
    bytes.put(part_length_);
}

void ChainAverage::load(ByteReader& bytes) {
    binning_.load(bytes);
    bytes.get(sums_);
    bytes.get(part_length_);
}

std::size_t ChainAverage::bytes() {
    ByteWriter bytes;
    ChainAverage().save(bytes);
    return bytes.bytes().size();
}

}  // namespace gdm
