#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "gdm/experiment/experiment.hpp"
#include "gdm/physics/networks/convolutional_signal.hpp"
#include "gdm/physics/spins/directed_percolation.hpp"

/// A replica of convolutional_propagation: one network, and lattices of directed percolation beside it.
namespace gdm {

/// Blocks of sites in the picture of a network.
inline constexpr std::size_t picture_blocks = 64;

[[nodiscard]] ConvolutionalNetwork network_of(const Point& point);
/// The layer at which scaled_rho is measured.
[[nodiscard]] double scaled_layer(const Point& point);

class ConvolutionalReplica {
  public:
    ConvolutionalReplica(const Point& point, const RandomStream& random);

    [[nodiscard]] std::uint32_t layer() const noexcept { return signal_.layer(); }
    /// The next layer, and what is recorded there.
    void step(const RandomStream& random);
    void write(const Values& values, bool with_picture) const;

    [[nodiscard]] static std::size_t state_size(const Point& point);
    [[nodiscard]] std::vector<std::byte> bytes() const;
    void load(std::span<const std::byte> state);

  private:
    void record(std::size_t place);

    std::vector<double> layers_;
    double scaled_layer_;
    bool with_reference_;
    ConvolutionalSignal signal_;
    DirectedPercolation reference_;
    /// log_rho, active_fraction, q, log_tangent, reference_density of each layer; the picture of each layer.
    std::vector<double> series_, picture_;
    double scaled_rho_;
};

void run_convolutional_replica(const Point& point, const Context& context, const RandomStream& random, const Stop& stop,
                               Checkpoint& checkpoint, Values& values);

}  // namespace gdm
