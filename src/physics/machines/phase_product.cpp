#include "gdm/physics/machines/phase_product.hpp"

#include <algorithm>

#include "gdm/physics/weights/packed_product.hpp"

namespace gdm {

void PhaseProduct::begin(std::size_t visible, std::size_t hidden, std::size_t chains) {
    chains_ = chains;
    filled_ = 0;
    stride_ = (hidden + panel_points - 1) / panel_points * panel_points;
    tiles_.assign((visible + tile_rows - 1) / tile_rows * tile_rows * chains, 0);
    panels_.assign(stride_ * chains, 0);
    product_.resize(tiles_.size() / std::max<std::size_t>(1, chains) * stride_);
    weights_.resize(visible * hidden);
    visible_.assign(visible, 0);
    hidden_.assign(hidden, 0);
}

void PhaseProduct::add(const UnitPanels& units, const UnitPanels& probability, double weight) {
    constexpr std::size_t width = UnitPanels::width;
    for (std::size_t first = 0; first < units.chains(); first += width) {
        const std::size_t count = std::min(width, units.chains() - first);
        for (std::size_t i = 0; i < visible_.size(); ++i) {
            const float* from = units.values().data() + first * visible_.size() + i * width;
            float* to = tiles_.data() + (i / tile_rows * chains_ + filled_ + first) * tile_rows + i % tile_rows;
            for (std::size_t c = 0; c < count; ++c) {
                to[c * tile_rows] = from[c];
                visible_[i] += weight * from[c];
            }
        }
        for (std::size_t j = 0; j < hidden_.size(); ++j) {
            const float* from = probability.values().data() + first * hidden_.size() + j * width;
            float* to = panels_.data() + (j / panel_points * chains_ + filled_ + first) * panel_points + j % panel_points;
            for (std::size_t c = 0; c < count; ++c) {
                const double p = weight * from[c];
                to[c * panel_points] = static_cast<float>(p);
                hidden_[j] += p;
            }
        }
    }
    filled_ += units.chains();
}

std::span<const double> PhaseProduct::weights() {
    multiply_packed(tiles_, panels_, chains_, product_);
    for (std::size_t i = 0; i < visible_.size(); ++i)
        std::copy_n(product_.begin() + static_cast<std::ptrdiff_t>(i * stride_), hidden_.size(),
                    weights_.begin() + static_cast<std::ptrdiff_t>(i * hidden_.size()));
    return weights_;
}

}  // namespace gdm
