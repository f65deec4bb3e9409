#include "gdm/physics/targets/generative_bath.hpp"

#include <cmath>
#include <stdexcept>

#include "bath_kinds.hpp"
#include "gdm/physics/spins/complete_graph.hpp"
#include "gdm/physics/targets/binomial.hpp"

namespace gdm {
namespace {

/// The Ising model on the complete graph at temperature θ: the number of microstates at +1 is the whole state.
class TwoDeltasBath : public GenerativeBath {
  public:
    explicit TwoDeltasBath(const BathModel& model) : model_(model), graph_(model.K, 1 / model.theta, model.h) {}

    void start(BathStart start, const RandomStream& random, std::uint32_t copy) override {
        RandomSequence sequence(random, Purpose::initial_state, copy);
        const std::uint64_t at_random = draw_binomial(model_.K, 0.5, sequence);
        set(start == BathStart::ordered   ? model_.K
            : start == BathStart::opposed ? 0
                                          : static_cast<std::uint32_t>(at_random));
    }
    void sweep(const RandomStream& random, std::uint32_t copy, std::uint32_t number) override {
        if (model_.update == BathUpdate::heat_bath) {
            WordSequence words(random, Purpose::markov_chain, copy, number);
            return set(graph_.heat_bath(up_, words));
        }
        RandomSequence sequence(random, Purpose::markov_chain, copy, number);
        const double x = mean_ + model_.h + std::sqrt(model_.theta / model_.K) * sequence.normal();
        set(static_cast<std::uint32_t>(draw_binomial(model_.K, 1 / (1 + std::exp(-2 * x / model_.theta)), sequence)));
    }
    void mirror(const RandomStream& random, std::uint32_t copy, std::uint32_t number) override {
        RandomSequence sequence(random, Purpose::state, copy, number);
        if (std::log(sequence.uniform()) < -2 * field() * mean_) set(model_.K - up_);
    }
    [[nodiscard]] std::span<const double> mean() const override { return {&mean_, 1}; }
    [[nodiscard]] double along_field() const override { return mean_ * std::tanh(field() * mean_); }
    [[nodiscard]] double participation() const override { return (1 + mean_ * mean_) / 2; }
    void save(ByteWriter& bytes) const override { bytes.put(up_); }
    void load(ByteReader& bytes) override {
        std::uint32_t up = 0;
        bytes.get(up);
        set(up);
    }

  private:
    [[nodiscard]] double field() const { return model_.K * model_.h / model_.theta; }
    void set(std::uint32_t up) {
        up_ = up;
        mean_ = (2. * up - model_.K) / model_.K;
    }

    BathModel model_;
    CompleteGraph graph_;
    std::uint32_t up_ = 0;
    double mean_ = -1;
};

}  // namespace

std::unique_ptr<GenerativeBath> two_deltas_bath(const BathModel& model) { return std::make_unique<TwoDeltasBath>(model); }

std::unique_ptr<GenerativeBath> generative_bath(const BathModel& model) {
    if (!(model.theta > 0) || !(model.h >= 0) || model.K < 1 || model.d < 1)
        throw std::invalid_argument("a generative bath has theta > 0, h >= 0, K >= 1 and d >= 1");
    switch (model.target) {
        case BathTarget::two_deltas:
            return two_deltas_bath(model);
        case BathTarget::hypersphere:
            return sphere_bath(model);
        case BathTarget::four_deltas: {
            BathModel four = model;
            four.d = 2;
            four.points = {1, 0, -1, 0, 0, 1, 0, -1};
            return point_bath(four);
        }
        case BathTarget::discrete:
            break;
    }
    if (model.points.empty() || model.points.size() % model.d != 0)
        throw std::invalid_argument("points are rows of d numbers, one row or more");
    return point_bath(model);
}

double bath_critical_theta(BathTarget target, std::size_t d, std::size_t points) {
    const double dimension = static_cast<double>(d);
    switch (target) {
        case BathTarget::two_deltas:
            return 1;
        case BathTarget::four_deltas:
            return 0.5;
        case BathTarget::hypersphere:
            return 1 / dimension;
        case BathTarget::discrete:
            break;
    }
    return std::pow(1 + std::sqrt(dimension / static_cast<double>(points)), 2) / dimension;
}

}  // namespace gdm
