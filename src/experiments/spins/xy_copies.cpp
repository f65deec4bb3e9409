#include "gdm/experiments/spins/xy_copies.hpp"

#include <array>
#include <cmath>

#include "gdm/experiments/spins/cluster_count.hpp"
#include "gdm/experiments/spins/spin_parameters.hpp"
#include "gdm/physics/spins/planar_sums.hpp"
#include "gdm/physics/spins/xy_updates.hpp"

namespace gdm {
namespace {

/// The first from spins that all point alike.
class XyPair : public SpinCopies {
  public:
    XyPair(const Point& point, const RandomStream& random)
        : lattice_(LatticeKind::square, static_cast<std::size_t>(point.integer("L"))),
          beta_(1 / point["T"]),
          sites_(static_cast<double>(lattice_.sites())),
          update_(spin_update_words.at(point.word("update"))),
          updates_(lattice_, beta_),
          sums_(lattice_) {
        spins_[0].resize(lattice_.sites());
        WordSequence start(random, Purpose::initial_state, 0, 0);
        for (std::size_t site = 0; site < lattice_.sites(); ++site) spins_[1].push_back(random_spin(start));
    }

    void step(const RandomStream& random, std::uint32_t number, bool /*is_measured*/) override {
        for (std::uint32_t copy = 0; copy < 2; ++copy) {
            WordSequence words(random, Purpose::markov_chain, copy, number);
            const PlanarSpins spins = spins_[copy];
            switch (update_) {
                case SpinUpdate::metropolis:
                    updates_.metropolis(spins, words);
                    break;
                case SpinUpdate::heat_bath:
                    updates_.heat_bath(spins, words);
                    break;
                case SpinUpdate::wolff:
                    if (count_.is_beginning()) updates_.swendsen_wang(spins, words);
                    for (std::uint64_t n = 0; n < count_.in_a_step(); ++n) count_.add(updates_.wolff(spins, words));
                    break;
                case SpinUpdate::cluster:
                    updates_.swendsen_wang(spins, words);
                    break;
            }
        }
    }
    [[nodiscard]] std::array<double, 2> order() override {
        std::array<double, 2> result{};
        for (std::size_t copy = 0; copy < 2; ++copy) {
            PlanarSpin sum{0, 0};
            for (const PlanarSpin& spin : spins_[copy]) sum.x += spin.x, sum.y += spin.y;
            result[copy] = std::sqrt(dot(sum, sum)) / sites_;
        }
        return result;
    }
    void measure(std::span<double> cold, std::span<double> hot) override {
        for (std::size_t copy = 0; copy < 2; ++copy) {
            const PlanarMeasured now = sums_.measure(spins_[copy]);
            const double energy = -now.bonds / sites_,
                         squared = dot(now.magnetisation, now.magnetisation) / (sites_ * sites_);
            const double currents = now.current[0] * now.current[0] + now.current[1] * now.current[1];
            const std::array all{energy,
                                 energy * energy,
                                 std::sqrt(squared),
                                 squared,
                                 squared * squared,
                                 now.structure / sites_,
                                 -(energy + beta_ * currents / sites_) / 2,
                                 static_cast<double>(now.vortices) / sites_};
            std::copy(all.begin(), all.end(), (copy == 0 ? cold : hot).begin());
            energies_[copy] = energy;
        }
    }
    [[nodiscard]] std::span<const double> energies() const override { return energies_; }
    [[nodiscard]] std::size_t sites() const override { return 2 * lattice_.sites(); }
    void adapt() override { count_.adapt(sites_); }
    void store(StoredConfigurations& stored) const override {
        std::vector<double> angles;
        for (const PlanarSpin& spin : spins_[1]) angles.push_back(std::atan2(spin.y, spin.x));
        stored.add_angles(angles);
    }
    void save(ByteWriter& bytes) const override {
        count_.save(bytes);
        for (const auto& spins : spins_) bytes.put(std::span(spins));
    }
    void load(ByteReader& bytes) override {
        count_.load(bytes);
        for (auto& spins : spins_) bytes.get(std::span(spins));
    }

  private:
    Lattice lattice_;
    double beta_, sites_;
    SpinUpdate update_;
    XyUpdates updates_;
    PlanarSums sums_;
    ClusterCount count_;
    std::array<std::vector<PlanarSpin>, 2> spins_;
    std::array<double, 2> energies_{};
};

}  // namespace

std::vector<std::string> xy_quantities() {
    return {"energy",           "energy_squared",   "abs_magnetisation", "magnetisation_squared", "magnetisation_fourth",
            "structure_factor", "helicity_modulus", "vortex_density"};
}

std::unique_ptr<SpinCopies> xy_copies(const Point& point, const RandomStream& random) {
    return std::make_unique<XyPair>(point, random);
}

std::size_t xy_copies_bytes(const Point& point) {
    return sizeof(ClusterCount) + 2 * sizeof(PlanarSpin) * static_cast<std::size_t>(std::pow(point["L"], 2));
}

double xy_step_cost(const Point& point) {
    const SpinUpdate update = spin_update_words.at(point.word("update"));
    return 500 + 2 * std::pow(point["L"], 2) * (update == SpinUpdate::wolff || update == SpinUpdate::cluster ? 60 : 120);
}

}  // namespace gdm
