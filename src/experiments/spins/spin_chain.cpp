#include "gdm/experiments/spins/spin_chain.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <stdexcept>

#include "gdm/base/error.hpp"
#include "gdm/experiment/chain_observables.hpp"
#include "gdm/experiments/spins/spin_parameters.hpp"

namespace gdm {
namespace {

/// What is watched for traces of the start.
constexpr std::array watched{"energy", "abs_magnetisation"};
constexpr std::uint64_t first_window = 64;

/// Counts of energies in equal bins; what lies beyond them is not counted.
class EnergyHistogram {
  public:
    explicit EnergyHistogram(const Point& point) {
        if (point.word("histogram") != "on") return;
        const auto centres = point.axis("e");
        width_ = (centres.back() - centres.front()) / static_cast<double>(centres.size() - 1);
        first_ = centres.front() - width_ / 2;
        counts_.resize(centres.size());
    }
    void add(std::span<const double> energies) {
        if (counts_.empty()) return;
        for (const double energy : energies) {
            const double bin = std::floor((energy - first_) / width_);
            if (bin >= 0 && bin < static_cast<double>(counts_.size())) ++counts_[static_cast<std::size_t>(bin)];
        }
        total_ += energies.size();
    }
    void write(const Values& values) const {
        for (std::size_t i = 0; i < counts_.size(); ++i)
            values["energy_histogram"][i] = static_cast<double>(counts_[i]) / (static_cast<double>(total_) * width_);
    }
    void save(ByteWriter& bytes) const {
        bytes.put(std::span(counts_));
        bytes.put(total_);
    }
    void load(ByteReader& bytes) {
        bytes.get(std::span(counts_));
        bytes.get(total_);
    }

  private:
    double width_ = 1, first_ = 0;
    std::vector<std::uint64_t> counts_;
    std::uint64_t total_ = 0;
};

/// All of a replica but its copies.
struct Chain {
    std::uint64_t step = 0;
    Thermalisation thermalisation;
    std::vector<ChainAverage> averages;
    std::array<std::array<Binning, 2>, watched.size()> by_start;
    EnergyHistogram histogram;
    StoredConfigurations stored;

    Chain(const Point& point, std::size_t quantities, StoredSystem system)
        : thermalisation(first_window, static_cast<std::uint64_t>(point.integer("thermalisation"))),
          averages(quantities),
          histogram(point),
          stored(point, system.sites, system.kind) {}

