#include "gdm/experiments/networks/hierarchy_population.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <utility>

#include "gdm/base/bytes.hpp"
#include "gdm/base/error.hpp"
#include "gdm/experiments/networks/hierarchy_parameters.hpp"
#include "gdm/experiments/shared/axis_crossing.hpp"
#include "gdm/physics/networks/hierarchy_population.hpp"

namespace gdm {
namespace {

std::size_t last_level(const Point& point) { return static_cast<std::size_t>(std::ranges::max(point.axis("level"))); }
std::size_t population_of(const Point& point) { return static_cast<std::size_t>(point.integer("population")); }

/// The strengths of a chunk of lanes.
std::vector<double> chunk_of(const Point& point, std::size_t first) {
    const auto all = point.axis("strength");
    const auto part = all.subspan(first, std::min(hierarchy_lanes, all.size() - first));
    return {part.begin(), part.end()};
}

/// The flow at all strengths, eight after eight, each from level to level.
class Flow {
  public:
    Flow(const Point& point, const RandomStream& random)
        : point_(&point), random_(random), sums_(places(point)), population_(population_at(0)) {}

    static std::size_t places(const Point& point) { return point.axis("strength").size() * (3 * (last_level(point) + 1)); }
    static std::size_t state_size(const Point& point) {
        return sizeof(std::uint64_t) + places(point) * sizeof(double) +
               HierarchyPopulation::state_size(hierarchy_shape(point), population_of(point));
    }
    [[nodiscard]] bool done() const { return first_ >= point_->axis("strength").size(); }
    [[nodiscard]] double progress() const {
        const double level = (static_cast<double>(population_.level()) +
                              static_cast<double>(population_.members()) / (*point_)["population"]) /
                             static_cast<double>(last_level(*point_) + 1);
        const auto strengths = static_cast<double>(point_->axis("strength").size());
        return std::min(1., (static_cast<double>(first_) + static_cast<double>(hierarchy_lanes) * level) / strengths);
    }

    /// One member more, and what a level ends with.
    void step() {
        population_.grow();
        if (!population_.complete()) return;
        record();
        if (population_.level() < last_level(*point_)) return population_.ascend();
        first_ += hierarchy_lanes;
        if (!done()) population_ = population_at(first_);
    }

    [[nodiscard]] std::vector<std::byte> bytes() const {
        ByteWriter writer;
        writer.put(first_);
        writer.put(std::span<const double>(sums_));
        const auto members = population_.bytes();
        writer.put(std::span<const std::byte>(members));
        return writer.take();
    }
    void load(std::span<const std::byte> state) {
        ByteReader reader(state);
        reader.get(first_);
        reader.get(std::span(sums_));
        if (!done()) population_ = population_at(first_);
        population_.load(state.last(reader.left()));
    }

    void write(const Values& values) const {
        const auto levels = point_->axis("level");
        const std::size_t strengths = point_->axis("strength").size();
        std::ranges::copy_n(sums_.begin(), static_cast<std::ptrdiff_t>(strengths), values["leaf_agreement"].begin());
        for (std::size_t i = 0; i < levels.size(); ++i) {
            for (std::size_t k = 0; k < strengths; ++k) {
                const double* at = &sums_[3 * static_cast<std::size_t>(levels[i]) * strengths + k];
                values["agreement"][i * strengths + k] = at[0];
                values["certainty"][i * strengths + k] = at[strengths];
                values["entropy"][i * strengths + k] = at[2 * strengths];
            }
        }
    }

  private:
    [[nodiscard]] HierarchyPopulation population_at(std::uint64_t first) const {
        return {hierarchy_shape(*point_), population_of(*point_), hierarchy_noise(*point_), chunk_of(*point_, first),
                random_};
    }
    void record() {
        const LevelBelief belief = population_.belief();
        const std::size_t strengths = point_->axis("strength").size();
        for (std::size_t lane = 0; lane < chunk_of(*point_, first_).size(); ++lane) {
            double* at = &sums_[3 * population_.level() * strengths + first_ + lane];
            at[0] = belief.agreement[lane];
            at[strengths] = belief.certainty[lane];
            at[2 * strengths] = belief.entropy[lane];
        }
    }

