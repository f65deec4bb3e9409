#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include "bath_kinds.hpp"
#include "gdm/physics/targets/binomial.hpp"

namespace gdm {
namespace {

/// Microstates at N points: how many are at each is the whole state.
class PointBath : public GenerativeBath {
  public:
    explicit PointBath(const BathModel& model)
        : model_(model),
          size_(model.points.size() / model.d),
          counts_(size_, 0),
          overlaps_(size_),
          weights_(size_),
          products_(size_ * size_),
          single_(size_),
          mean_(model.d),
          direction_(model.points.begin(), model.points.begin() + static_cast<std::ptrdiff_t>(model.d)) {
        const double first = std::sqrt(product(direction_, direction_));
        for (double& one : direction_) one = first > 0 ? one / first : 0;
        for (std::size_t j = 0; j < size_; ++j) {
            for (std::size_t k = 0; k < size_; ++k)
                products_[j * size_ + k] = product(point(j), point(k)) / (model.theta * model.K);
            single_[j] = (model.h * product(point(j), direction_) - product(point(j), point(j)) / 2) / model.theta;
        }
    }

    void start(BathStart start, const RandomStream& random, std::uint32_t copy) override {
        std::fill(counts_.begin(), counts_.end(), 0);
        if (start == BathStart::random) {
            std::fill(weights_.begin(), weights_.end(), 1.);
            RandomSequence sequence(random, Purpose::initial_state, copy);
            share_out(sequence);
        } else {
            counts_[start == BathStart::opposed && size_ > 1 ? 1 : 0] = model_.K;
        }
        set_mean();
    }
    void sweep(const RandomStream& random, std::uint32_t copy, std::uint32_t number) override {
        RandomSequence sequence(random, Purpose::markov_chain, copy, number);
        if (model_.update == BathUpdate::heat_bath) {
            single_microstates(sequence);
        } else {
            std::vector<double> x = mean_;
            const double width = std::sqrt(model_.theta / model_.K);
            for (double& one : x) one += width * sequence.normal();
            for (std::size_t j = 0; j < size_; ++j) weights_[j] = product(point(j), x) / model_.theta + single_[j];
            exponentiate();
            share_out(sequence);
        }
        set_mean();
    }
    void mirror(const RandomStream& random, std::uint32_t copy, std::uint32_t number) override {
        if (size_ < 2) return;
        RandomSequence sequence(random, Purpose::state, copy, number);
        const std::size_t one = sequence.below(size_), other = (one + 1 + sequence.below(size_ - 1)) % size_;
        if (counts_[one] == counts_[other]) return;
        const double before = log_weight();
        std::swap(counts_[one], counts_[other]);
        set_mean();
        if (std::log(sequence.uniform()) < log_weight() - before) return;
        std::swap(counts_[one], counts_[other]);
        set_mean();
    }
    [[nodiscard]] std::span<const double> mean() const override { return mean_; }
    [[nodiscard]] double along() const override { return product(mean_, direction_); }
    [[nodiscard]] double along_field() const override {
        if (model_.target != BathTarget::four_deltas) return along();
        // The signs of the two diagonals are free, and the field pulls both alike.
        double sum = 0;
        for (const double diagonal : {mean_[0] + mean_[1], mean_[0] - mean_[1]})
            sum += diagonal / 2 * std::tanh(model_.K * model_.h * diagonal / (2 * model_.theta));
        return sum;
    }
    [[nodiscard]] double participation() const override {
        double sum = 0;
        for (const std::uint32_t count : counts_) sum += std::pow(static_cast<double>(count) / model_.K, 2);
        return sum;
    }
    void save(ByteWriter& bytes) const override { bytes.put(std::span<const std::uint32_t>(counts_)); }
    void load(ByteReader& bytes) override {
        bytes.get(std::span(counts_));
        set_mean();
    }

  private:
    [[nodiscard]] std::span<const double> point(std::size_t j) const {
        return std::span(model_.points).subspan(j * model_.d, model_.d);
    }
    [[nodiscard]] static double product(std::span<const double> a, std::span<const double> b) {
        double sum = 0;
        for (std::size_t i = 0; i < a.size(); ++i) sum += a[i] * b[i];
        return sum;
    }
    void set_mean() {
        std::fill(mean_.begin(), mean_.end(), 0.);
        for (std::size_t j = 0; j < size_; ++j) {
            if (counts_[j] == 0) continue;
            const double share = static_cast<double>(counts_[j]) / model_.K;
            for (std::size_t i = 0; i < model_.d; ++i) mean_[i] += share * point(j)[i];
        }
    }
    /// ln p of the counts, but for how many ways there are, which an exchange of two points does not change.
    [[nodiscard]] double log_weight() const {
        double sum = model_.K * product(mean_, mean_) / (2 * model_.theta);
        for (std::size_t j = 0; j < size_; ++j) sum += counts_[j] * single_[j];
        return sum;
    }
    /// Logarithms of weights become weights.
    void exponentiate() {
        const double greatest = *std::max_element(weights_.begin(), weights_.end());
        for (double& weight : weights_) weight = std::exp(weight - greatest);
    }
    /// All microstates are drawn from the weights, point after point.
    void share_out(RandomSequence& random) {
        double rest = std::accumulate(weights_.begin(), weights_.end(), 0.);
        std::uint64_t left = model_.K;
        for (std::size_t j = 0; j < size_; ++j) {
            const bool is_last = j + 1 == size_ || left == 0;
            const std::uint64_t here = is_last ? left : draw_binomial(left, std::clamp(weights_[j] / rest, 0., 1.), random);
            counts_[j] = static_cast<std::uint32_t>(here);
            left -= here;
            rest -= weights_[j];
        }
    }
    void single_microstates(RandomSequence& random) {
        // From the counts alone, so that what rounding adds to the overlaps is no state.
        for (std::size_t j = 0; j < size_; ++j) {
            overlaps_[j] = single_[j] + products_[j * size_ + j] / 2;
            for (std::size_t k = 0; k < size_; ++k) overlaps_[j] += counts_[k] * products_[j * size_ + k];
        }
        for (std::uint32_t update = 0; update < model_.K; ++update) {
            std::uint64_t place = random.below(model_.K);
            std::size_t from = 0;
            while (place >= counts_[from]) place -= counts_[from++];
            const double* own = &products_[from * size_];
            for (std::size_t j = 0; j < size_; ++j) weights_[j] = overlaps_[j] - own[j];
            exponentiate();
            double mark = random.uniform() * std::accumulate(weights_.begin(), weights_.end(), 0.);
            std::size_t to = 0;
            while (to + 1 < size_ && mark >= weights_[to]) mark -= weights_[to++];
            if (to == from) continue;
            --counts_[from];
            ++counts_[to];
            for (std::size_t j = 0; j < size_; ++j) overlaps_[j] += products_[to * size_ + j] - own[j];
        }
    }

    BathModel model_;
    std::size_t size_;
    std::vector<std::uint32_t> counts_;
    std::vector<double> overlaps_, weights_;
    std::vector<double> products_;  ///< y_j·y_k/(θK)
    std::vector<double> single_;    ///< (h e·y_j − ‖y_j‖²/2)/θ
    std::vector<double> mean_, direction_;
};

}  // namespace

std::unique_ptr<GenerativeBath> point_bath(const BathModel& model) { return std::make_unique<PointBath>(model); }

}  // namespace gdm
