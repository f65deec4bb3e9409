#pragma once

#include <filesystem>
#include <random>
#include <string>
#include <vector>

/// Random damage to HDF5 files: of bytes, and of what they mean.
namespace gdm::fuzz {

using Random = std::mt19937_64;

/// The bytes [first, last) of a file that hold no raw data of a dataset.
struct Piece {
    std::size_t first, last;
};
[[nodiscard]] std::vector<Piece> metadata_of(const std::filesystem::path& path);

/// Flips bits and overwrites bytes, mostly of metadata; now and then cuts the file off. Returns what it did.
std::string damage_bytes(const std::filesystem::path& path, const std::vector<Piece>& metadata, Random& random);

/// Changes attributes, datasets and links: class, rank, extent, layout, value, name, presence. Returns what it did.
std::string damage_structure(const std::filesystem::path& path, Random& random);

}  // namespace gdm::fuzz
