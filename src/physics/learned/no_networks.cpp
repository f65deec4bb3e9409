#ifndef GDM_LEARNED_SCORES
#include <stdexcept>

#include "gdm/physics/learned/score_network.hpp"

namespace gdm {
namespace {

[[noreturn]] void missing() { throw std::logic_error("this program was built without networks (GDM_LEARNED_SCORES)"); }

}  // namespace

bool networks_are_built_in() noexcept { return false; }
std::unique_ptr<Denoiser> scripted_denoiser(const SpinShape&, std::span<const std::byte>) { missing(); }

struct ScoreNetwork::Weights {};
ScoreNetwork::ScoreNetwork(const NetworkShape&, const TrainingRule&, const RandomStream&) { missing(); }
ScoreNetwork::~ScoreNetwork() = default;
double ScoreNetwork::train(std::span<const float>, const NoisySpins&) { missing(); }
void ScoreNetwork::denoise(const NoisySpins&, std::span<float>) const { missing(); }
std::size_t ScoreNetwork::updates() const noexcept { return 0; }
void ScoreNetwork::save(ByteWriter&) const { missing(); }
void ScoreNetwork::load(ByteReader&) { missing(); }

}  // namespace gdm
#endif
