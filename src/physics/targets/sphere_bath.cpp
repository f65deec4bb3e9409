#include <algorithm>
#include <cmath>
#include <limits>

#include "bath_kinds.hpp"
#include "gdm/physics/targets/target_law.hpp"

namespace gdm {
namespace {

/// A unit vector across the unit vector `axis`, of uniform law.
void draw_across(std::span<const double> axis, RandomSequence& random, std::span<double> result) {
    double along = 0, square = 0;
    for (std::size_t i = 0; i < axis.size(); ++i) along += (result[i] = random.normal()) * axis[i];
    for (std::size_t i = 0; i < axis.size(); ++i) {
        result[i] -= along * axis[i];
        square += result[i] * result[i];
    }
    for (double& one : result) one = square > 0 ? one / std::sqrt(square) : 0;
}

/// Microstates on the unit sphere. Under `noising` the K of them are independent given x, and only ȳ is kept: its component
/// along x is a mean of K numbers, and that across a random walk of K steps in d − 1 dimensions, of which the length and, at
/// the end, a direction are drawn. So a sweep costs O(K + d). Under `heat_bath` all K vectors are kept.
class SphereBath : public GenerativeBath {
  public:
    explicit SphereBath(const BathModel& model)
        : model_(model), mean_(model.d), axis_(model.d), across_(model.d), single_(model.d) {
        if (model.update == BathUpdate::heat_bath) microstates_.resize(model.K * model.d);
    }

    void start(BathStart start, const RandomStream& random, std::uint32_t copy) override {
        RandomSequence sequence(random, Purpose::initial_state, copy);
        const double first = start == BathStart::ordered ? 1 : -1;
        std::fill(mean_.begin(), mean_.end(), 0.);
        for (std::uint32_t site = 0; site < model_.K; ++site) {
            if (start == BathStart::random) {
                double square = 0;
                for (double& one : single_) square += std::pow(one = sequence.normal(), 2);
                for (double& one : single_) one /= std::sqrt(square);
            } else {
                std::fill(single_.begin(), single_.end(), 0.);
                single_[0] = first;
            }
            for (std::size_t i = 0; i < model_.d; ++i) mean_[i] += single_[i] / model_.K;
            if (!microstates_.empty()) std::copy(single_.begin(), single_.end(), microstate(site));
        }
    }
    void sweep(const RandomStream& random, std::uint32_t copy, std::uint32_t number) override {
        RandomSequence sequence(random, Purpose::markov_chain, copy, number);
        if (model_.update == BathUpdate::heat_bath) return single_microstates(sequence);
        const double width = std::sqrt(model_.theta / model_.K);
        for (std::size_t i = 0; i < model_.d; ++i) axis_[i] = mean_[i] + (i == 0 ? model_.h : 0) + width * sequence.normal();
        const double kappa = make_unit(axis_) / model_.theta;
        double along = 0, length = 0;
        for (std::uint32_t site = 0; site < model_.K; ++site) {
            const double overlap = draw_sphere_overlap(static_cast<double>(model_.d), kappa, sequence);
            along += overlap;
            if (model_.d < 2) continue;
            const double step = std::sqrt(std::max(0., 1 - overlap * overlap)), cosine = draw_cosine(sequence);
            length = std::sqrt(std::max(0., length * length + step * step + 2 * length * step * cosine));
        }
        if (model_.d > 1) draw_across(axis_, sequence, across_);
        for (std::size_t i = 0; i < model_.d; ++i) mean_[i] = (along * axis_[i] + length * across_[i]) / model_.K;
    }
    void mirror(const RandomStream& random, std::uint32_t copy, std::uint32_t number) override {
        RandomSequence sequence(random, Purpose::state, copy, number);
        for (double& one : axis_) one = sequence.normal();
        make_unit(axis_);
        const double change = reflected(mean_.data())[0] - mean_[0];
        if (std::log(sequence.uniform()) >= model_.K * model_.h * change / model_.theta) return;
        std::copy(single_.begin(), single_.end(), mean_.begin());
        for (std::uint32_t site = 0; site < (microstates_.empty() ? 0 : model_.K); ++site) {
            reflected(microstate(site));
            std::copy(single_.begin(), single_.end(), microstate(site));
        }
    }
    [[nodiscard]] std::span<const double> mean() const override { return mean_; }
    [[nodiscard]] double along_field() const override { return mean_[0]; }
    [[nodiscard]] double participation() const override { return std::numeric_limits<double>::quiet_NaN(); }
    void save(ByteWriter& bytes) const override {
        bytes.put(std::span<const double>(mean_));
        bytes.put(std::span<const double>(microstates_));
    }
    void load(ByteReader& bytes) override {
        bytes.get(std::span(mean_));
        bytes.get(std::span(microstates_));
    }

  private:
    [[nodiscard]] double* microstate(std::uint32_t site) { return microstates_.data() + site * model_.d; }
    /// Divides by the norm, and returns it; the zero vector becomes the first axis.
    static double make_unit(std::span<double> vector) {
        double square = 0;
        for (const double one : vector) square += one * one;
        const double norm = std::sqrt(square);
        for (double& one : vector) one /= norm;
        if (norm == 0) {
            std::fill(vector.begin(), vector.end(), 0.);
            vector[0] = 1;
        }
        return norm;
    }
    /// A coordinate of a random unit vector in d − 1 dimensions.
    [[nodiscard]] double draw_cosine(RandomSequence& random) const {
        if (model_.d == 2) return random.uniform() < 0.5 ? 1 : -1;
        if (model_.d == 4) return 2 * random.uniform() - 1;
        const double normal = random.normal();
        return normal / std::sqrt(normal * normal + random.chi_squared(static_cast<double>(model_.d) - 2));
    }
    /// `vector` without twice its part along axis_, in single_.
    std::span<const double> reflected(const double* vector) {
        double along = 0;
        for (std::size_t i = 0; i < model_.d; ++i) along += vector[i] * axis_[i];
        for (std::size_t i = 0; i < model_.d; ++i) single_[i] = vector[i] - 2 * along * axis_[i];
        return single_;
    }
    void single_microstates(RandomSequence& random) {
        for (std::uint32_t update = 0; update < model_.K; ++update) {
            double* own = microstate(static_cast<std::uint32_t>(random.below(model_.K)));
            for (std::size_t i = 0; i < model_.d; ++i) {
                mean_[i] -= own[i] / model_.K;
                axis_[i] = mean_[i] + (i == 0 ? model_.h : 0);
            }
            const double kappa = make_unit(axis_) / model_.theta;
            const double overlap = draw_sphere_overlap(static_cast<double>(model_.d), kappa, random);
            const double rest = std::sqrt(std::max(0., 1 - overlap * overlap));
            if (model_.d > 1) draw_across(axis_, random, across_);
            for (std::size_t i = 0; i < model_.d; ++i) {
                own[i] = overlap * axis_[i] + rest * across_[i];
                mean_[i] += own[i] / model_.K;
            }
        }
        // Rounding would add up.
        std::fill(mean_.begin(), mean_.end(), 0.);
        for (std::uint32_t site = 0; site < model_.K; ++site)
            for (std::size_t i = 0; i < model_.d; ++i) mean_[i] += microstate(site)[i] / model_.K;
    }

    BathModel model_;
    std::vector<double> mean_, axis_, across_, single_;
    std::vector<double> microstates_;
};

}  // namespace

std::unique_ptr<GenerativeBath> sphere_bath(const BathModel& model) { return std::make_unique<SphereBath>(model); }

}  // namespace gdm
