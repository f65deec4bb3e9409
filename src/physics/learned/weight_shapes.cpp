#include <cstdint>
#include <stdexcept>

#include "gdm/physics/learned/score_network.hpp"

namespace gdm {
namespace {

using Shapes = std::vector<std::vector<std::int64_t>>;

void convolution(Shapes& shapes, std::int64_t out, std::int64_t in, std::int64_t kernel) {
    shapes.push_back({out, in, kernel, kernel});
    shapes.push_back({out});
}

void linear(Shapes& shapes, std::int64_t out, std::int64_t in) {
    shapes.push_back({out, in});
    shapes.push_back({out});
}

constexpr std::int64_t conditions = 8, embedding = 64;

void convolution_block(Shapes& shapes, std::int64_t channels) {
    convolution(shapes, channels, channels, 3);
    linear(shapes, 2 * channels, embedding);
    convolution(shapes, channels, channels, 3);
}

void linear_block(Shapes& shapes, std::int64_t channels) {
    linear(shapes, channels, channels);
    linear(shapes, 2 * channels, embedding);
    linear(shapes, channels, channels);
}

}  // namespace

std::vector<std::vector<std::int64_t>> weight_shapes(const NetworkShape& shape) {
    if (shape.spins.components != 1 && shape.spins.components != 2) {
        throw std::invalid_argument("a spin of a score network has one or two components");
    }
    if (shape.kind == NetworkKind::unet && shape.spins.size % 2 != 0) {
        throw std::invalid_argument("a unet halves the lattice, so L must be even");
    }
    if (shape.width == 0 || shape.depth == 0) throw std::invalid_argument("a score network has a width and a depth");
    const auto components = static_cast<std::int64_t>(shape.spins.components);
    const auto width = static_cast<std::int64_t>(shape.width);
    Shapes shapes;
    linear(shapes, embedding, conditions);
    linear(shapes, embedding, embedding);
    if (shape.kind == NetworkKind::unet) {
        convolution(shapes, width, 3 * components, 3);
        convolution_block(shapes, width);
        convolution(shapes, 2 * width, width, 1);
        for (std::size_t i = 0; i < shape.depth; ++i) convolution_block(shapes, 2 * width);
        convolution(shapes, width, 2 * width, 1);
        convolution_block(shapes, width);
        convolution(shapes, components, width, 1);
    } else {
        const auto length = static_cast<std::int64_t>(shape.spins.length()), hidden = 8 * width;
        linear(shapes, hidden, 3 * length);
        for (std::size_t i = 0; i < shape.depth; ++i) linear_block(shapes, hidden);
        linear(shapes, length, hidden);
    }
    return shapes;
}

std::size_t count_weights(const NetworkShape& shape) {
    std::size_t all = 0;
    for (const auto& one : weight_shapes(shape)) {
        std::size_t product = 1;
        for (const auto length : one) product *= static_cast<std::size_t>(length);
        all += product;
    }
    return all;
}

std::size_t ScoreNetwork::bytes(const NetworkShape& shape) {
    return 4 * sizeof(float) * count_weights(shape) + sizeof(std::uint64_t);
}

}  // namespace gdm
