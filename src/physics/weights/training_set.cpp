#include "gdm/physics/weights/training_set.hpp"

#include <algorithm>
#include <bit>

namespace gdm {

namespace {

constexpr std::size_t class_alignment = 16;

std::size_t aligned(std::size_t n) { return (n + class_alignment - 1) / class_alignment * class_alignment; }

/// Counter words of the dataset's stream beside its coordinates (step 0).
constexpr std::uint32_t class_step = 1;

class SampledSet final : public TrainingSet {
  public:
    SampledSet(std::uint64_t n, std::size_t d, const RandomStream& random) : TrainingSet(n, d), random_(random) {}

    void load(std::uint64_t b, PackedBlock& block) const override {
        const std::size_t n_positive = positive(b);
        shape(block, n_positive, count(b) - n_positive);
        const auto first = static_cast<std::uint32_t>(b * block_points());
        std::vector<std::uint32_t> samples(block.slots(), 0);
        for (std::size_t i = 0; i < count(b); ++i) {
            const std::size_t at = i < n_positive ? i : block.boundary + (i - n_positive);
            samples[at] = first + static_cast<std::uint32_t>(i);
        }
        const NoiseKey key(random_, Purpose::dataset);
        const std::size_t panel_size = panel_points * dimension();
        for (std::size_t p = 0; p < block.slots() / panel_points; ++p) {
            const auto panel = std::span(block.panels).subspan(p * panel_size, panel_size);
            draw_normal_panel(key, 0, std::span(samples).subspan(p * panel_points).first<panel_points>(), dimension(), panel,
                              std::span(block.squares).subspan(p * panel_points).first<panel_points>());
            std::copy_n(panel.data(), panel_points, block.axis.data() + p * panel_points);
        }
    }

    void load_members(std::span<const std::uint64_t, panel_points> members, StatePanel& panel) const override {
        std::uint32_t samples[panel_points];
        for (std::size_t i = 0; i < panel_points; ++i) {
            samples[i] = static_cast<std::uint32_t>(members[i]);
            panel.sign[i] = members[i] % block_points() < positive(members[i] / block_points()) ? 1 : -1;
        }
        draw(Purpose::dataset, samples, panel);
    }

    void load_others(std::uint64_t first, StatePanel& panel) const override {
        std::uint32_t samples[panel_points];
        for (std::size_t i = 0; i < panel_points; ++i) {
            samples[i] = static_cast<std::uint32_t>(first + i);
            panel.sign[i] =
                (random_.block(Purpose::state, {.draw = 0, .step = class_step, .sample = samples[i]})[0] >> 31) == 0 ? 1
                                                                                                                     : -1;
        }
        draw(Purpose::state, samples, panel);
    }

  protected:
    std::size_t positive(std::uint64_t b) const override {
        std::size_t sum = 0;
        const std::size_t n = count(b);
        for (std::size_t done = 0; done < n; done += 128) {
            const auto words = random_.block(Purpose::dataset, {.draw = static_cast<std::uint32_t>(done / 128),
                                                                .step = class_step,
                                                                .sample = static_cast<std::uint32_t>(b)});
            for (std::size_t word = 0; word < 4; ++word) {
                const std::size_t begin = done + 32 * word;
                if (begin >= n) break;
                const std::uint32_t kept = n - begin >= 32 ? ~0u : (1u << (n - begin)) - 1;
                sum += static_cast<std::size_t>(std::popcount(words[word] & kept));
            }
        }
        return sum;
    }

  private:
    void draw(Purpose purpose, std::span<const std::uint32_t, panel_points> samples, StatePanel& panel) const {
        panel.coordinates.resize(panel_points * dimension());
        draw_normal_panel(NoiseKey(random_, purpose), 0, samples, dimension(), panel.coordinates, panel.squares);
    }

    RandomStream random_;
};

class ArraySet final : public TrainingSet {
  public:
    ArraySet(const double* values, std::size_t d, std::vector<std::uint64_t> members, std::vector<std::uint64_t> others,
             std::span<const double> offset, double scale)
        : TrainingSet(members.size(), d),
          values_(values),
          members_(std::move(members)),
          others_(std::move(others)),
          offset_(offset),
          scale_(scale) {}

    void load(std::uint64_t b, PackedBlock& block) const override {
        shape(block, count(b), 0);
        for (std::size_t i = 0; i < count(b); ++i) {
            float* panel = block.panels.data() + i / panel_points * panel_points * dimension();
            block.squares[i] = copy_row(members_[b * block_points() + i], panel, i % panel_points);
            block.axis[i] = panel[i % panel_points];
        }
    }

    void load_members(std::span<const std::uint64_t, panel_points> members, StatePanel& panel) const override {
        for (std::size_t i = 0; i < panel_points; ++i) copy_state(members_[members[i]], panel, i);
    }

    void load_others(std::uint64_t first, StatePanel& panel) const override {
        for (std::size_t i = 0; i < panel_points; ++i) copy_state(others_[(first + i) % others_.size()], panel, i);
    }

  protected:
    std::size_t positive(std::uint64_t b) const override { return count(b); }

  private:
    void copy_state(std::uint64_t row, StatePanel& panel, std::size_t i) const {
        panel.coordinates.resize(panel_points * dimension());
        panel.squares[i] = copy_row(row, panel.coordinates.data(), i);
        panel.sign[i] = 1;
    }

    float copy_row(std::uint64_t row, float* panel, std::size_t i) const {
        const double* from = values_ + row * dimension();
        double square = 0;
        for (std::size_t k = 0; k < dimension(); ++k) {
            const auto value = static_cast<float>((from[k] - offset_[k]) * scale_);
            panel[k * panel_points + i] = value;
            square += static_cast<double>(value) * static_cast<double>(value);
        }
        return static_cast<float>(square);
    }

    const double* values_;
    std::vector<std::uint64_t> members_, others_;
    std::span<const double> offset_;
    double scale_;
};

}  // namespace

std::size_t TrainingSet::count(std::uint64_t b) const noexcept {
    return static_cast<std::size_t>(std::min<std::uint64_t>(block_points(), size_ - b * block_points()));
}

std::size_t TrainingSet::slot(std::uint64_t j) const {
    const std::uint64_t b = j / block_points();
    const auto i = static_cast<std::size_t>(j % block_points());
    const std::size_t n_positive = positive(b);
    return i < n_positive ? i : aligned(n_positive) + (i - n_positive);
}

void TrainingSet::shape(PackedBlock& block, std::size_t n_positive, std::size_t n_negative) const {
    block.positive = n_positive;
    block.negative = n_negative;
    block.boundary = aligned(n_positive);
    const std::size_t slots = (block.boundary + n_negative + panel_points - 1) / panel_points * panel_points;
    block.panels.assign(slots * dimension(), 0.0f);
    block.squares.assign(slots, 0.0f);
    block.axis.assign(slots, 0.0f);
}

std::unique_ptr<TrainingSet> sampled_training_set(std::uint64_t n, std::size_t d, const RandomStream& random) {
    return std::make_unique<SampledSet>(n, d, random);
}

std::unique_ptr<TrainingSet> array_training_set(const double* values, std::size_t d, std::vector<std::uint64_t> members,
                                                std::vector<std::uint64_t> others, std::span<const double> offset,
                                                double scale) {
    return std::make_unique<ArraySet>(values, d, std::move(members), std::move(others), offset, scale);
}

}  // namespace gdm
