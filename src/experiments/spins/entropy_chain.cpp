#include "gdm/experiments/spins/entropy_chain.hpp"

#include <algorithm>
#include <cmath>

#include "gdm/experiment/chain_observables.hpp"

namespace gdm {
namespace {

constexpr std::uint64_t first_window = 512;

}  // namespace

EntropyChain::EntropyChain(SpinModel model, const Lattice& lattice, const std::vector<double>& beta, double disordered,
                           std::uint64_t interval, std::uint64_t thermalisation, const RandomStream& random)
    : spins_(tempered_spins(model, lattice, beta, disordered, random)),
      beta_(beta),
      interval_(interval),
      sites_(lattice.sites()),
      exchanges_(spins_->ladders(), Exchange(beta)),
      thermalisation_(first_window, thermalisation),
      energies_(spins_->ladders() * beta.size()),
      magnetisations_(energies_.size()),
      energy_(beta.size()),
      energy_squared_(beta.size()),
      energy_cubed_(beta.size()),
      abs_magnetisation_(beta.size()),
      magnetisation_squared_(beta.size()),
      magnetisation_fourth_(beta.size()),
      acceptance_(beta.size() - 1),
      energy_by_start_(beta.size()),
      histogram_(spins_->bins()) {}

void EntropyChain::step(const RandomStream& random) {
    for (std::uint64_t i = 0; i < interval_; ++i) spins_->sweep(random, static_cast<std::uint32_t>(steps_ * interval_ + i));
    spins_->measure(energies_, magnetisations_);
    const std::size_t places = beta_.size(), ladders = exchanges_.size();
    if (thermalisation_.over()) {
        measure();
    } else {  // by |m| of all places together, which forgets last
        std::array<double, 2> by_start{};
        for (std::size_t i = 0; i < magnetisations_.size(); ++i)
            by_start[i / places < ladders / 2 ? 0 : 1] += magnetisations_[i];
        thermalisation_.add(by_start);
    }
    std::vector<std::pair<std::size_t, std::size_t>> swapped;
    std::vector<std::size_t> walkers(places);
    for (std::size_t ladder = 0; ladder < ladders; ++ladder) {
        Exchange& exchange = exchanges_[ladder];
        for (std::size_t place = 0; place < places; ++place) walkers[place] = exchange.walker_at(place);
        exchange.run(steps_, std::span(energies_).subspan(ladder * places, places),
                     RandomSequence(random, Purpose::markov_chain, static_cast<std::uint32_t>(ladder),
                                    static_cast<std::uint32_t>(steps_)));
        for (std::size_t place = steps_ % 2; place + 1 < places; place += 2)
            if (exchange.walker_at(place) != walkers[place]) swapped.emplace_back(ladder, place);
    }
    spins_->exchange(swapped);
    std::uint64_t trips = 0;
    for (const Exchange& exchange : exchanges_) trips += exchange.round_trips();
    if (measured_ > 0) {
        for (std::size_t place = steps_ % 2; place + 1 < places; place += 2) {
            double mean = 0;
            for (const Exchange& exchange : exchanges_) mean += exchange.acceptance(place);
            acceptance_[place].add(mean / static_cast<double>(ladders));
        }
        round_trips_.add(static_cast<double>(trips - trips_before_) / static_cast<double>(ladders));
    }
    trips_before_ = trips;
    ++steps_;
}

void EntropyChain::measure() {
    const std::size_t places = beta_.size(), ladders = exchanges_.size();
    const double sites = static_cast<double>(sites_), share = 1 / static_cast<double>(ladders);
    for (const double energy : energies_) ++histogram_[spins_->bin(energy)];
    for (std::size_t place = 0; place < places; ++place) {
        std::array<double, 2> by_start{};
        double e2 = 0, e3 = 0, m1 = 0, m2 = 0, m4 = 0;
        for (std::size_t ladder = 0; ladder < ladders; ++ladder) {
            const double e = energies_[ladder * places + place] / sites,
                         m = magnetisations_[ladder * places + place] / sites;
            by_start[ladder < ladders / 2 ? 0 : 1] += 2 * share * e;
            e2 += share * e * e, e3 += share * e * e * e;
            m1 += share * m, m2 += share * m * m, m4 += share * m * m * m * m;
        }
        energy_[place].add((by_start[0] + by_start[1]) / 2);
        energy_squared_[place].add(e2);
        energy_cubed_[place].add(e3);
        abs_magnetisation_[place].add(m1);
        magnetisation_squared_[place].add(m2);
        magnetisation_fourth_[place].add(m4);
        for (std::size_t i = 0; i < 2; ++i) energy_by_start_[place][i].add(by_start[i]);
    }
    ++measured_;
}

void EntropyChain::set(const Values& values) const {
    for (std::size_t place = 0; place < beta_.size(); ++place) {
        set_chain(values, "energy", energy_[place], place);
        set_chain(values, "magnetisation_squared", magnetisation_squared_[place], place);
        set_blocks(values, "energy_squared", energy_squared_[place], place);
        set_blocks(values, "energy_cubed", energy_cubed_[place], place);
        set_blocks(values, "abs_magnetisation", abs_magnetisation_[place], place);
        set_blocks(values, "magnetisation_fourth", magnetisation_fourth_[place], place);
        if (place + 1 < beta_.size()) set_blocks(values, "swap_acceptance", acceptance_[place], place);
        const auto& [ordered, random] = energy_by_start_[place];
        values["energy_start_z"][place] = difference_of_starts(ordered.result(), random.result());
    }
    set_blocks(values, "round_trips", round_trips_);
    values.set("thermalisation_steps", static_cast<double>(thermalisation_.steps()));
}

MultiHistogram EntropyChain::histogram(double log_states) const {
    const double samples = static_cast<double>(measured_ * exchanges_.size());
    std::vector<double> middles, start{log_states};
    for (std::size_t bin = 0; bin < histogram_.size(); ++bin) middles.push_back(spins_->bin_energy(bin));
    for (std::size_t place = 1; place < beta_.size(); ++place) {
        const double mean = (energy_[place - 1].binned().mean + energy_[place].binned().mean) / 2;
        start.push_back(start.back() - (beta_[place] - beta_[place - 1]) * mean * static_cast<double>(sites_));
    }
    return {beta_, std::vector<double>(beta_.size(), samples), middles, histogram_, std::move(start)};
}

template <class Self, class Visit>
void EntropyChain::parts(Self& self, Visit&& visit) {
    visit(*self.spins_);
    for (auto& one : self.exchanges_) visit(one);
    visit(self.thermalisation_);
    for (auto* group : {&self.energy_, &self.energy_squared_, &self.energy_cubed_, &self.abs_magnetisation_,
                        &self.magnetisation_squared_, &self.magnetisation_fourth_, &self.acceptance_}) {
        for (auto& one : *group) visit(one);
    }
    for (auto& pair : self.energy_by_start_)
        for (auto& one : pair) visit(one);
    visit(self.round_trips_);
}

std::vector<std::byte> EntropyChain::bytes() const {
    ByteWriter writer;
    for (const std::uint64_t number : {steps_, measured_, trips_before_}) writer.put(number);
    parts(*this, [&](const auto& part) { part.save(writer); });
    writer.put(std::span(histogram_));
    return writer.take();
}

void EntropyChain::load(std::span<const std::byte> bytes) {
    ByteReader reader(bytes);
    for (std::uint64_t* number : {&steps_, &measured_, &trips_before_}) reader.get(*number);
    parts(*this, [&](auto& part) { part.load(reader); });
    reader.get(std::span(histogram_));
}

}  // namespace gdm
