#ifdef GDM_LEARNED_SCORES
#include "gdm/physics/learned/score_network.hpp"

#include <torch/types.h>

#include <cmath>
#include <cstdint>
#include <stdexcept>

#include "tensors.hpp"

namespace gdm {
namespace {

using at::Tensor;

/// Takes the weights one after the other, in the order of weight_shapes().
class Taker {
  public:
    explicit Taker(const std::vector<Tensor>& weights) : weights_(weights) {}
    const Tensor& next() { return weights_[at_++]; }

  private:
    const std::vector<Tensor>& weights_;
    std::size_t at_ = 0;
};

Tensor linear(Taker& weights, const Tensor& x) {
    const Tensor& matrix = weights.next();
    return at::linear(x, matrix, weights.next());
}

Tensor convolution(Taker& weights, const Tensor& x) {
    const Tensor& kernel = weights.next();
    const Tensor& bias = weights.next();
    if (kernel.size(2) == 1) return at::conv2d(x, kernel, bias);
    return at::conv2d(at::pad(x, {1, 1, 1, 1}, "circular"), kernel, bias);
}

/// x + g(a(e) g(x) + b(e)), g a layer after a silu, a and b linear in the embedding e of γ and T.
template <class Layer>
Tensor block(Taker& weights, const Tensor& x, const Tensor& embedded, Layer&& layer) {
    Tensor inner = layer(weights, at::silu(x));
    Tensor scales = linear(weights, embedded);
    if (inner.dim() == 4) scales = scales.unsqueeze(-1).unsqueeze(-1);
    const auto both = scales.chunk(2, 1);
    inner = inner * (1 + both[0]) + both[1];
    return x + layer(weights, at::silu(inner));
}

/// What tells the network where it is: smooth functions of ln γ and T, all of order 1.
Tensor conditions_of(const Tensor& gamma, const Tensor& temperature) {
    const Tensor place = gamma.log() / 4, cold = 1 / (1 + temperature);
    return at::stack({place, at::sin(place * 2), at::cos(place * 2), at::sin(place * 4), at::cos(place * 4), cold,
                      at::sin(cold * 6), at::cos(cold * 6)},
                     1);
}

/// f(y, γ, T).
Tensor network(const NetworkShape& shape, const std::vector<Tensor>& all, const Tensor& fields, const Tensor& gamma,
               const Tensor& temperature) {
    Taker weights(all);
    const Tensor first = at::silu(linear(weights, conditions_of(gamma, temperature)));
    const Tensor embedded = at::silu(linear(weights, first));
    // What one spin says of itself, and what all of them together say where they are ordered.
    const Tensor scaled = fields * at::rsqrt(gamma + gamma * gamma).view({-1, 1, 1, 1});
    const Tensor together = spins_in(fields.sum({2, 3}, true)).expand_as(fields);
    Tensor x = at::cat({scaled, spins_in(fields), together}, 1);
    if (shape.kind == NetworkKind::mlp) {
        x = linear(weights, x.flatten(1));
        for (std::size_t i = 0; i < shape.depth; ++i) x = block(weights, x, embedded, linear);
        return linear(weights, at::silu(x)).view_as(fields);
    }
    x = convolution(weights, x);
    x = block(weights, x, embedded, convolution);
    const Tensor fine = x;
    x = convolution(weights, at::avg_pool2d(x, 2));
    for (std::size_t i = 0; i < shape.depth; ++i) x = block(weights, x, embedded, convolution);
    const auto side = static_cast<std::int64_t>(shape.spins.size);
    x = fine + at::upsample_nearest2d(convolution(weights, x), {side, side});
    x = block(weights, x, embedded, convolution);
    return convolution(weights, at::silu(x));
}

}  // namespace

struct ScoreNetwork::Weights {
    NetworkShape shape;
    TrainingRule rule;
    std::vector<Tensor> now, averaged, first_moment, second_moment;
    std::uint64_t updates = 0;

