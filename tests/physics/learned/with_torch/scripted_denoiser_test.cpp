#include <gtest/gtest.h>
#include <torch/script.h>

#include <cmath>
#include <sstream>
#include <string>
#include <vector>

#include "gdm/base/random_stream.hpp"
#include "gdm/physics/learned/denoiser.hpp"

namespace gdm {
namespace {

std::string module_of(const std::string& forward) {
    torch::jit::Module module("score");
    module.define(forward);
    std::ostringstream out;
    module.save(out);
    return out.str();
}

std::span<const std::byte> bytes(const std::string& text) { return std::as_bytes(std::span(text)); }

/// The exact score of independent spins: (e^{−t} tanh(x e^{−t}/Δ) − x)/Δ.
const std::string independent = R"(
def forward(self, x, t, T):
    shrunk = torch.exp(-t).view(-1, 1, 1, 1)
    variance = 1 - shrunk * shrunk
    return (shrunk * torch.tanh(x * shrunk / variance) - x) / variance
)";

TEST(ScriptedDenoiser, OfTheExactScoreIsTheExactDenoiser) {
    const SpinShape shape{4, 1};
    const std::string module = module_of(independent);
    const auto denoiser = scripted_denoiser(shape, bytes(module));
    RandomSequence random(RandomStream(3, 0), Purpose::test);
    std::vector<float> fields, gamma, temperature(5, 2.f);
    for (int i = 0; i < 5; ++i) {
        gamma.push_back(static_cast<float>(std::pow(10, i - 3)));
        for (int site = 0; site < 16; ++site)
            fields.push_back(static_cast<float>(gamma.back() + std::sqrt(gamma.back()) * random.normal()));
    }
    std::vector<float> mean(fields.size());
    denoiser->denoise({fields, gamma, temperature}, mean);
    // D is a difference of the order of x, divided by √γ: at γ = 0.001 it has lost two digits of single precision.
    for (std::size_t i = 0; i < mean.size(); ++i) EXPECT_NEAR(mean[i], std::tanh(fields[i]), 2e-5) << i;
}

TEST(ScriptedDenoiser, RefusesOtherModules) {
    const SpinShape shape{4, 1};
    for (const std::string forward :
         {"def forward(self, x):\n    return x\n", "def forward(self, x, t, T):\n    return x[0]\n",
          "def forward(self, x, t, T):\n    return x.view(7, 3)\n"}) {
        const std::string module = module_of(forward);
        EXPECT_THROW(scripted_denoiser(shape, bytes(module)), std::invalid_argument) << forward;
    }
}

}  // namespace
}  // namespace gdm
