#include "gdm/experiments/spins/ising_lanes.hpp"

#include <array>
#include <cmath>
#include <utility>

#include "gdm/experiments/spins/ising_copies.hpp"
#include "gdm/experiments/spins/ising_measured.hpp"
#include "gdm/experiments/spins/spin_parameters.hpp"
#include "gdm/physics/spins/ising_sums.hpp"
#include "gdm/physics/spins/lane_ising.hpp"
#include "gdm/physics/spins/packed_ising.hpp"
#include "gdm/physics/spins/smallest_wave.hpp"

namespace gdm {
namespace {

constexpr std::size_t systems = LaneIsing::lanes_per_word, half = systems / 2;

LatticeKind kind_of(const Point& point) { return lattice_words.at(point.word("lattice")); }
std::size_t size_of(const Point& point) { return static_cast<std::size_t>(point.integer("L")); }
LocalUpdate update_of(const Point& point) {
    return point.word("update") == spin_update_words[SpinUpdate::metropolis] ? LocalUpdate::metropolis
                                                                             : LocalUpdate::heat_bath;
}
bool is_large(const Point& point) { return PackedIsing::fits(size_of(point)); }

/// 64 systems, the first 32 from an ordered start.
class SmallCopies : public SpinCopies {
  public:
    SmallCopies(const Point& point, const RandomStream& random)
        : lattice_(kind_of(point), size_of(point)),
          lanes_(lattice_, systems),
          wave_(lattice_.size()),
          field_(point["h"]),
          sites_(static_cast<double>(lattice_.sites())),
          layers_(systems * lattice_.size()) {
        lanes_.set_dynamics(update_of(point), 1 / point["T"], field_);
        lanes_.fill_random(random);
        const std::vector<std::int8_t> ordered(lattice_.sites(), field_ < 0 ? -1 : 1);
        for (std::size_t system = 0; system < half; ++system) lanes_.set_spins(system, ordered);
    }

    void step(const RandomStream& random, std::uint32_t number, bool /*is_measured*/) override {
        lanes_.sweep(random, number);
    }
    [[nodiscard]] std::array<double, 2> order() override {
        lanes_.magnetisations(magnetisations_);
        std::array<double, 2> result{};
        for (std::size_t i = 0; i < systems; ++i)
            result[i / half] += order_of(static_cast<double>(magnetisations_[i]), field_) / (sites_ * half);
        return result;
    }
    void measure(std::span<double> cold, std::span<double> hot) override {
        lanes_.magnetisations(magnetisations_);
        lanes_.bond_energies(bonds_);
        const auto axes = static_cast<std::size_t>(lattice_.dimension());
        std::array<double, systems> structure{};
        for (std::size_t axis = 0; axis < axes; ++axis) {
            lanes_.layer_magnetisations(axis, layers_);
            for (std::size_t i = 0; i < systems; ++i) {
                const auto own = std::span<const std::int64_t>(layers_).subspan(i * lattice_.size(), lattice_.size());
                structure[i] += wave_.power(own) / (sites_ * static_cast<double>(axes));
            }
        }
        std::fill(cold.begin(), cold.end(), 0.);
        std::fill(hot.begin(), hot.end(), 0.);
        for (std::size_t i = 0; i < systems; ++i) {
            const double m = static_cast<double>(magnetisations_[i]) / sites_;
            energies_[i] = static_cast<double>(bonds_[i]) / sites_ - field_ * m;
            IsingCopy{energies_[i], m, m * m, m * m * m * m, structure[i]}.add_to(i < half ? cold : hot, 1. / half, true);
        }
    }
    [[nodiscard]] std::span<const double> energies() const override { return energies_; }
    [[nodiscard]] std::size_t sites() const override { return systems * lattice_.sites(); }
    /// One system after the other of those from a random start, which are independent.
    void store(StoredConfigurations& stored) const override {
        const std::size_t system = half + stored.count() % half;
        stored.add_spins([&](std::size_t site) { return lanes_.spin(system, site) > 0; });
    }
    void save(ByteWriter& bytes) const override { lanes_.save(bytes); }
    void load(ByteReader& bytes) override { lanes_.load(bytes); }