    const Point* point_;
    RandomStream random_;
    std::uint64_t first_ = 0;
    std::vector<double> sums_;
    HierarchyPopulation population_;
};

void run(const Point& point, const Context&, const RandomStream& random, const Stop& stop, Checkpoint& checkpoint,
         Values& values) {
    Flow flow(point, random);
    if (!checkpoint.saved().empty()) flow.load(checkpoint.saved());
    for (std::uint64_t step = 0; !flow.done(); ++step) {
        if (step % 256 == 0) {
            stop.check();
            if (checkpoint.due()) checkpoint.save(flow.bytes(), flow.progress());
        }
        flow.step();
    }
    checkpoint.end(flow.bytes());
    flow.write(values);
}

void check(const Point& point, const Shapes&) {
    check_hierarchy(point);
    const double beliefs = point["v"] * point["population"];
    if (beliefs > 1 << 24)
        throw UsageError(fmt::format("a population of {} with v = {} holds {:.3g} beliefs; at most 2^24 are allowed",
                                     point["population"], point["v"], beliefs));
}

/// Where the agreement at the highest level passes the middle between certainty and ignorance.
Derived threshold() {
    return {
        .name = "threshold",
        .description = "strength at which the agreement at the highest level is (1 + 1/v)/2",
        .compute = [](const Point& point, const Combined& combined, std::span<double> value, std::span<double> systematic) {
            const auto levels = point.axis("level");
            const std::size_t strengths = point.axis("strength").size();
            const auto highest = static_cast<std::size_t>(std::ranges::max_element(levels) - levels.begin());
            const Crossing found = crossing_over_axis(
                point, "strength", combined["agreement"].subspan(highest * strengths, strengths), (1 + 1 / point["v"]) / 2);
            value[0] = found.position;
            systematic[0] = found.systematic;
        }};
}

}  // namespace

Experiment hierarchy_population() {
    Experiment experiment;
    experiment.name = "hierarchy_population";
    experiment.question = "Does the belief in the class of hierarchical data grow or fade from level to level?";
    experiment.source =
        "density evolution (Mezard and Montanari, Information, Physics, and Computation, 2009) of the model of Sclocchi, "
        "Favero "
        "and Wyart, arXiv:2402.16991";
    experiment.parameters = hierarchy_parameters();
    for (Parameter& one : hierarchy_noise_parameters("linspace(3, 4.4, 8)", "linspace(0, 40, 41)",
                                                     "levels of the tree above its leaves; the highest is where it ends"))
        experiment.parameters.push_back(std::move(one));
    experiment.parameters.push_back({.name = "population",
                                     .description = "beliefs that stand for their distribution",
                                     .role = Role::setting,
                                     .kind = Kind::integer,
                                     .default_value = "2000",
                                     .range = {.min = 2, .max = 1 << 22}});
    const auto over_levels = [](const char* name, const char* description) {
        return Observable{.name = name, .description = description, .axes = {"level", "strength"}};
    };
    experiment.observables = {leaf_agreement([](const Point& point) { return point["population"]; }),
                              over_levels("agreement", "posterior of the true root, its leaves given"),
                              over_levels("certainty", "sum of squared posteriors of the root"),
                              over_levels("entropy", "entropy of the posterior of the root")};
    experiment.observables.back().unit = "nat";
    experiment.derived = {threshold()};
    experiment.theory = hierarchy_mean_field_theory();
    experiment.theory.push_back(leaf_agreement_theory());
    experiment.theory.push_back(
        {.name = "agreement_mean_field",
         .description = "steps of the mean-field map from the mean belief of a leaf",
         .axes = {"level", "strength"},
         .compute = [](const Point& point, std::span<double> value) {
             auto at = value.begin();
             for (const double level : point.axis("level"))
                 at = std::ranges::copy(mean_field_beliefs(point, static_cast<std::size_t>(level)), at).out;
         }});
    experiment.check = check;
    experiment.state_size = Flow::state_size;
    experiment.run_from = run;
    experiment.cost = [](const Point& point) {
        const double chunks = std::ceil(static_cast<double>(point.axis("strength").size()) / hierarchy_lanes);
        return chunks * point["population"] * static_cast<double>(last_level(point) + 1) * point["v"] *
               (20 + point["m"] * (20 + 4 * point["s"]));
    };
    return experiment;
}

}  // namespace gdm
