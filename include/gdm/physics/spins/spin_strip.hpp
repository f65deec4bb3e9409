#pragma once

#include <array>
#include <cstddef>
#include <span>
#include <utility>
#include <vector>

#include "gdm/base/random_stream.hpp"
#include "gdm/base/words.hpp"

namespace gdm {

/// torus: periodic around each column and along the columns; cylinder: around each column only; strip: nowhere.
enum class Boundary { torus, cylinder, strip };
inline constexpr Words boundary_words{
    std::array{Word{Boundary::torus, "torus"}, Word{Boundary::cylinder, "cylinder"}, Word{Boundary::strip, "strip"}}};

/// Ising spins ±1 on `length` columns of `width` sites, of probability ∝ exp(K Σ_<ij> s_i s_j + Σ h_i s_i), K = J/T ≥ 0.
/// Site row + width × column. A periodic direction of two sites has two bonds a pair, one of one site has none.
struct SpinStrip {
    std::size_t width = 1, length = 1;
    Boundary boundary = Boundary::torus;
    double coupling = 0;  ///< K

    [[nodiscard]] std::size_t sites() const noexcept { return width * length; }
    [[nodiscard]] bool periodic_columns() const noexcept { return boundary != Boundary::strip && width > 1; }
    [[nodiscard]] bool periodic_length() const noexcept { return boundary == Boundary::torus && length > 1; }
    [[nodiscard]] std::vector<std::pair<std::size_t, std::size_t>> bonds() const;
};

/// The law of the spins of a strip in fields, exactly, by transfer matrices applied site by site (Kramers and Wannier 1941):
/// partition function, magnetisations, entropy, laws of blocks of columns, independent samples. Work and memory: length ×
/// width × 2^width, and 2^width times that on a torus, where the first column is kept in mind.
///
/// Weights are relative to the largest that each bond and each field can give and are scaled after each column, so that
/// neither low temperatures nor fields of any size overflow.
class TransferMatrix {
  public:
    /// Throws std::invalid_argument unless the width is from 1 to 16, on a torus to 8. Starts without fields.
    explicit TransferMatrix(const SpinStrip& strip);

    [[nodiscard]] const SpinStrip& strip() const noexcept { return strip_; }
    /// Solves the strip in these fields, one a site.
    void set_fields(std::span<const double> fields);

    /// ln Z.
    [[nodiscard]] double log_partition() const noexcept { return log_partition_; }
    /// ⟨s_i⟩ of each site.
    void means(std::span<double> values) const;
    /// −Σ p ln p of all spins, in nats.
    [[nodiscard]] double entropy() const { return columns_entropy(0, strip_.length); }
    /// That of the spins of `count` columns from `first` on, the others summed over. On a torus `first` is 0.
    [[nodiscard]] double columns_entropy(std::size_t first, std::size_t count) const;
    /// The probabilities of the 2^width states of a column; bit r is set where the spin of row r is up.
    [[nodiscard]] std::vector<double> column_law(std::size_t column) const;
    /// The entropy of `count` neighbouring spins of a column from row `first` on.
    [[nodiscard]] double arc_entropy(std::size_t column, std::size_t first, std::size_t count) const;
    /// One state, independent of all others.
    void draw(RandomSequence& random, std::span<double> spins) const;

  private:
    [[nodiscard]] std::vector<double> column_weight(std::size_t column) const;
    void multiply(std::vector<double>& states, const std::vector<double>& weight) const;
    void cross(std::vector<double>& states) const;
    [[nodiscard]] double rescale(std::vector<double>& states) const;
    [[nodiscard]] double log_weight_of_columns(std::size_t first, std::size_t count) const;
    [[nodiscard]] double bond_mean(std::size_t column) const;

    SpinStrip strip_;
    std::size_t states_, starts_;  ///< states of a column, and of the first one that are told apart
    double opposite_;              ///< relative weight e^{−2K} of a pair of opposite spins
    std::vector<double> inside_;   ///< relative weight of the bonds within a column
    std::vector<double> fields_;
    std::vector<std::vector<double>> weight_, forward_, backward_;  ///< of each column
    std::vector<double> forward_log_, backward_log_;                ///< ln of what they were divided by
    double log_partition_ = 0;
};

/// Entropy in nats of a law given by its probabilities.
[[nodiscard]] double entropy_of(std::span<const double> probabilities);

}  // namespace gdm
