#include "gdm/experiments/networks/hierarchy.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <string>
#include <utility>

#include "gdm/base/bytes.hpp"
#include "gdm/base/error.hpp"
#include "gdm/experiments/networks/hierarchy_parameters.hpp"
#include "gdm/physics/networks/hierarchy_posterior.hpp"

namespace gdm {
namespace {

/// The largest number of leaves times symbols: half a gigabyte of beliefs.
constexpr double most_beliefs = 1 << 21;

/// The largest number of symbols in rules of single nodes, the same memory.
constexpr double most_rules = 1 << 28;

/// Sums over the trees of a replica, and how many they are.
class TreeSums {
  public:
    explicit TreeSums(const Point& point)
        : point_(&point), strengths_(point.axis("strength").size()), sums_(places(point)) {}

    static std::size_t places(const Point& point) {
        return point.axis("strength").size() * (2 + 2 * (static_cast<std::size_t>(point.integer("L")) + 1));
    }
    static std::size_t state_size(const Point& point) { return sizeof(std::uint64_t) + places(point) * sizeof(double); }
    [[nodiscard]] std::uint64_t trees() const noexcept { return trees_; }

    [[nodiscard]] std::vector<std::byte> bytes() const {
        ByteWriter writer;
        writer.put(trees_);
        writer.put(std::span<const double>(sums_));
        return writer.take();
    }
    void load(std::span<const std::byte> state) {
        ByteReader reader(state);
        reader.get(trees_);
        reader.get(std::span(sums_));
    }

    void add(std::size_t strength, std::size_t lane, const LevelBelief& leaf, std::span<const LevelBelief> levels) {
        double* sum = sums_.data() + strength;
        const auto put = [&](double value) {
            *sum += value;
            sum += strengths_;
        };
        put(leaf.agreement[lane]);
        put(levels.back().entropy[lane]);
        for (const LevelBelief& level : levels) {
            put(level.agreement[lane]);
            put(level.certainty[lane]);
        }
    }
    void end_tree() noexcept { ++trees_; }

    void write(const Values& values) const {
        const auto root = static_cast<std::size_t>(point_->integer("L"));
        const auto copy = [&](std::size_t place, const std::string& name, std::size_t to = 0) {
            for (std::size_t k = 0; k < strengths_; ++k)
                values[name][to + k] = sums_[place * strengths_ + k] / static_cast<double>(trees_);
        };
        copy(0, "leaf_agreement");
        copy(1, "root_entropy");
        copy(2 + 2 * root, "class_agreement");
        copy(3 + 2 * root, "class_certainty");
        const auto levels = point_->axis("level");
        for (std::size_t i = 0; i < levels.size(); ++i) {
            const auto level = static_cast<std::size_t>(levels[i]);
            if (level > root) continue;
            copy(2 + 2 * level, "level_agreement", i * strengths_);
            copy(3 + 2 * level, "level_certainty", i * strengths_);
        }
    }