    /// Calls `visit` with each part of the state.
    template <class Self, class Visit>
    static void parts(Self& self, Visit&& visit) {
        visit(self.thermalisation);
        for (auto& one : self.averages) visit(one);
        for (auto& pair : self.by_start)
            for (auto& one : pair) visit(one);
        visit(self.histogram);
        visit(self.stored);
    }
    void save(ByteWriter& bytes) const {
        bytes.put(step);
        parts(*this, [&](const auto& part) { part.save(bytes); });
    }
    void load(ByteReader& bytes) {
        bytes.get(step);
        parts(*this, [&](auto& part) { part.load(bytes); });
    }
};

/// Whether a window of the thermalisation ends at this step: 64, 192, 448, … = 64 (2^k − 1).
bool is_end_of_window(std::uint64_t step) {
    const std::uint64_t windows = step / first_window + 1;
    return step > 0 && step % first_window == 0 && (windows & (windows - 1)) == 0;
}

/// The difference of the means of the two halves of a chain in units of its error.
double difference_of_halves(const ChainAverage& average) {
    const auto means = average.block_means();
    const std::size_t half = means.size() / 2;
    BinnedMean first = average.binned();
    first.error *= std::sqrt(2.);
    BinnedMean second = first;
    first.mean = second.mean = 0;
    for (std::size_t block = 0; block < half; ++block) {
        first.mean += means[block] / static_cast<double>(half);
        second.mean += means[half + block] / static_cast<double>(half);
    }
    return difference_of_starts(first, second);
}

std::size_t place_of(const std::vector<std::string>& quantities, const std::string& name) {
    const auto found = std::find(quantities.begin(), quantities.end(), name);
    if (found == quantities.end()) throw std::logic_error("a chain of spins does not measure " + name);
    return static_cast<std::size_t>(found - quantities.begin());
}

}  // namespace

std::vector<Parameter> spin_chain_parameters(const std::string& samples, const std::string& energies) {
    std::vector<Parameter> all{samples_setting(samples),
                               interval_setting("1"),
                               thermalisation_setting("100000"),
                               {.name = "histogram",
                                .description = "whether energies are counted in the bins e",
                                .role = Role::setting,
                                .kind = Kind::word,
                                .default_value = "off",
                                .words = {"off", "on"}},
                               {.name = "e",
                                .unit = "J",
                                .description = "energy per site: centres of the bins of the histogram, equally spaced",
                                .role = Role::inner,
                                .default_value = energies}};
    for (Parameter& one : store_parameters()) all.push_back(std::move(one));
    return all;
}

std::vector<Observable> spin_chain_observables(const std::vector<Observable>& quantities, StoredSpins stored) {
    std::vector<Observable> all;
    for (const Observable& quantity : quantities) {
        for (Observable& one : chain_observables(quantity)) all.push_back(std::move(one));
    }
    for (const char* name : watched) {
        all.push_back(starts_observable({.name = name, .description = {}}));
        all.push_back(
            {.name = std::string(name) + "_halves_z",
             .description = std::string("difference of the two halves of the chain in ") + name + ", in units of its error",
             .starts_of = name});
    }
    all.push_back({.name = "thermalisation_steps", .unit = "step", .description = "steps before measuring"});
    all.push_back(
        {.name = "energy_histogram",
         .unit = "1/J",
         .description = "density of the energy per site",
         .axes = {"e"},
         .may_be_missing = {"histogram = off", [](const Point& point) { return point.word("histogram") == "off"; }}});
    for (Observable& one : store_observables(stored)) all.push_back(std::move(one));
    return all;
}

void check_spin_chain(const Point& point) {
    const double steps = point["thermalisation"] + point["samples"] * point["interval"];
    if (steps > 0x1p32) {
        throw UsageError(
            fmt::format("thermalisation + samples x interval = {:g} steps: a chain has at most 2^32 = 4.29e9; "
                        "take more replicas",
                        steps));
    }
    check_store(point);
    if (point.word("histogram") != "on") return;
    const auto centres = point.axis("e");
    const double width = (centres.back() - centres.front()) / static_cast<double>(centres.size() - 1);
    bool equal = centres.size() > 1 && width > 0;
    for (std::size_t i = 1; equal && i < centres.size(); ++i)
        equal = std::abs(centres[i] - centres[i - 1] - width) < 1e-6 * width;
    if (!equal) throw UsageError("e needs two or more values, ascending and equally spaced: the centres of bins");
}

double spin_chain_steps(const Point& point) {
    return std::min(1000., point["thermalisation"]) + point["samples"] * point["interval"];
}

std::size_t spin_chain_bytes(const Point& point, std::size_t quantities, StoredSystem system) {
    ByteWriter bytes;
    Chain(point, quantities, system).save(bytes);
    return bytes.bytes().size();
}

void run_spin_chain(const Point& point, const std::vector<std::string>& quantities, StoredSystem system, SpinCopies& copies,
                    const RandomStream& random, Checkpoint& checkpoint, const Values& values) {
    const auto samples = static_cast<std::uint64_t>(point.integer("samples"));
    const auto interval = static_cast<std::uint64_t>(point.integer("interval"));
    const double longest = point["thermalisation"] + point["samples"] * point["interval"];
    const std::size_t energy = place_of(quantities, watched[0]), absolute = place_of(quantities, watched[1]);
    Chain chain(point, quantities.size(), system);
    if (!checkpoint.saved().empty()) {
        ByteReader bytes(checkpoint.saved());
        chain.load(bytes);
        copies.load(bytes);
    }
    const auto bytes_of_state = [&] {
        ByteWriter bytes;
        chain.save(bytes);
        copies.save(bytes);
        return bytes.take();
    };
    const std::uint64_t asked_every = copies.sites() < 10'000 ? 16 : 1;  // a question costs 30 ns
    std::vector<double> cold(quantities.size()), hot(quantities.size());
    while (chain.averages[0].count() < samples) {
        if (chain.step % asked_every == 0 && checkpoint.due())
            checkpoint.save(bytes_of_state(), std::min(1., static_cast<double>(chain.step) / longest));
        const bool is_thermal = chain.thermalisation.over();
        const std::uint64_t measured_steps = chain.step - chain.thermalisation.steps();
        const bool is_measured = is_thermal && measured_steps % interval == interval - 1;
        copies.step(random, static_cast<std::uint32_t>(chain.step++), is_measured);
        if (!is_thermal) {
            chain.thermalisation.add(copies.order());
            if (is_end_of_window(chain.step)) copies.adapt();
        }
        if (!is_measured) continue;
        copies.measure(cold, hot);
        for (std::size_t k = 0; k < quantities.size(); ++k) chain.averages[k].add((cold[k] + hot[k]) / 2);
        for (const auto& [watched_one, place] : {std::pair{0, energy}, {1, absolute}}) {
            chain.by_start[watched_one][0].add(cold[place]);
            chain.by_start[watched_one][1].add(hot[place]);
        }
        chain.histogram.add(copies.energies());
        if (chain.stored.wants(chain.averages[0].count())) copies.store(chain.stored);
    }
    checkpoint.end(bytes_of_state());
    for (std::size_t k = 0; k < quantities.size(); ++k) set_chain(values, quantities[k], chain.averages[k]);
    for (std::size_t i = 0; i < watched.size(); ++i) {
        const std::string name = watched[i];
        const auto& [from_cold, from_hot] = chain.by_start[i];
        values.set(name + "_start_z", difference_of_starts(from_cold.result(8), from_hot.result(8)));
        values.set(name + "_halves_z", difference_of_halves(chain.averages[place_of(quantities, name)]));
    }
    values.set("thermalisation_steps", static_cast<double>(chain.thermalisation.steps()));
    chain.histogram.write(values);
    chain.stored.write(values);
}

}  // namespace gdm
