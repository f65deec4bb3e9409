#include "gdm/experiments/targets/ising_prior.hpp"

#include <algorithm>
#include <cmath>
#include <utility>
#include <vector>

#include "gdm/experiments/shared/tempering_quantities.hpp"
#include "gdm/experiments/spins/copy_exchange.hpp"
#include "gdm/physics/spins/ising_updates.hpp"

namespace gdm {
namespace {

std::size_t spins_of(const Point& point) { return static_cast<std::size_t>(point.integer("n")); }

/// Copies as rows of spins, (copy, place, site).
class StoredPrior : public IsingPrior {
  public:
    StoredPrior(std::size_t copies, std::size_t places, std::size_t sites)
        : copies_(copies), places_(places), sites_(sites), spins_(copies * places * sites, 1) {}
    [[nodiscard]] std::size_t copies() const override { return copies_; }
    void spins(std::size_t copy, std::size_t place, std::span<std::int8_t> spins) const override {
        const auto from = spins_.begin() + static_cast<std::ptrdiff_t>((copy * places_ + place) * sites_);
        std::copy(from, from + static_cast<std::ptrdiff_t>(sites_), spins.begin());
    }
    void save(ByteWriter& bytes) const override { bytes.put(std::span(spins_)); }
    void load(ByteReader& bytes) override { bytes.get(std::span(spins_)); }

  protected:
    [[nodiscard]] std::span<std::int8_t> at(std::size_t copy, std::size_t place) {
        return std::span(spins_).subspan((copy * places_ + place) * sites_, sites_);
    }
    /// Independent draws for each copy and place.
    [[nodiscard]] RandomSequence draws(const RandomStream& random, std::size_t copy, std::size_t place,
                                       std::uint32_t step) const {
        return {random, Purpose::state, static_cast<std::uint32_t>(copy * places_ + place), step};
    }

    std::size_t copies_, places_, sites_;

  private:
    std::vector<std::int8_t> spins_;
};

/// Draws from all states.
class EnumeratedPrior : public StoredPrior {
  public:
    EnumeratedPrior(const Point& point, const EnumeratedIsing& all) : StoredPrior(2, point.axis("T").size(), all.spins()) {
        EnumeratedIsing::Law law;
        for (const double T : point.axis("T")) {
            all.law(T, {}, law);
            double sum = 0;
            for (double& one : law.probability) one = sum += one;
            cumulative_.push_back(law.probability);
        }
    }
    void advance(const RandomStream& random, std::uint32_t step) override {
        for (std::size_t copy = 0; copy < copies_; ++copy) {
            for (std::size_t place = 0; place < places_; ++place) {
                const auto& sums = cumulative_[place];
                const double u = draws(random, copy, place, step).uniform() * sums.back();
                EnumeratedIsing::set_spins(
                    static_cast<std::size_t>(std::upper_bound(sums.begin(), sums.end() - 1, u) - sums.begin()),
                    at(copy, place));
            }
        }
    }
    [[nodiscard]] bool independent() const override { return true; }

  private:
    std::vector<std::vector<double>> cumulative_;  ///< probabilities of the states, by place
};

/// The number of spins that are up from its exact law, then which ones.
class CurieWeissPrior : public StoredPrior {
  public:
    explicit CurieWeissPrior(const Point& point) : StoredPrior(2, point.axis("T").size(), spins_of(point)) {
        const double n = static_cast<double>(sites_);
        for (const double T : point.axis("T")) {
            std::vector<double> sums(sites_ + 1);
            for (std::size_t up = 0; up <= sites_; ++up) {
                const double m = 2 * static_cast<double>(up) - n, k = static_cast<double>(up);
                sums[up] = std::lgamma(n + 1) - std::lgamma(k + 1) - std::lgamma(n - k + 1) + m * m / (2 * n * T);
            }
            const double greatest = *std::max_element(sums.begin(), sums.end());
            double sum = 0;
            for (double& one : sums) one = sum += std::exp(one - greatest);
            for (double& one : sums) one /= sum;
            cumulative_.push_back(std::move(sums));
        }
    }
    void advance(const RandomStream& random, std::uint32_t step) override {
        for (std::size_t copy = 0; copy < copies_; ++copy) {
            for (std::size_t place = 0; place < places_; ++place) {
                RandomSequence sequence = draws(random, copy, place, step);
                const auto& sums = cumulative_[place];
                auto up = static_cast<std::size_t>(std::upper_bound(sums.begin(), sums.end() - 1, sequence.uniform()) -
                                                   sums.begin());
                auto spins = at(copy, place);
                for (std::size_t site = 0; site < sites_; ++site) {
                    const bool chosen = up > 0 && sequence.below(sites_ - site) < up;
                    if (chosen) --up;
                    spins[site] = chosen ? 1 : -1;
                }
            }
        }
    }
    [[nodiscard]] bool independent() const override { return true; }