  private:
    const Point* point_;
    std::size_t strengths_;
    std::uint64_t trees_ = 0;
    std::vector<double> sums_;
};

bool rules_are_shared(const Point& point) { return point.word("rules") == "shared"; }

/// One tree with noise of every strength on its leaves.
void add_tree(const Point& point, HierarchyRules& rules, const RandomStream& random, const Stop& stop,
              HierarchyPosterior& posterior, TreeSums& sums) {
    const HierarchyShape shape = hierarchy_shape(point);
    const auto sample = static_cast<std::uint32_t>(sums.trees());
    if (!rules.shared()) rules.draw(random, sample);
    RandomSequence choice(random, Purpose::dataset, sample);
    const auto truth = draw_tree(shape, rules, choice);
    const auto strengths = point.axis("strength");
    for (std::size_t first = 0; first < strengths.size(); first += hierarchy_lanes) {
        const std::size_t count = std::min(hierarchy_lanes, strengths.size() - first);
        RandomSequence noise(random, Purpose::noise, sample);
        for (std::size_t leaf = 0; leaf < truth[0].size(); ++leaf)
            leaf_belief(hierarchy_noise(point), strengths.subspan(first, count), truth[0][leaf], noise,
                        posterior.leaves().subspan(leaf * shape.symbols, shape.symbols));
        const LevelBelief alone = level_belief(posterior.leaves(), truth[0]);
        const auto levels = posterior.infer(rules, truth, stop);
        for (std::size_t lane = 0; lane < count; ++lane) sums.add(first + lane, lane, alone, levels);
    }
    sums.end_tree();
}

void run(const Point& point, const Context&, const RandomStream& random, const Stop& stop, Checkpoint& checkpoint,
         Values& values) {
    const HierarchyShape shape = hierarchy_shape(point);
    HierarchyRules rules(shape, rules_are_shared(point));
    if (rules.shared()) rules.draw(random, 0);
    TreeSums sums(point);
    if (!checkpoint.saved().empty()) sums.load(checkpoint.saved());
    HierarchyPosterior posterior(shape);
    for (const auto samples = static_cast<std::uint64_t>(point.integer("samples")); sums.trees() < samples;) {
        if (checkpoint.due())
            checkpoint.save(sums.bytes(), static_cast<double>(sums.trees()) / static_cast<double>(samples));
        add_tree(point, rules, random, stop, posterior, sums);
    }
    checkpoint.end(sums.bytes());
    sums.write(values);
}

void check(const Point& point, const Shapes&) {
    check_hierarchy(point);
    const double beliefs = point["v"] * std::pow(point["s"], point["L"]);
    if (beliefs > most_beliefs)
        throw UsageError(
            fmt::format("L = {} levels make v s^L = {:.3g} beliefs in leaves; at most 2^21 are allowed: give a "
                        "smaller L",
                        point["L"], beliefs));
}

void declare_observables(Experiment& experiment) {
    const auto add = [&](std::string name, std::string description, bool of_levels) {
        experiment.observables.push_back({.name = std::move(name), .description = std::move(description)});
        Observable& last = experiment.observables.back();
        last.axes = of_levels ? std::vector<std::string>{"level", "strength"} : std::vector<std::string>{"strength"};
        if (of_levels) {
            last.may_be_missing = {.when = "level > L"};
            last.bounds = between(0, 1);  // of a tree, whose nodes may fail together
        }
    };
    add("class_agreement", "posterior of the true class: the probability that the class comes back after a U-turn", false);
    experiment.observables.back().bounds = between(0, 1);
    add("class_certainty", "sum of the squared posteriors of the classes, of the same mean for gaussian and mask", false);
    experiment.observables.back().bounds = between(0, 1);
    add("root_entropy", "entropy of the posterior of the class", false);
    experiment.observables.back().unit = "nat";
    experiment.observables.back().bounds = [](const Point& point) { return Bounds{.min = 0, .max = std::log(point["v"])}; };
    experiment.observables.push_back(
        leaf_agreement([](const Point& point) { return point["samples"] * std::pow(point["s"], point["L"]); }));
    add("level_agreement", "posterior of the true symbol given all leaves, averaged over a level", true);
    add("level_certainty",
        "sum of squared posteriors of the symbols, averaged over a level; the same mean for gaussian and "
        "mask",
        true);
}

/// How well the two averages agree that are equal for noise that is a channel.
Derived agreement_excess() {
    return {.name = "agreement_excess",
            .description = "class_agreement - class_certainty: 0 for gaussian and mask, whose strengths share their trees",
            .axes = {"strength"},
            .compute = [](const Point&, const Combined& combined, std::span<double> value, std::span<double>) {
                for (std::size_t k = 0; k < value.size(); ++k)
                    value[k] = combined["class_agreement"][k] - combined["class_certainty"][k];
            }};
}

Along crossing(const std::string& name, const std::string& of, const std::string& quantity, double drift) {
    return {.name = name,
            .description = "strength at which neighbouring L have the same " + of,
            .quantity = quantity,
            .axis = "strength",
            .kind = along::Crossing{.size_axis = "L", .drift = drift, .points = 6}};
}

}  // namespace

Experiment hierarchy() {
    Experiment experiment;
    experiment.name = "hierarchy";
    experiment.question = "At which noise is the class of hierarchical data lost, and what changes below that?";
    experiment.source =
        "Sclocchi, Favero and Wyart, A phase transition in diffusion models reveals the hierarchical nature of data, "
        "arXiv:2402.16991; Cagnetta et al., PRX 14, 031001 (2024)";
    experiment.parameters = hierarchy_parameters();
    experiment.parameters.push_back({.name = "L",
                                     .description = "levels above the s^L leaves",
                                     .kind = Kind::integer,
                                     .default_value = "4, 6, 8",
                                     .range = {.min = 1, .max = 20}});
    experiment.parameters.push_back({.name = "rules",
                                     .description =
                                         "tuples that are shared by all nodes of a level and all trees of a replica, "
                                         "or independent ones for each node of each tree, as density evolution has",
                                     .kind = Kind::word,
                                     .default_value = "shared",
                                     .words = {"shared", "independent"}});
    for (Parameter& one : hierarchy_noise_parameters("linspace(1, 8, 8)", "linspace(0, 10, 11)",
                                                     "level of the nodes, leaves at 0 and the class at L"))
        experiment.parameters.push_back(std::move(one));
    experiment.parameters.push_back({.name = "samples",
                                     .description = "trees of the rules of one replica",
                                     .role = Role::setting,
                                     .kind = Kind::integer,
                                     .default_value = "4",
                                     .range = {.min = 1, .max = 1e9}});
    declare_observables(experiment);
    experiment.derived = {agreement_excess()};
    experiment.theory = hierarchy_mean_field_theory();
    experiment.theory.push_back(leaf_agreement_theory());
    experiment.theory.push_back(
        {.name = "class_agreement_mean_field",
         .description = "L steps of the mean-field map from the mean belief of a leaf",
         .axes = {"strength"},
         .compute = [](const Point& point, std::span<double> value) {
             std::ranges::copy(mean_field_beliefs(point, static_cast<std::size_t>(point.integer("L"))), value.begin());
         }});
    experiment.along = {
        crossing("threshold", "class_agreement", "class_agreement", 0),
        crossing("threshold_certainty", "class_certainty", "class_certainty", 0),
        crossing("threshold_limit", "class_certainty, L to infinity on a line in 1/L^2", "class_certainty", 2)};
    experiment.check = check;
    experiment.state_size = TreeSums::state_size;
    experiment.run_from = run;
    experiment.cost = [](const Point& point) {
        const HierarchyShape shape = hierarchy_shape(point);
        const double chunks = std::ceil(static_cast<double>(point.axis("strength").size()) / hierarchy_lanes);
        const double nodes = static_cast<double>(shape.nodes(0)) * point["s"] / (point["s"] - 1);
        return point["samples"] * chunks * nodes * point["v"] *
               ((rules_are_shared(point) ? 0 : 40 * point["m"]) + 100 + 8 * point["s"] * point["m"]);
    };
    return experiment;
}

}  // namespace gdm
