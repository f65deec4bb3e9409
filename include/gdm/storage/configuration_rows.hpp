#pragma once

#include <cstddef>
#include <filesystem>
#include <span>
#include <string>
#include <vector>

#include "gdm/storage/sweep_reader.hpp"

namespace gdm {

/// The configurations of spins that a sweep stored (`store`) as rows of a dataset: of one point, all replicas that are done,
/// one after the other. A row holds the spins ±1 of all sites (Ising), or cos θ and sin θ of each site in turn (XY), the
/// unit vectors whose distances count.
class ConfigurationRows {
  public:
    /// `choice` names the point where the file has several: "T = 2.3, L = 16"; numbers agree to 6 digits. Throws UsageError
    /// (no sweep file, none stored or done yet, no such point or several, telling which there are) or IoError.
    ConfigurationRows(const std::filesystem::path& path, const std::string& choice);

    /// Rows and columns.
    [[nodiscard]] const std::vector<std::size_t>& shape() const noexcept { return shape_; }
    /// All rows. Throws std::invalid_argument if `values` has another size.
    void read(std::span<double> values) const;

  private:
    [[nodiscard]] std::size_t point_of(const std::string& choice) const;

    std::filesystem::path path_;
    SweepReader reader_;
    bool angles_ = false;
    std::size_t stored_ = 0, sites_ = 0;  ///< configurations of a replica
    std::vector<std::size_t> rows_;       ///< replicas that are done
    std::vector<std::size_t> shape_;
};

}  // namespace gdm
