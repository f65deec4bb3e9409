#include "gdm/physics/spins/glass_copies.hpp"

#include <algorithm>
#include <utility>

namespace gdm {
namespace {

class PlainCopies : public GlassCopies {
  public:
    PlainCopies(SpinGlass glass, std::vector<double> beta, LocalUpdate update)
        : glass_(std::move(glass)),
          beta_(std::move(beta)),
          update_(update),
          copies_(ladders * beta_.size(), std::vector<std::int8_t>(glass_.sites(), 1)),
          energies_(copies_.size(), glass_.energy(copies_[0])),
          fields_(glass_.sites()) {}

    void sweep(const RandomStream& random, std::uint32_t step) override {
        for (std::size_t i = 0; i < copies_.size(); ++i) {
            const RandomSequence sequence(random, Purpose::markov_chain, ladders + static_cast<std::uint32_t>(i), step);
            energies_[i] = glass_.sweep(copies_[i], beta_[i % beta_.size()], update_, sequence, fields_);
        }
    }
    void energies(std::span<double> energies) override { std::copy(energies_.begin(), energies_.end(), energies.begin()); }
    void exchange(std::size_t ladder, const std::vector<bool>& chosen) override {
        for (std::size_t place = 0; place + 1 < beta_.size(); ++place) {
            if (!chosen[place]) continue;
            std::swap(copies_[at(ladder, place)], copies_[at(ladder, place + 1)]);
            std::swap(energies_[at(ladder, place)], energies_[at(ladder, place + 1)]);
        }
    }
    void overlaps(std::span<double> overlap, std::span<double> link) override {
        const std::size_t n = glass_.sites();
        std::vector<int> product(n);
        for (std::size_t i = 0; i < overlap.size(); ++i) {
            const std::size_t pair = i / beta_.size(), place = i % beta_.size();
            const auto &one = copies_[at(2 * pair, place)], &other = copies_[at(2 * pair + 1, place)];
            int sum = 0, links = 0;
            for (std::size_t site = 0; site < n; ++site) sum += product[site] = one[site] * other[site];
            for (const Coupling& bond : glass_.couplings()) links += product[bond.a] * product[bond.b];
            overlap[i] = sum / static_cast<double>(n);
            link[i] = links / static_cast<double>(glass_.couplings().size());
        }
    }
    void spins(std::size_t ladder, std::size_t place, std::span<std::int8_t> spins) const override {
        const auto& copy = copies_[at(ladder, place)];
        std::copy(copy.begin(), copy.end(), spins.begin());
    }
    void set_spins(std::size_t ladder, std::size_t place, std::span<const std::int8_t> spins) override {
        auto& copy = copies_[at(ladder, place)];
        std::copy(spins.begin(), spins.end(), copy.begin());
        energies_[at(ladder, place)] = glass_.energy(copy);
    }

  private:
    [[nodiscard]] std::size_t at(std::size_t ladder, std::size_t place) const { return ladder * beta_.size() + place; }

    SpinGlass glass_;
    std::vector<double> beta_;
    LocalUpdate update_;
    std::vector<std::vector<std::int8_t>> copies_;  ///< (ladder, place)
    std::vector<double> energies_;
    std::vector<double> fields_;
};

}  // namespace

std::unique_ptr<GlassCopies> plain_copies(SpinGlass glass, std::vector<double> beta, LocalUpdate update) {
    return std::make_unique<PlainCopies>(std::move(glass), std::move(beta), update);
}

}  // namespace gdm
