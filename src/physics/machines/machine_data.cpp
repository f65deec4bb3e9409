#include "gdm/physics/machines/machine_data.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <stdexcept>
#include <string>

#include "gdm/physics/spins/ising_updates.hpp"
#include "gdm/physics/spins/lattice.hpp"
#include "gdm/physics/spins/word_sequence.hpp"

namespace gdm {
namespace {

std::uint8_t bit(std::size_t word, std::size_t place) { return static_cast<std::uint8_t>(word >> place & 1); }

}  // namespace

BinaryData bars_and_stripes(std::size_t size) {
    if (size < 2 || size > 12) throw std::invalid_argument("bars and stripes have 2 to 12 pixels a side");
    BinaryData data{size * size, {}};
    const std::size_t all = std::size_t{1} << size;
    for (std::size_t code = 0; code < all; ++code) {
        for (std::size_t pixel = 0; pixel < size * size; ++pixel) data.units.push_back(bit(code, pixel / size));
    }
    for (std::size_t code = 1; code + 1 < all; ++code) {  // all white and all black are there already
        for (std::size_t pixel = 0; pixel < size * size; ++pixel) data.units.push_back(bit(code, pixel % size));
    }
    return data;
}

BinaryData labelled_shifter(std::size_t bits) {
    if (bits < 1 || bits > 12) throw std::invalid_argument("the labelled shifter has 1 to 12 bits");
    BinaryData data{2 * bits + 3, {}};
    for (std::size_t code = 0; code < std::size_t{1} << bits; ++code) {
        for (std::size_t shift = 0; shift < 3; ++shift) {
            for (std::size_t i = 0; i < bits; ++i) data.units.push_back(bit(code, i));
            for (std::size_t i = 0; i < bits; ++i) data.units.push_back(bit(code, (i + bits + 1 - shift) % bits));
            for (std::size_t label = 0; label < 3; ++label) data.units.push_back(label == shift ? 1 : 0);
        }
    }
    return data;
}

BinaryData ising_configurations(std::size_t size, double temperature, std::size_t rows, const RandomStream& random) {
    const Lattice lattice(LatticeKind::square, size);
    IsingUpdates updates(lattice, 1 / temperature, 0);
    WordSequence words(random, Purpose::dataset, 0, 0);
    std::vector<std::int8_t> spins(lattice.sites());
    for (std::int8_t& spin : spins) spin = words.next() & 1 ? 1 : -1;
    for (int cluster = 0; cluster < 100; ++cluster) updates.wolff(spins, words);
    BinaryData data{lattice.sites(), {}};
    for (std::size_t row = 0; row < rows; ++row) {
        for (std::size_t turned = 0; turned < spins.size();) turned += updates.wolff(spins, words);
        for (const std::int8_t spin : spins) data.units.push_back(spin > 0 ? 1 : 0);
    }
    return data;
}

BinaryData hopfield_mixture(std::size_t visible, std::size_t patterns, double overlap, std::size_t rows,
                            const RandomStream& random) {
    if (patterns == 0) throw std::invalid_argument("a mixture of patterns has one at least");
    RandomSequence drawn(random, Purpose::dataset, 0, 0), chosen(random, Purpose::dataset, 0, 1);
    std::vector<std::uint8_t> pattern(patterns * visible);
    for (std::uint8_t& unit : pattern) unit = static_cast<std::uint8_t>(drawn.bits() >> 63);
    BinaryData data{visible, {}};
    for (std::size_t row = 0; row < rows; ++row) {
        const auto which = static_cast<std::size_t>(chosen.below(2 * patterns));
        const std::uint8_t* from = pattern.data() + which / 2 * visible;
        for (std::size_t i = 0; i < visible; ++i) {
            const bool error = chosen.uniform() < (1 - overlap) / 2;
            data.units.push_back(static_cast<std::uint8_t>(from[i] ^ (which & 1) ^ (error ? 1 : 0)));
        }
    }
    return data;
}

std::vector<double> unit_means(const BinaryData& data) {
    std::vector<double> means(data.visible, 0);
    for (std::size_t r = 0; r < data.rows(); ++r)
        for (std::size_t i = 0; i < data.visible; ++i) means[i] += data.row(r)[i];
    for (double& mean : means) mean /= static_cast<double>(data.rows());
    return means;
}

double best_log_likelihood(const BinaryData& data) {
    std::map<std::string, std::size_t> counts;
    for (std::size_t r = 0; r < data.rows(); ++r) ++counts[std::string(data.row(r).begin(), data.row(r).end())];
    double sum = 0;
    for (const auto& [row, count] : counts) {
        const auto n = static_cast<double>(count);
        sum += n * std::log(n / static_cast<double>(data.rows()));
    }
    return sum;
}

}  // namespace gdm