  private:
    std::vector<std::vector<double>> cumulative_;  ///< of the number that are up, by place
};

/// Clusters; copy 0 starts in order, copy 1 at random.
class SquarePrior : public StoredPrior {
  public:
    SquarePrior(const Point& point, const RandomStream& random)
        : StoredPrior(2, point.axis("T").size(), spins_of(point)),
          lattice_(LatticeKind::square, static_cast<std::size_t>(std::lround(std::sqrt(point["n"])))) {
        for (const double T : point.axis("T")) updates_.emplace_back(lattice_, 1 / T, 0);
        for (std::size_t place = 0; place < places_; ++place) {
            RandomSequence sequence(random, Purpose::initial_state, static_cast<std::uint32_t>(place));
            for (std::int8_t& spin : at(1, place)) spin = sequence.uniform() < 0.5 ? 1 : -1;
        }
    }
    void advance(const RandomStream& random, std::uint32_t step) override {
        for (std::size_t copy = 0; copy < copies_; ++copy) {
            for (std::size_t place = 0; place < places_; ++place) {
                WordSequence words(random, Purpose::markov_chain, static_cast<std::uint32_t>(copy * places_ + place), step);
                updates_[place].swendsen_wang(at(copy, place), words);
            }
        }
    }

  private:
    Lattice lattice_;
    std::vector<IsingUpdates> updates_;
};

/// Four ladders of temperatures, all from random starts.
class TemperedPrior : public IsingPrior {
  public:
    TemperedPrior(const Point& point, const IsingCouplings& couplings, const RandomStream& random)
        : beta_(ladder_of(point, "T")),
          sites_(couplings.spins()),
          copies_(plain_copies(couplings.pairs, beta_, LocalUpdate::heat_bath)),
          exchange_(GlassCopies::ladders, Exchange(beta_)),
          energies_(GlassCopies::ladders * beta_.size()) {
        std::vector<std::int8_t> spins(sites_);
        for (std::size_t i = 0; i < energies_.size(); ++i) {
            RandomSequence sequence(random, Purpose::initial_state, static_cast<std::uint32_t>(i));
            for (std::int8_t& spin : spins) spin = sequence.uniform() < 0.5 ? 1 : -1;
            copies_->set_spins(i / beta_.size(), i % beta_.size(), spins);
        }
    }
    [[nodiscard]] std::size_t copies() const override { return GlassCopies::ladders; }
    void advance(const RandomStream& random, std::uint32_t step) override {
        copies_->sweep(random, step);
        copies_->energies(energies_);
        for (std::size_t ladder = 0; ladder < exchange_.size(); ++ladder)
            exchange_copies(*copies_, ladder, exchange_[ladder],
                            std::span(energies_).subspan(ladder * beta_.size(), beta_.size()), random, step);
    }
    void spins(std::size_t copy, std::size_t place, std::span<std::int8_t> spins) const override {
        copies_->spins(copy, place, spins);
    }
    void save(ByteWriter& bytes) const override {
        std::vector<std::int8_t> spins(sites_);
        for (std::size_t i = 0; i < energies_.size(); ++i) {
            copies_->spins(i / beta_.size(), i % beta_.size(), spins);
            bytes.put(std::span<const std::int8_t>(spins));
        }
        for (const Exchange& one : exchange_) one.save(bytes);
    }
    void load(ByteReader& bytes) override {
        std::vector<std::int8_t> spins(sites_);
        for (std::size_t i = 0; i < energies_.size(); ++i) {
            bytes.get(std::span(spins));
            copies_->set_spins(i / beta_.size(), i % beta_.size(), spins);
        }
        for (Exchange& one : exchange_) one.load(bytes);
    }

  private:
    std::vector<double> beta_;
    std::size_t sites_;
    std::unique_ptr<GlassCopies> copies_;
    std::vector<Exchange> exchange_;
    std::vector<double> energies_;  ///< (ladder, place)
};

}  // namespace

CouplingKind coupling_kind(const Point& point) { return coupling_kind_words.at(point.word("couplings")); }

bool is_uniform(CouplingKind kind) { return kind == CouplingKind::curie_weiss || kind == CouplingKind::square; }

IsingCouplings couplings_of(const Point& point, const Context& context, const RandomStream& random) {
    const std::size_t n = spins_of(point);
    switch (coupling_kind(point)) {
        case CouplingKind::curie_weiss:
            return curie_weiss_couplings(n);
        case CouplingKind::sherrington_kirkpatrick:
            return {{n, sherrington_kirkpatrick(n, CouplingLaw::gaussian, random)}};
        case CouplingKind::square:
            return lattice_couplings(
                Lattice(LatticeKind::square, static_cast<std::size_t>(std::lround(std::sqrt(point["n"])))));
        case CouplingKind::matrix:
            break;
    }
    return matrix_couplings({std::any_cast<const Array&>(context).values.get(), n * n}, n);
}

std::unique_ptr<IsingPrior> ising_prior(const Point& point, const IsingCouplings& couplings, const EnumeratedIsing* all,
                                        const RandomStream& random) {
    if (all != nullptr) return std::make_unique<EnumeratedPrior>(point, *all);
    switch (coupling_kind(point)) {
        case CouplingKind::curie_weiss:
            return std::make_unique<CurieWeissPrior>(point);
        case CouplingKind::square:
            return std::make_unique<SquarePrior>(point, random);
        default:
            return std::make_unique<TemperedPrior>(point, couplings, random);
    }
}

std::size_t prior_state_size(const Point& point) {
    const std::size_t places = point.axis("T").size(), spins = places * spins_of(point);
    if (point.word("score") == "exact" || is_uniform(coupling_kind(point))) return 2 * spins;
    std::vector<double> beta(places);
    for (std::size_t i = 0; i < places; ++i) beta[i] = static_cast<double>(i + 1);
    ByteWriter bytes;
    Exchange(std::move(beta)).save(bytes);
    return GlassCopies::ladders * (spins + bytes.bytes().size());
}

}  // namespace gdm