    [[nodiscard]] Tensor denoised(const std::vector<Tensor>& all, const NoisySpins& noisy) const {
        check_lengths(shape.spins, noisy);
        const Tensor fields = tensor_of(noisy.fields, shape.spins), gamma = tensor_of(noisy.gamma),
                     temperature = tensor_of(noisy.temperature);
        const Tensor more = network(shape, all, fields, gamma, temperature);
        return spins_in(fields + more / temperature.view({-1, 1, 1, 1}));
    }
    /// Calls `visit` with all numbers of a state.
    template <class Visit>
    void visit(Visit&& visit) {
        for (auto* all : {&now, &averaged, &first_moment, &second_moment}) {
            for (Tensor& one : *all) visit(std::span(one.data_ptr<float>(), static_cast<std::size_t>(one.numel())));
        }
    }
};

bool networks_are_built_in() noexcept { return true; }

ScoreNetwork::ScoreNetwork(const NetworkShape& shape, const TrainingRule& rule, const RandomStream& random)
    : weights_(std::make_unique<Weights>()) {
    one_thread();
    const auto shapes = weight_shapes(shape);
    weights_->shape = shape;
    weights_->rule = rule;
    RandomSequence sequence(random, Purpose::initial_state);
    for (std::size_t i = 0; i < shapes.size(); ++i) {
        Tensor one = at::zeros(shapes[i], at::kFloat);
        // He's variance 2/inputs (2015); a block, and the whole, begin as what they are added to.
        double inputs = 1;
        for (std::size_t axis = 1; axis < shapes[i].size(); ++axis) inputs *= static_cast<double>(shapes[i][axis]);
        const bool last = i + 2 >= shapes.size();
        if (shapes[i].size() > 1 && !last) {
            float* values = one.data_ptr<float>();
            for (std::int64_t k = 0; k < one.numel(); ++k) {
                values[k] = static_cast<float>(std::sqrt(1 / inputs) * sequence.normal());
            }
        }
        weights_->averaged.push_back(one.clone());
        weights_->first_moment.push_back(at::zeros_like(one));
        weights_->second_moment.push_back(at::zeros_like(one));
        weights_->now.push_back(one.requires_grad_());
    }
}

ScoreNetwork::~ScoreNetwork() = default;

double ScoreNetwork::train(std::span<const float> clean, const NoisySpins& noisy) {
    Weights& w = *weights_;
    if (clean.size() != noisy.fields.size())
        throw std::invalid_argument("as many clean spins as noisy ones are to be given");
    const Tensor difference = tensor_of(clean, w.shape.spins) - w.denoised(w.now, noisy);
    const Tensor weighted = difference.square().sum({1, 2, 3}) * tensor_of(noisy.gamma);
    const Tensor loss = weighted.mean() / static_cast<double>(w.shape.spins.sites());
    loss.backward();
    const at::NoGradGuard no_gradients;
    ++w.updates;
    const auto count = static_cast<double>(w.updates);
    const double rate = w.rule.learning_rate * std::min(1., count / 100) / std::sqrt(1 + count / 1000);
    const double forget = std::min(1., w.rule.forgetting / (count + w.rule.forgetting));
    constexpr double decay_1 = 0.9, decay_2 = 0.99;  // Adam (Kingma and Ba 2015)
    const double correction_1 = 1 - std::pow(decay_1, count), correction_2 = 1 - std::pow(decay_2, count);
    for (std::size_t i = 0; i < w.now.size(); ++i) {
        const Tensor gradient = w.now[i].grad();
        w.first_moment[i].mul_(decay_1).add_(gradient, 1 - decay_1);
        w.second_moment[i].mul_(decay_2).addcmul_(gradient, gradient, 1 - decay_2);
        const Tensor scale = (w.second_moment[i] / correction_2).sqrt_().add_(1e-8);
        w.now[i].addcdiv_(w.first_moment[i], scale, -rate / correction_1);
        w.now[i].mutable_grad() = Tensor();
        w.averaged[i].lerp_(w.now[i], forget);
    }
    return loss.item<double>();
}

void ScoreNetwork::denoise(const NoisySpins& noisy, std::span<float> mean) const {
    const at::NoGradGuard no_gradients;
    copy_to(weights_->denoised(weights_->averaged, noisy), mean);
}

std::size_t ScoreNetwork::updates() const noexcept { return weights_->updates; }

void ScoreNetwork::save(ByteWriter& bytes) const {
    weights_->visit([&](std::span<float> values) { bytes.put(std::span<const float>(values)); });
    bytes.put(weights_->updates);
}

void ScoreNetwork::load(ByteReader& bytes) {
    weights_->visit([&](std::span<float> values) { bytes.get(values); });
    bytes.get(weights_->updates);
}

}  // namespace gdm
#endif
