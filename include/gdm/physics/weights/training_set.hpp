#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "gdm/base/random_stream.hpp"
#include "gdm/physics/process/gaussian_mixture.hpp"
#include "gdm/physics/weights/packed_product.hpp"

/// The N points that an empirical score knows, in blocks: drawn from a Gaussian mixture and drawn again whenever they are
/// needed, or rows of a user's array. Memory is that of one block, whatever N.
namespace gdm {

/// A block of points in panels. Points of class +1 fill the slots from 0, those of class −1 the slots from `boundary`, a
/// multiple of 16; the slots between and behind hold no point.
struct PackedBlock {
    std::vector<float> panels;   ///< coordinates, see packed_product.hpp
    std::vector<float> squares;  ///< ‖g‖² of each slot
    std::vector<float> axis;     ///< first coordinate of each slot
    std::size_t boundary = 0;
    std::size_t positive = 0;  ///< points of class +1
    std::size_t negative = 0;  ///< points of class −1
    [[nodiscard]] std::size_t slots() const noexcept { return squares.size(); }
};

/// Points and noise of states in the same form: 32 of them to a panel.
struct StatePanel {
    std::vector<float> coordinates;
    float squares[panel_points] = {};
    int sign[panel_points] = {};  ///< class of each
};

class TrainingSet {
  public:
    virtual ~TrainingSet() = default;
    [[nodiscard]] std::uint64_t size() const noexcept { return size_; }
    [[nodiscard]] std::size_t dimension() const noexcept { return dimension_; }
    /// Points of a block: 2,048, 1,024 or 256 slots less what the alignment of the classes may take. Larger blocks cost less
    /// in sums, smaller ones keep their coordinates in the caches. Part of the definition of a sampled set.
    [[nodiscard]] std::size_t block_points() const noexcept {
        return dimension_ <= 512 ? 2032 : dimension_ <= 8192 ? 1008 : 240;
    }
    [[nodiscard]] std::uint64_t blocks() const noexcept { return (size_ + block_points() - 1) / block_points(); }
    /// Number of points in block `b`.
    [[nodiscard]] std::size_t count(std::uint64_t b) const noexcept;
    /// Where in its block point j stands.
    [[nodiscard]] std::size_t slot(std::uint64_t j) const;

    virtual void load(std::uint64_t b, PackedBlock& block) const = 0;
    /// 32 of its own points (`members`), as the sources of planted states.
    virtual void load_members(std::span<const std::uint64_t, panel_points> members, StatePanel& panel) const = 0;
    /// 32 points of the same law that are not in the set, numbered from `first`, as the sources of population states.
    virtual void load_others(std::uint64_t first, StatePanel& panel) const = 0;

  protected:
    TrainingSet(std::uint64_t size, std::size_t dimension) : size_(size), dimension_(dimension) {}
    /// Sizes the arrays of a block for `positive` + `negative` points, cleared.
    void shape(PackedBlock& block, std::size_t positive, std::size_t negative) const;
    /// How many points of block b are of class +1; they come first.
    [[nodiscard]] virtual std::size_t positive(std::uint64_t b) const = 0;

  private:
    std::uint64_t size_;
    std::size_t dimension_;
};

/// N ≤ 2^32 points y = c m + σ g of a Gaussian mixture; coordinates are those of g, the first one along m (the law is
/// isotropic). The class is a fair coin for each point: their number in a block is binomial, and the points of a block are
/// ordered by class.
[[nodiscard]] std::unique_ptr<TrainingSet> sampled_training_set(std::uint64_t n, std::size_t d, const RandomStream& random);

/// The rows `members` of a row-major array of d columns, each less `offset` and times `scale`; all of one class. `others`:
/// rows that are not members (may be empty).
[[nodiscard]] std::unique_ptr<TrainingSet> array_training_set(const double* values, std::size_t d,
                                                              std::vector<std::uint64_t> members,
                                                              std::vector<std::uint64_t> others,
                                                              std::span<const double> offset, double scale);

}  // namespace gdm
