#include "gdm/experiments/spins/tempered_spins.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <stdexcept>

#include "gdm/physics/spins/lane_ising.hpp"
#include "gdm/physics/spins/xy_lanes.hpp"

namespace gdm {
namespace {

constexpr std::size_t lanes = LaneIsing::lanes_per_word, words = 8;

class TemperedIsing : public TemperedSpins {
  public:
    TemperedIsing(const Lattice& lattice, const std::vector<double>& beta, double disordered, const RandomStream& random)
        : TemperedSpins(lanes / beta.size() * words, beta.size()),
          spins_(lattice, lanes * words),
          numbers_(lanes * words),
          chosen_(words) {
        // Lanes that are left over are at β = 0.
        std::vector<double> of_system(spins_.systems(), 0);
        for (std::size_t system = 0; system < ladders() * places(); ++system)
            of_system[lane(system)] = beta[system % places()];
        spins_.set_dynamics(LocalUpdate::heat_bath, of_system, std::vector<double>(of_system.size(), 0));
        spins_.fill_random(random);
        const std::vector<std::int8_t> order(lattice.sites(), 1);
        for (std::size_t system = 0; system < ladders() * places(); ++system)
            if (begins_in_order(system, beta, disordered)) spins_.set_spins(lane(system), order);
    }

    void sweep(const RandomStream& random, std::uint32_t step) override { spins_.sweep(random, step); }
    void measure(std::span<double> energies, std::span<double> magnetisations) override {
        spins_.bond_energies(numbers_);
        for (std::size_t system = 0; system < energies.size(); ++system)
            energies[system] = static_cast<double>(numbers_[lane(system)]);
        spins_.magnetisations(numbers_);
        for (std::size_t system = 0; system < energies.size(); ++system)
            magnetisations[system] = std::abs(static_cast<double>(numbers_[lane(system)]));
    }
    void exchange(std::span<const std::pair<std::size_t, std::size_t>> pairs) override {
        std::fill(chosen_.begin(), chosen_.end(), 0);
        for (const auto& [ladder, place] : pairs) {
            const std::size_t first = lane(ladder * places() + place);
            chosen_[first / lanes] |= std::uint64_t{1} << first % lanes;
        }
        spins_.exchange_neighbours(chosen_);
    }

    // Coordinations are even, so the number of unsatisfied bonds is too.
    [[nodiscard]] std::size_t bins() const override { return spins_.bonds() / 2 + 1; }
    [[nodiscard]] std::size_t bin(double energy) const override {
        return static_cast<std::size_t>(std::llround((energy + static_cast<double>(spins_.bonds())) / 4));
    }
    [[nodiscard]] double bin_energy(std::size_t bin) const override {
        return 4 * static_cast<double>(bin) - static_cast<double>(spins_.bonds());
    }

    void save(ByteWriter& writer) const override { spins_.save(writer); }
    void load(ByteReader& reader) override { spins_.load(reader); }

  private:
    /// A ladder does not leave its word.
    [[nodiscard]] std::size_t lane(std::size_t system) const {
        const std::size_t ladder = system / places(), in_word = lanes / places();
        return ladder / in_word * lanes + ladder % in_word * places() + system % places();
    }

    LaneIsing spins_;
    std::vector<std::int64_t> numbers_;
    std::vector<std::uint64_t> chosen_;
};

class TemperedXy : public TemperedSpins {
  public:
    TemperedXy(const Lattice& lattice, const std::vector<double>& beta, double disordered, const RandomStream& random)
        : TemperedSpins(2, beta.size()), spins_(lattice, 2 * beta.size()), sums_(2 * beta.size()) {
        std::vector<double> of_system(spins_.systems());
        for (std::size_t system = 0; system < of_system.size(); ++system) of_system[system] = beta[system % places()];
        spins_.set_beta(of_system);
        spins_.fill_random(random);
        const std::vector<double> order(lattice.sites(), 0);
        for (std::size_t system = 0; system < spins_.systems(); ++system)
            if (begins_in_order(system, beta, disordered)) spins_.set_angles(system, order);
        // Spin waves: each of N degrees of freedom has T/2, with a variance of T²/2.
        const double sites = static_cast<double>(lattice.sites()), bonds = static_cast<double>(lattice.bonds());
        const double deviation =
            std::min(std::sqrt(sites / 2) / *std::max_element(beta.begin(), beta.end()), std::sqrt(sites));
        bins_ = static_cast<std::size_t>(std::ceil(2 * bonds / (deviation / 8))) + 1;
        width_ = 2 * bonds / static_cast<double>(bins_ - 1);
        lowest_ = -bonds;
    }

    void sweep(const RandomStream& random, std::uint32_t step) override {
        spins_.sweep(LocalUpdate::heat_bath, random, step);
        spins_.over_relax();
    }
    void measure(std::span<double> energies, std::span<double> magnetisations) override {
        spins_.measure(sums_);
        for (std::size_t system = 0; system < energies.size(); ++system) {
            energies[system] = -sums_[system].bonds;
            magnetisations[system] = std::hypot(sums_[system].x, sums_[system].y);
        }
    }
    void exchange(std::span<const std::pair<std::size_t, std::size_t>> pairs) override {
        for (const auto& [ladder, place] : pairs) {
            const std::size_t first = ladder * places() + place;
            spins_.exchange(first, first + 1);
        }
    }

    [[nodiscard]] std::size_t bins() const override { return bins_; }
    [[nodiscard]] std::size_t bin(double energy) const override {
        const double place = std::floor((energy - lowest_) / width_ + 0.5);
        return static_cast<std::size_t>(std::clamp(place, 0., static_cast<double>(bins_ - 1)));
    }
    [[nodiscard]] double bin_energy(std::size_t bin) const override { return lowest_ + width_ * static_cast<double>(bin); }

    void save(ByteWriter& writer) const override { spins_.save(writer); }
    void load(ByteReader& reader) override { spins_.load(reader); }

  private:
    XyLanes spins_;
    std::vector<XySums> sums_;
    std::size_t bins_ = 0;
    double width_ = 1, lowest_ = 0;
};

}  // namespace

std::unique_ptr<TemperedSpins> tempered_spins(SpinModel model, const Lattice& lattice, const std::vector<double>& beta,
                                              double disordered, const RandomStream& random) {
    if (beta.size() > lanes) throw std::invalid_argument("a ladder has 64 places at most");
    if (model == SpinModel::ising) return std::make_unique<TemperedIsing>(lattice, beta, disordered, random);
    return std::make_unique<TemperedXy>(lattice, beta, disordered, random);
}

}  // namespace gdm
