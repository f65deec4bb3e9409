#include "gdm/experiments/spins/glass_chain.hpp"

#include <algorithm>
#include <bit>
#include <cmath>
#include <limits>

#include "gdm/experiment/chain_observables.hpp"
#include "gdm/experiments/shared/tempering_quantities.hpp"
#include "gdm/experiments/spins/copy_exchange.hpp"
#include "gdm/physics/chains/thermalisation.hpp"
#include "gdm/physics/spins/enumerated_glass.hpp"

namespace gdm {
namespace {

constexpr std::size_t ladders = GlassCopies::ladders, pairs = GlassCopies::pairs;
constexpr std::size_t most_enumerated = 16;  // sites; their states take 20 ms at each temperature

SpinGlass glass_of(const Point& point, const RandomStream& random) {
    const CouplingLaw law = coupling_words.at(point.word("couplings"));
    const auto size = static_cast<std::size_t>(point.integer("L"));
    if (point.word("lattice") == "complete") return {size, sherrington_kirkpatrick(size, law, random)};
    const Lattice lattice(lattice_words.at(point.word("lattice")), size);
    return {lattice.sites(), edwards_anderson(lattice, law, random)};
}

std::unique_ptr<GlassCopies> copies_of(const Point& point, const SpinGlass& glass, const std::vector<double>& beta) {
    const LocalUpdate update = local_update_words.at(point.word("update"));
    const bool in_lanes =
        point.word("couplings") == "bimodal" && point.word("lattice") != "complete" && beta.size() <= most_lane_places;
    if (!in_lanes) return plain_copies(glass, beta, update);
    const Lattice lattice(lattice_words.at(point.word("lattice")), static_cast<std::size_t>(point.integer("L")));
    return lane_copies(lattice, glass.couplings(), beta, update);
}

/// The parts of a state whose sizes follow from the number of temperatures.
std::size_t size_of_averages(std::size_t places) {
    std::vector<double> beta(places);
    for (std::size_t i = 0; i < places; ++i) beta[i] = static_cast<double>(i + 1);
    ByteWriter bytes;
    Exchange(std::move(beta)).save(bytes);
    TemperingAverages(places).save(bytes);
    return ladders * bytes.take().size();
}

/// Adds `mass` to the bins, evenly over q ± width within [−1, 1]: an overlap of n spins stands for its share 2/n of the
/// axis, so that bins narrower than that are no comb.
void spread(std::array<double, overlap_bins>& histogram, double q, double width, double mass) {
    constexpr double bins = overlap_bins - 1;
    const auto place = [](double x) { return (std::clamp(x, -1., 1.) + 1) / 2 * bins; };
    const double from = place(q - width), to = place(q + width);
    for (auto bin = static_cast<std::size_t>(std::lround(from)); bin < overlap_bins; ++bin) {
        const double middle = static_cast<double>(bin);
        const double overlap = std::min(to, middle + 0.5) - std::max(from, middle - 0.5);
        if (overlap <= 0) break;
        histogram[bin] += mass * overlap / (to - from);
    }
}

double mean(double sum, std::uint64_t count) { return sum / static_cast<double>(count); }

void set_average(const Values& values, const std::string& name, const Binning& average, std::size_t place) {
    const BinnedMean binned = average.result(8);
    values[name][place] = binned.mean;
    values[name + "_binned_error"][place] = binned.error;
    values[name + "_tau"][place] = binned.tau;
    values[name + "_tau_error"][place] = std::isfinite(binned.tau_error) ? binned.tau_error : 0;  // of a constant chain
}

}  // namespace

std::size_t glass_sites(const Point& point) {
    const auto size = static_cast<std::size_t>(point.integer("L"));
    return point.word("lattice") == "complete" ? size : point.word("lattice") == "cubic" ? size * size * size : size * size;
}

GlassChain::GlassChain(const Point& point, const RandomStream& random)
    : beta_(ladder_of(point, "T")),
      sites_(glass_sites(point)),
      exchanges_(point.word("exchange") == "on"),
      thermalisation_(static_cast<std::uint64_t>(point.integer("thermalisation"))),
      interval_(static_cast<std::uint64_t>(point.integer("interval"))),
      glass_(glass_of(point, random)),
      copies_(copies_of(point, glass_, beta_)),
      energies_(ladders * beta_.size()),
      overlaps_(pairs * beta_.size()),
      links_(pairs * beta_.size()),
      exchange_(ladders, Exchange(beta_)),
      tempering_(ladders, TemperingAverages(beta_.size())),
      averages_(beta_.size()),
      window_sums_(chain_windows * quantities * beta_.size(), 0),
      lowest_(std::numeric_limits<double>::infinity()) {
    std::vector<std::int8_t> spins(sites_);
    for (std::size_t ladder = 0; ladder < ladders; ++ladder) {
        for (std::size_t place = 0; place < beta_.size(); ++place) {
            // The last two ladders start alike.
            const std::size_t start = std::min<std::size_t>(ladder, 2) * beta_.size() + place;
            RandomSequence sequence(random, Purpose::initial_state, static_cast<std::uint32_t>(start));
            for (std::int8_t& spin : spins) spin = sequence.uniform() < 0.5 ? 1 : -1;
            copies_->set_spins(ladder, place, spins);
        }
    }
}

std::size_t GlassChain::state_size(const Point& point) {
    const std::size_t places = point.axis("T").size();
    return ladders * places * glass_sites(point) + size_of_averages(places) + places * sizeof(GlassAverages) +
           chain_windows * (quantities * places * sizeof(double) + sizeof(std::uint64_t)) + sizeof lowest_ + sizeof steps_;
}

void GlassChain::exchange(const RandomStream& random) {
    for (std::size_t ladder = 0; ladder < ladders; ++ladder) {
        exchange_copies(*copies_, ladder, exchange_[ladder],
                        std::span(energies_).subspan(ladder * beta_.size(), beta_.size()), random, steps_);
    }
}

void GlassChain::step(const RandomStream& random) {
    copies_->sweep(random, static_cast<std::uint32_t>(steps_));
    copies_->energies(energies_);
    lowest_ = std::min(lowest_, *std::min_element(energies_.begin(), energies_.end()));
    if (exchanges_) exchange(random);
    ++steps_;
    const bool thermal = steps_ > thermalisation_;
    if (exchanges_ && thermal) {
        for (std::size_t ladder = 0; ladder < ladders; ++ladder) tempering_[ladder].add(exchange_[ladder]);
    }
    // Of a window at most 64 steps are measured.
    const auto window = static_cast<std::size_t>(std::bit_width(steps_ - 1));
    const std::uint64_t stride = std::max<std::uint64_t>(1, (std::uint64_t{1} << window) / 128);
    const bool in_window = window < chain_windows && steps_ % stride == 0;
    const bool measured = thermal && (steps_ - thermalisation_) % interval_ == 0;
    if (!in_window && !measured) return;
    copies_->overlaps(overlaps_, links_);
    if (in_window) add_to_window(window);
    if (measured) measure();
}

void GlassChain::measure() {
    for (std::size_t place = 0; place < beta_.size(); ++place) {
        GlassAverages& of = averages_[place];
        double energy_here = 0, squared = 0, link_here = 0;
        for (std::size_t ladder = 0; ladder < ladders; ++ladder) {
            const double e = energy_per_spin(ladder, place);
            of.energy_sum[ladder] += e;
            of.energy_squared += e * e / ladders;
            energy_here += e / ladders;
        }
        for (std::size_t pair = 0; pair < pairs; ++pair) {
            const double q = overlaps_[pair * beta_.size() + place], q2 = q * q;
            of.squared_of[pair].add(q2);
            of.overlap += q / pairs;
            of.overlap_abs += std::abs(q) / pairs;
            of.overlap_fourth += q2 * q2 / pairs;
            squared += q2 / pairs;
            link_here += links_[pair * beta_.size() + place] / pairs;
            spread(of.histogram, q, 1 / static_cast<double>(sites_), 1. / pairs);
        }
        of.energy.add(energy_here);
        of.overlap_squared.add(squared);
        of.link_overlap.add(link_here);
    }
}

void GlassChain::add_to_window(std::size_t window) {
    ++window_counts_[window];
    for (std::size_t place = 0; place < beta_.size(); ++place) {
        double energy_here = 0;
        for (std::size_t ladder = 0; ladder < ladders; ++ladder) energy_here += energy_per_spin(ladder, place) / ladders;
        window_sums_[window_place(window, energy, place)] += energy_here;
        window_sums_[window_place(window, squared_below, place)] += std::pow(overlaps_[place], 2);
        window_sums_[window_place(window, squared_above, place)] += std::pow(overlaps_[beta_.size() + place], 2);
        window_sums_[window_place(window, link, place)] += links_[place];
    }
}

void GlassChain::write(const Values& values) const {
    const auto spins = static_cast<double>(sites_);
    for (std::size_t place = 0; place < beta_.size(); ++place) {
        const GlassAverages& of = averages_[place];
        const std::uint64_t count = of.energy.count();
        set_average(values, "energy", of.energy, place);
        set_average(values, "overlap_squared", of.overlap_squared, place);
        set_average(values, "link_overlap", of.link_overlap, place);
        values["overlap"][place] = mean(of.overlap, count);
        values["overlap_abs"][place] = mean(of.overlap_abs, count);
        values["overlap_fourth"][place] = mean(of.overlap_fourth, count);
        values["overlap_squared_start_z"][place] =
            difference_of_starts(of.squared_of[0].result(8), of.squared_of[1].result(8));
        // ⟨e⟩² by products of different copies, so that the noise of a short chain is no part of it.
        double all = 0, squares = 0;
        for (const double sum : of.energy_sum) {
            all += mean(sum, count);
            squares += std::pow(mean(sum, count), 2);
        }
        const double products = (all * all - squares) / (ladders * (ladders - 1));
        values["heat_capacity"][place] = beta_[place] * beta_[place] * spins * (mean(of.energy_squared, count) - products);
        for (std::size_t bin = 0; bin < overlap_bins; ++bin) {
            const double width = (bin == 0 || bin + 1 == overlap_bins ? 0.5 : 1) * 2 / (overlap_bins - 1);
            values["overlap_distribution"][place * overlap_bins + bin] = mean(of.histogram[bin], count) / width;
        }
    }
    values.set("lowest_energy", lowest_ / spins);
    if (exchanges_) set_tempering(values, tempering_);
    write_windows(values);
    if (sites_ <= most_enumerated) write_exact(values);
}

void GlassChain::write_windows(const Values& values) const {
    const std::array names{"window_energy", "window_overlap_squared", "window_overlap_squared_from_one",
                           "window_link_overlap"};
    for (std::size_t window = 0; window < chain_windows; ++window) {
        if (steps_ < std::uint64_t{1} << window) continue;
        for (std::size_t quantity = 0; quantity < quantities; ++quantity) {
            for (std::size_t place = 0; place < beta_.size(); ++place) {
                values[names[quantity]][window * beta_.size() + place] =
                    mean(window_sums_[window_place(window, static_cast<Quantity>(quantity), place)], window_counts_[window]);
            }
        }
    }
}

void GlassChain::write_exact(const Values& values) const {
    const EnumeratedGlass all(glass_);
    const auto spins = static_cast<double>(sites_);
    values.set("ground_energy_exact", all.ground_energy() / spins);
    for (std::size_t place = 0; place < beta_.size(); ++place) {
        const auto exact = all.at(beta_[place]);
        values["energy_exact"][place] = exact.energy / spins;
        values["heat_capacity_exact"][place] = exact.heat_capacity / spins;
        values["overlap_squared_exact"][place] = exact.overlap_moment(2);
        values["overlap_fourth_exact"][place] = exact.overlap_moment(4);
    }
}

std::vector<std::byte> GlassChain::bytes() const {
    ByteWriter bytes;
    std::vector<std::int8_t> spins(sites_);
    for (std::size_t i = 0; i < ladders * beta_.size(); ++i) {
        copies_->spins(i / beta_.size(), i % beta_.size(), spins);
        bytes.put(std::span<const std::int8_t>(spins));
    }
    for (const Exchange& one : exchange_) one.save(bytes);
    for (const TemperingAverages& one : tempering_) one.save(bytes);
    bytes.put(std::span(averages_));
    bytes.put(std::span(window_sums_));
    bytes.put(window_counts_);
    bytes.put(lowest_);
    bytes.put(steps_);
    return bytes.take();
}

void GlassChain::load(std::span<const std::byte> state) {
    ByteReader bytes(state);
    std::vector<std::int8_t> spins(sites_);
    for (std::size_t i = 0; i < ladders * beta_.size(); ++i) {
        bytes.get(std::span(spins));
        copies_->set_spins(i / beta_.size(), i % beta_.size(), spins);
    }
    for (Exchange& one : exchange_) one.load(bytes);
    for (TemperingAverages& one : tempering_) one.load(bytes);
    bytes.get(std::span(averages_));
    bytes.get(std::span(window_sums_));
    bytes.get(window_counts_);
    bytes.get(lowest_);
    bytes.get(steps_);
}

}  // namespace gdm
