#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include "gdm/base/binning.hpp"
#include "gdm/experiment/experiment.hpp"
#include "gdm/physics/chains/thermalisation.hpp"
#include "gdm/physics/targets/generative_bath.hpp"

namespace gdm {

/// The bath of a point; given points are drawn from `random`.
[[nodiscard]] BathModel bath_of(const Point& point, const RandomStream& random);
/// Whether ȳ·e vanishes by symmetry: without a field, but for given points.
[[nodiscard]] bool bath_is_symmetric(const Point& point);

/// How often values of K^{1/4}‖ȳ‖ fall into equal bins. Values of two deltas, which lie 2/K apart in ȳ, are spread evenly
/// over half a distance to either side, so that bins need not know of them.
class BathHistogram {
  public:
    explicit BathHistogram(const Point& point);
    void add(double absolute, double weight);
    /// Divided by the sum of the weights and the width of a bin.
    void write(std::span<double> density) const;
    void save(ByteWriter& bytes) const;
    void load(ByteReader& bytes);

  private:
    double scale_, half_, first_ = 0, width_ = 1, total_ = 0;
    std::vector<double> counts_;
};

/// A replica: two chains, which are swept, thermalised and measured together.
class BathChain {
  public:
    BathChain(const Point& point, const RandomStream& random);
    void step(const RandomStream& random);
    [[nodiscard]] bool over() const { return absolute_.count() >= samples_; }
    [[nodiscard]] std::uint64_t steps() const { return step_; }
    void write(const Point& point, const Values& values) const;
    void save(ByteWriter& bytes) const;
    void load(ByteReader& bytes);

  private:
    struct Copy {
        std::unique_ptr<GenerativeBath> bath;
        std::vector<double> past;                         ///< ȳ of the last sweeps, as many as the greatest lag
        std::vector<double> past_absolute;                ///< ‖ȳ‖ of them
        std::vector<double> products, products_absolute;  ///< sums over the chain, of each lag
        std::vector<double> sum;                          ///< of ȳ
        Binning along, absolute;
    };
    void measure(Copy& copy);

    std::uint64_t samples_, step_ = 0;
    bool mirrors_, symmetric_;
    std::vector<std::size_t> lags_;
    Thermalisation thermalisation_;
    std::array<Copy, 2> copies_;
    Binning along_, absolute_;      ///< of the mean of both copies
    std::array<double, 3> sums_{};  ///< of ‖ȳ‖², ‖ȳ‖⁴, participation
    BathHistogram histogram_;
};

}  // namespace gdm
