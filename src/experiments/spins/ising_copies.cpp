#include "gdm/experiments/spins/ising_copies.hpp"

#include <array>
#include <cmath>

#include "gdm/experiments/spins/cluster_count.hpp"
#include "gdm/experiments/spins/ising_lanes.hpp"
#include "gdm/experiments/spins/ising_measured.hpp"
#include "gdm/experiments/spins/spin_parameters.hpp"
#include "gdm/physics/spins/complete_graph.hpp"
#include "gdm/physics/spins/ising_sums.hpp"
#include "gdm/physics/spins/ising_updates.hpp"

namespace gdm {
namespace {

SpinUpdate update_of(const Point& point) { return spin_update_words.at(point.word("update")); }

/// Two copies, the first from an ordered start: along the field, or up.
class Pair : public SpinCopies {
  public:
    Pair(const Point& point, double sites) : sites_(sites), update_(update_of(point)) {}

    void measure(std::span<double> cold, std::span<double> hot) override {
        for (std::size_t copy = 0; copy < 2; ++copy) {
            const IsingCopy now = measured(copy);
            energies_[copy] = now.energy;
            const auto values = copy == 0 ? cold : hot;
            std::fill(values.begin(), values.end(), 0.);
            now.add_to(values, 1, has_waves());
        }
    }
    [[nodiscard]] std::span<const double> energies() const override { return energies_; }
    [[nodiscard]] std::size_t sites() const override { return static_cast<std::size_t>(2 * sites_); }
    void adapt() override { count_.adapt(sites_); }

  protected:
    [[nodiscard]] virtual IsingCopy measured(std::size_t copy) = 0;
    [[nodiscard]] virtual bool has_waves() const = 0;

    double sites_;
    SpinUpdate update_;
    ClusterCount count_;
    std::array<double, 2> energies_{};
};

/// With cluster updates.
class LatticePair : public Pair {
  public:
    LatticePair(const Point& point, const RandomStream& random)
        : Pair(point, ising_sites(point)),
          lattice_(lattice_words.at(point.word("lattice")), static_cast<std::size_t>(point.integer("L"))),
          updates_(lattice_, 1 / point["T"], point["h"]),
          sums_(lattice_),
          field_(point["h"]) {
        spins_[0].assign(lattice_.sites(), field_ < 0 ? -1 : 1);
        WordSequence start(random, Purpose::initial_state, 0, 0);
        for (std::size_t site = 0; site < lattice_.sites(); ++site) spins_[1].push_back(start.next() % 2 == 0 ? 1 : -1);
    }

    void step(const RandomStream& random, std::uint32_t number, bool is_measured) override {
        for (std::uint32_t copy = 0; copy < 2; ++copy) {
            WordSequence words(random, Purpose::markov_chain, copy, number);
            const IsingSpins spins = spins_[copy];
            if (update_ == SpinUpdate::wolff) {
                if (count_.is_beginning()) updates_.swendsen_wang(spins, words);
                for (std::uint64_t n = 0; n < count_.in_a_step(); ++n) count_.add(updates_.wolff(spins, words));
            } else {
                updates_.swendsen_wang(spins, words, is_measured && is_improved() ? &estimates_[copy] : nullptr);
            }
        }
    }
    [[nodiscard]] std::array<double, 2> order() override {
        std::array<double, 2> result{};
        for (std::size_t copy = 0; copy < 2; ++copy) {
            std::int64_t sum = 0;
            for (const std::int8_t spin : spins_[copy]) sum += spin;
            result[copy] = order_of(static_cast<double>(sum), field_) / sites_;
        }
        return result;
    }
    void store(StoredConfigurations& stored) const override {
        stored.add_spins([&](std::size_t site) { return spins_[1][site] > 0; });
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
    [[nodiscard]] bool is_improved() const { return update_ == SpinUpdate::cluster && field_ == 0; }
    [[nodiscard]] bool has_waves() const override { return true; }
    [[nodiscard]] IsingCopy measured(std::size_t copy) override {
        const IsingMeasured sums = sums_.measure(spins_[copy]);
        const double m = static_cast<double>(sums.magnetisation) / sites_;
        const double e = -static_cast<double>(sums.bonds) / sites_ - field_ * m;
        if (!is_improved()) return {e, m, m * m, m * m * m * m, sums.structure / sites_};
        const ClusterEstimates& now = estimates_[copy];
        return {e, m, now.squared * std::pow(sites_, -2), now.fourth * std::pow(sites_, -4), now.structure / sites_};
    }

    Lattice lattice_;
    IsingUpdates updates_;
    IsingSums sums_;
    double field_;
    std::array<std::vector<std::int8_t>, 2> spins_;
    std::array<ClusterEstimates, 2> estimates_;
};

class CompletePair : public Pair {
  public:
    CompletePair(const Point& point, const RandomStream& random)
        : Pair(point, point["L"]),
          field_(point["h"]),
          graph_(static_cast<std::uint32_t>(point.integer("L")), 1 / point["T"], field_) {
        const auto sites = static_cast<std::uint32_t>(point.integer("L"));
        up_[0] = field_ < 0 ? 0 : sites;
        WordSequence start(random, Purpose::initial_state, 0, 0);
        for (std::uint32_t site = 0; site < sites; ++site) up_[1] += start.next() % 2;
    }

