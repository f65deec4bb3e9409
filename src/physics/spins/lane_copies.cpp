#include <algorithm>
#include <array>
#include <stdexcept>

#include "gdm/physics/spins/glass_copies.hpp"
#include "gdm/physics/spins/lane_ising.hpp"

namespace gdm {
namespace {

/// Place i of ladder l is lane i of 16 (or 32, where there are more places) from lane 16 l (32 l) on.
class LaneCopies : public GlassCopies {
  public:
    LaneCopies(const Lattice& lattice, std::span<const Coupling> couplings, const std::vector<double>& beta,
               LocalUpdate update)
        : places_(beta.size()),
          stride_(places_ <= 16 ? 16 : 32),
          spins_(lattice, ladders * stride_),
          products_(lattice, ladders * stride_),
          counts_(ladders * stride_) {
        if (places_ > most_lane_places) throw std::invalid_argument("a ladder in lanes has 32 places at most");
        std::vector<std::int8_t> signs;
        for (const Coupling& one : couplings) signs.push_back(static_cast<std::int8_t>(one.value));
        std::vector<double> betas(ladders * stride_);
        for (std::size_t lane = 0; lane < betas.size(); ++lane) {
            spins_.set_couplings(lane, signs);
            betas[lane] = beta[std::min(lane % stride_, places_ - 1)];
        }
        spins_.set_dynamics(update, betas, std::vector<double>{0});
    }

    void sweep(const RandomStream& random, std::uint32_t step) override { spins_.sweep(random, step); }
    void energies(std::span<double> energies) override {
        spins_.bond_energies(counts_);
        for (std::size_t i = 0; i < energies.size(); ++i)
            energies[i] = static_cast<double>(counts_[lane(i / places_, i % places_)]);
    }
    void exchange(std::size_t ladder, const std::vector<bool>& chosen) override {
        std::array<std::uint64_t, 2> words{};
        for (std::size_t place = 0; place < places_; ++place) {
            const std::size_t at = lane(ladder, place);
            words[at / 64] |= std::uint64_t{chosen[place]} << at % 64;
        }
        spins_.exchange_neighbours(std::span(words).first(ladders * stride_ / 64));
    }
    void overlaps(std::span<double> overlap, std::span<double> link) override {
        products_.set_products(spins_, stride_);
        const auto all = [&](std::span<double> of, double scale) {
            for (std::size_t i = 0; i < of.size(); ++i)
                of[i] = scale * static_cast<double>(counts_[lane(2 * (i / places_), i % places_)]);
        };
        products_.magnetisations(counts_);
        all(overlap, 1 / static_cast<double>(spins_.sites()));
        products_.bond_energies(counts_);
        all(link, -1 / static_cast<double>(spins_.bonds()));
    }
    void spins(std::size_t ladder, std::size_t place, std::span<std::int8_t> spins) const override {
        spins_.spins(lane(ladder, place), spins);
    }
    void set_spins(std::size_t ladder, std::size_t place, std::span<const std::int8_t> spins) override {
        spins_.set_spins(lane(ladder, place), spins);
    }

  private:
    [[nodiscard]] std::size_t lane(std::size_t ladder, std::size_t place) const { return ladder * stride_ + place; }

    std::size_t places_, stride_;
    LaneIsing spins_, products_;
    std::vector<std::int64_t> counts_;
};

}  // namespace

std::unique_ptr<GlassCopies> lane_copies(const Lattice& lattice, std::span<const Coupling> couplings,
                                         const std::vector<double>& beta, LocalUpdate update) {
    return std::make_unique<LaneCopies>(lattice, couplings, beta, update);
}

}  // namespace gdm
