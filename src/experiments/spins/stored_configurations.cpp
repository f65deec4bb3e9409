#include "gdm/experiments/spins/stored_configurations.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <stdexcept>

#include "gdm/base/error.hpp"

namespace gdm {
namespace {

constexpr double most_stored = 1e6;
constexpr double most_numbers = 1 << 27;  // a gibibyte in each replica

std::size_t numbers_of(std::size_t sites, StoredSpins kind) {
    return kind == StoredSpins::ising ? packed_length(sites) : sites;
}

}  // namespace

std::vector<Parameter> store_parameters() {
    return {{.name = "store",
             .description = "configurations of a replica kept in the sweep file, as a dataset for other experiments",
             .role = Role::setting,
             .kind = Kind::integer,
             .default_value = "0",
             .range = {.min = 0, .max = most_stored}},
            {.name = "store_interval",
             .description = "measurements from one stored configuration to the next",
             .role = Role::setting,
             .kind = Kind::integer,
             .default_value = "10",
             .range = {.min = 1, .max = 1e9}},
            {.name = "configuration",
             .description = "stored configuration; follows from store",
             .role = Role::inner,
             .kind = Kind::integer,
             .default_value = "0",
             .range = {.min = 0, .max = most_stored}},
            {.name = "number",
             .description = "number of a stored configuration; follows from store and the largest lattice",
             .role = Role::inner,
             .kind = Kind::integer,
             .default_value = "0",
             .range = {.min = 0, .max = 1e9}}};
}

std::vector<Observable> store_observables(StoredSpins kind) {
    const bool ising = kind == StoredSpins::ising;
    return {{.name = configurations_name,
             .unit = ising ? packed_spins_unit : angles_unit,
             .description = ising ? "stored configurations: site 48 n + b is bit b of number n, 1 for spin +1"
                                  : "stored configurations: the angles of all sites",
             .axes = {"configuration", "number"},
             .combine = Combine::stored,
             .may_be_missing = {"without store, and beyond the sites of a smaller lattice"}},
            {.name = stored_sites_name, .description = "sites of a stored configuration", .combine = Combine::stored}};
}

std::vector<Implied> implied_by_store(const Shapes& given, std::size_t largest_sites, StoredSpins kind) {
    const std::size_t store = given.at("store").front();
    const double numbers = static_cast<double>(store) * static_cast<double>(numbers_of(largest_sites, kind));
    if (numbers > most_numbers) {
        throw UsageError(
            fmt::format("store = {} configurations of {} sites are {:.3g} GiB in each replica, more than 1; store "
                        "fewer, and take more replicas",
                        store, largest_sites, numbers * 8 / (1 << 30)));
    }
    const auto axis = [&](std::size_t length) { return fmt::format("arange(0, {})", store == 0 ? 1 : length); };
    return {{"configuration", axis(store), true}, {"number", axis(numbers_of(largest_sites, kind)), true}};
}

void check_store(const Point& point) {
    const double store = point["store"], interval = point["store_interval"];
    if (store * interval <= point["samples"]) return;
    throw UsageError(
        fmt::format("{} stored configurations, {} measurements from one to the next, need samples = {} or more; lower "
                    "store or store_interval, or raise samples",
                    store, interval, store * interval));
}

StoredConfigurations::StoredConfigurations(const Point& point, std::size_t sites, StoredSpins kind)
    : sites_(sites),
      length_(numbers_of(sites, kind)),
      store_(static_cast<std::uint64_t>(point.integer("store"))),
      interval_(static_cast<std::uint64_t>(point.integer("store_interval"))),
      numbers_(store_ * length_, 0) {}

void StoredConfigurations::add_angles(std::span<const double> angles) {
    if (angles.size() != length_) throw std::invalid_argument("a configuration to be stored has one angle for each site");
    std::copy(angles.begin(), angles.end(), next().begin());
}

void StoredConfigurations::write(const Values& values) const {
    values.set(stored_sites_name, static_cast<double>(sites_));
    const auto all = values[configurations_name];
    if (count_ == 0) return;
    const std::size_t width = all.size() / store_;
    for (std::size_t i = 0; i < count_; ++i) {
        std::copy_n(numbers_.begin() + static_cast<std::ptrdiff_t>(i * length_), length_,
                    all.begin() + static_cast<std::ptrdiff_t>(i * width));
    }
}

void StoredConfigurations::save(ByteWriter& bytes) const {
    bytes.put(count_);
    bytes.put(std::span(numbers_));
}

void StoredConfigurations::load(ByteReader& bytes) {
    bytes.get(count_);
    bytes.get(std::span(numbers_));
}

}  // namespace gdm