    void step(const RandomStream& random, std::uint32_t number, bool /*is_measured*/) override {
        for (std::uint32_t copy = 0; copy < 2; ++copy) {
            WordSequence words(random, Purpose::markov_chain, copy, number);
            std::uint32_t& up = up_[copy];
            switch (update_) {
                case SpinUpdate::metropolis:
                    up = graph_.metropolis(up, words);
                    break;
                case SpinUpdate::heat_bath:
                    up = graph_.heat_bath(up, words);
                    break;
                case SpinUpdate::wolff:
                    for (std::uint64_t n = 0; n < count_.in_a_step(); ++n) {
                        std::uint32_t turned = 0;
                        up = graph_.wolff(up, words, turned);
                        count_.add(turned);
                    }
                    break;
                case SpinUpdate::cluster:
                    up = graph_.swendsen_wang(up, words, &estimates_[copy]);
                    break;
            }
        }
    }
    [[nodiscard]] std::array<double, 2> order() override { return {std::abs(magnetisation(0)), std::abs(magnetisation(1))}; }
    /// Sites of a complete graph are all alike: which of them are up does not matter, but for their number.
    void store(StoredConfigurations& stored) const override {
        stored.add_spins([&](std::size_t site) { return site < up_[1]; });
    }
    void save(ByteWriter& bytes) const override {
        count_.save(bytes);
        bytes.put(up_);
    }
    void load(ByteReader& bytes) override {
        count_.load(bytes);
        bytes.get(up_);
    }

  private:
    [[nodiscard]] bool has_waves() const override { return false; }
    [[nodiscard]] double magnetisation(std::size_t copy) const { return (2. * up_[copy] - sites_) / sites_; }
    [[nodiscard]] IsingCopy measured(std::size_t copy) override {
        const double m = magnetisation(copy), e = graph_.energy(up_[copy]) / sites_;
        if (update_ != SpinUpdate::cluster || field_ != 0) return {e, m, m * m, m * m * m * m, 0};
        const auto& now = estimates_[copy];
        return {e, m, now.squared * std::pow(sites_, -2), now.fourth * std::pow(sites_, -4), 0};
    }

    double field_;
    CompleteGraph graph_;
    std::array<std::uint32_t, 2> up_{};
    std::array<CompleteGraph::Estimates, 2> estimates_;
};

}  // namespace

bool is_complete(const Point& point) { return point.word("lattice") == "complete"; }

double ising_sites(const Point& point) {
    if (is_complete(point)) return point["L"];
    return std::pow(point["L"], point.word("lattice") == lattice_words[LatticeKind::cubic] ? 3 : 2);
}

std::vector<std::string> ising_quantities(const Point& point) {
    std::vector<std::string> names{"energy", "energy_squared", "abs_magnetisation", "magnetisation_squared",
                                   "magnetisation_fourth"};
    if (!is_complete(point)) names.emplace_back("structure_factor");
    if (point["h"] != 0) names.emplace_back("magnetisation");
    return names;
}

std::unique_ptr<SpinCopies> ising_copies(const Point& point, const RandomStream& random) {
    if (is_complete(point)) return std::make_unique<CompletePair>(point, random);
    if (has_ising_lanes(point)) return ising_lanes(point, random);
    return std::make_unique<LatticePair>(point, random);
}

std::size_t ising_copies_bytes(const Point& point) {
    if (has_ising_lanes(point)) return ising_lanes_bytes(point);
    return sizeof(ClusterCount) +
           (is_complete(point) ? 2 * sizeof(std::uint32_t) : 2 * static_cast<std::size_t>(ising_sites(point)));
}

double ising_step_cost(const Point& point) {
    if (has_ising_lanes(point)) return ising_lanes_cost(point);
    const SpinUpdate update = update_of(point);
    return 500 + 2 * ising_sites(point) * (update == SpinUpdate::cluster ? 30 : update == SpinUpdate::wolff ? 12 : 9);
}

}  // namespace gdm