  private:
    Lattice lattice_;
    LaneIsing lanes_;
    SmallestWave wave_;
    double field_, sites_;
    std::vector<std::int64_t> layers_;
    std::array<std::int64_t, systems> magnetisations_{}, bonds_{};
    std::array<double, systems> energies_{};
};

/// Two systems, the first from an ordered start.
class LargeCopies : public SpinCopies {
  public:
    LargeCopies(const Point& point, const RandomStream& random)
        : copies_{PackedIsing(kind_of(point), size_of(point)), PackedIsing(kind_of(point), size_of(point))},
          sums_(Lattice(kind_of(point), size_of(point))),
          field_(point["h"]),
          sites_(ising_sites(point)),
          spins_(copies_[0].sites()) {
        for (PackedIsing& copy : copies_) copy.set_dynamics(update_of(point), 1 / point["T"], field_);
        copies_[0].fill(field_ < 0 ? -1 : 1);
        copies_[1].fill_random(random);
    }

    void step(const RandomStream& random, std::uint32_t number, bool /*is_measured*/) override {
        for (std::uint32_t copy = 0; copy < 2; ++copy) copies_[copy].sweep(random, number, copy);
    }
    [[nodiscard]] std::array<double, 2> order() override {
        const auto of = [&](const PackedIsing& copy) {
            return order_of(static_cast<double>(copy.magnetisation()), field_) / sites_;
        };
        return {of(copies_[0]), of(copies_[1])};
    }
    void measure(std::span<double> cold, std::span<double> hot) override {
        for (std::size_t copy = 0; copy < 2; ++copy) {
            copies_[copy].spins(spins_);
            const IsingMeasured sums = sums_.measure(spins_);
            const double m = static_cast<double>(sums.magnetisation) / sites_;
            energies_[copy] = -static_cast<double>(sums.bonds) / sites_ - field_ * m;
            const auto values = copy == 0 ? cold : hot;
            std::fill(values.begin(), values.end(), 0.);
            IsingCopy{energies_[copy], m, m * m, m * m * m * m, sums.structure / sites_}.add_to(values, 1, true);
        }
    }
    [[nodiscard]] std::span<const double> energies() const override { return energies_; }
    [[nodiscard]] std::size_t sites() const override { return 2 * copies_[0].sites(); }
    void store(StoredConfigurations& stored) const override {
        std::vector<std::int8_t> spins(copies_[1].sites());
        copies_[1].spins(spins);
        stored.add_spins([&](std::size_t site) { return spins[site] > 0; });
    }
    void save(ByteWriter& bytes) const override {
        for (const PackedIsing& copy : copies_) copy.save(bytes);
    }
    void load(ByteReader& bytes) override {
        for (PackedIsing& copy : copies_) copy.load(bytes);
    }

  private:
    std::array<PackedIsing, 2> copies_;
    IsingSums sums_;
    double field_, sites_;
    std::vector<std::int8_t> spins_;
    std::array<double, 2> energies_{};
};

}  // namespace

bool has_ising_lanes(const Point& point) {
    const SpinUpdate update = spin_update_words.at(point.word("update"));
    return !is_complete(point) && (update == SpinUpdate::metropolis || update == SpinUpdate::heat_bath);
}

std::unique_ptr<SpinCopies> ising_lanes(const Point& point, const RandomStream& random) {
    if (is_large(point)) return std::make_unique<LargeCopies>(point, random);
    return std::make_unique<SmallCopies>(point, random);
}

std::size_t ising_lanes_bytes(const Point& point) {
    const auto sites = static_cast<std::size_t>(ising_sites(point));
    return is_large(point) ? 2 * sites / 8 : 8 * sites;
}

double ising_lanes_cost(const Point& point) {
    const double sites = ising_sites(point) * (is_large(point) ? 2 : static_cast<double>(systems));
    return 2000 + sites * (0.7 + 1 / point["interval"]);
}

}  // namespace gdm
