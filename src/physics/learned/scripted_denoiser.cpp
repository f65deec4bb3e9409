#ifdef GDM_LEARNED_SCORES
#include <torch/script.h>

#include <cmath>
#include <sstream>
#include <string>
#include <utility>

#include "gdm/physics/learned/denoiser.hpp"
#include "tensors.hpp"

namespace gdm {
namespace {

std::string first_line(const std::exception& error) {
    const std::string text = error.what();
    return text.substr(0, text.find('\n'));
}

class ScriptedDenoiser : public Denoiser {
  public:
    ScriptedDenoiser(const SpinShape& shape, torch::jit::Module module) : shape_(shape), module_(std::move(module)) {
        module_.eval();
    }
    void denoise(const NoisySpins& noisy, std::span<float> mean) const override {
        check_lengths(shape_, noisy);
        const at::NoGradGuard no_gradients;
        const at::Tensor gamma = tensor_of(noisy.gamma), fields = tensor_of(noisy.fields, shape_);
        // γ = e^{−2t}/(1 − e^{−2t}) of X_t = e^{−t} X_0 + √Δ Z: Δ = 1/(1 + γ), e^{−t} = √(γ Δ), X_t = y Δ/e^{−t}.
        const at::Tensor variance = 1 / (1 + gamma), shrunk = (gamma * variance).sqrt(), time = -shrunk.log();
        const at::Tensor state = fields * (variance / shrunk).view({-1, 1, 1, 1});
        const at::Tensor score = module_.forward({state, time, tensor_of(noisy.temperature)}).toTensor();
        if (score.sizes() != state.sizes()) throw std::invalid_argument("the network returns another shape than that of x");
        copy_to((state + variance.view({-1, 1, 1, 1}) * score.to(at::kFloat)) / shrunk.view({-1, 1, 1, 1}), mean);
    }

  private:
    SpinShape shape_;
    mutable torch::jit::Module module_;  // its forward() is not const, though nothing is changed
};

}  // namespace

std::unique_ptr<Denoiser> scripted_denoiser(const SpinShape& shape, std::span<const std::byte> module) {
    one_thread();
    std::istringstream stream(std::string(reinterpret_cast<const char*>(module.data()), module.size()));
    try {
        auto denoiser = std::make_unique<ScriptedDenoiser>(shape, torch::jit::load(stream));
        const std::vector<float> one(shape.length(), 1.f), scalar(1, 1.f);
        std::vector<float> mean(shape.length());
        denoiser->denoise({one, scalar, scalar}, mean);
        return denoiser;
    } catch (const c10::Error& error) {
        throw std::invalid_argument("no score network: " + std::string(error.what_without_backtrace()));
    } catch (const std::runtime_error& error) {
        throw std::invalid_argument("no score network: " + first_line(error));
    }
}

}  // namespace gdm
#endif
