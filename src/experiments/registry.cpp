#include "gdm/experiments/registry.hpp"

#include <string>
#include <utility>

#include "gdm/experiments/condensation/condensation.hpp"
#include "gdm/experiments/condensation/rem.hpp"
#include "gdm/experiments/condensation/spherical_condensation.hpp"
#include "gdm/experiments/entropy/entropy_rate.hpp"
#include "gdm/experiments/entropy/fluctuation_theorem.hpp"
#include "gdm/experiments/entropy/speed_accuracy.hpp"
#include "gdm/experiments/machines/boltzmann_machine.hpp"
#include "gdm/experiments/machines/contrastive_divergence.hpp"
#include "gdm/experiments/machines/rbm.hpp"
#include "gdm/experiments/machines/rbm_sampling.hpp"
#include "gdm/experiments/memory/associative_memory.hpp"
#include "gdm/experiments/memory/cued_retrieval.hpp"
#include "gdm/experiments/memory/hopfield.hpp"
#include "gdm/experiments/memory/hopfield_capacity.hpp"
#include "gdm/experiments/memory/polynomial_memory.hpp"
#include "gdm/experiments/mixture/franz_parisi.hpp"
#include "gdm/experiments/mixture/phase_diagram.hpp"
#include "gdm/experiments/mixture/potential.hpp"
#include "gdm/experiments/mixture/sample_quality.hpp"
#include "gdm/experiments/mixture/speciation.hpp"
#include "gdm/experiments/mixture/trajectories.hpp"
#include "gdm/experiments/networks/convolutional_propagation.hpp"
#include "gdm/experiments/networks/directed_percolation.hpp"
#include "gdm/experiments/networks/hierarchy.hpp"
#include "gdm/experiments/networks/hierarchy_population.hpp"
#include "gdm/experiments/networks/signal_propagation.hpp"
#include "gdm/experiments/networks/training_memorisation.hpp"
#include "gdm/experiments/spins/ising.hpp"
#include "gdm/experiments/spins/learned_entropy.hpp"
#include "gdm/experiments/spins/mice.hpp"
#include "gdm/experiments/spins/minde.hpp"
#include "gdm/experiments/spins/spin_entropy.hpp"
#include "gdm/experiments/spins/spin_glass.hpp"
#include "gdm/experiments/spins/xy.hpp"
#include "gdm/experiments/targets/bath_particle.hpp"
#include "gdm/experiments/targets/critical_slowing.hpp"
#include "gdm/experiments/targets/diffused_ising.hpp"
#include "gdm/experiments/targets/generative_bath.hpp"
#include "gdm/experiments/targets/order_parameter.hpp"
#include "gdm/experiments/targets/symmetry_breaking.hpp"

namespace gdm {

namespace {

struct Family {
    std::string title;
    std::vector<Experiment> members;
};

}  // namespace

// A table, because experiments that registered themselves would be dropped by the linker from a static library.
const std::vector<Experiment>& experiments() {
    static const std::vector<Experiment> table = [] {
        // One a line, so that a new one is one line.
        // clang-format off
        std::vector<Family> families = {
            {"Two Gaussian classes", {
                phase_diagram(),
                potential(),
                trajectories(),
                speciation(),
                sample_quality(),
                franz_parisi(),
            }},
            {"Memorisation", {
                condensation(),
                spherical_condensation(),
                rem(),
            }},
            {"Entropy and accuracy", {
                entropy_rate(),
                fluctuation_theorem(),
                speed_accuracy(),
            }},
            {"Other targets", {
                symmetry_breaking(),
                order_parameter(),
                generative_bath(),
                bath_particle(),
                critical_slowing(),
                diffused_ising(),
            }},
            {"Associative memories", {
                hopfield(),
                hopfield_capacity(),
                polynomial_memory(),
                associative_memory(),
                cued_retrieval(),
            }},
            {"Spin systems", {
                ising(),
                xy(),
                spin_glass(),
                spin_entropy(),
                mice(),
                minde(),
                learned_entropy(),
            }},
            {"Boltzmann machines", {
                rbm(),
                rbm_sampling(),
                contrastive_divergence(),
                boltzmann_machine(),
            }},
            {"Deep networks and hierarchies", {
                signal_propagation(),
                convolutional_propagation(),
                directed_percolation(),
                training_memorisation(),
                hierarchy(),
                hierarchy_population(),
            }},
        };
        // clang-format on
        std::vector<Experiment> all;
        for (Family& family : families) {
            for (Experiment& experiment : family.members) {
                experiment.family = family.title;
                experiment.validate();
                all.push_back(std::move(experiment));
            }
        }
        return all;
    }();
    return table;
}

const Experiment& find_experiment(std::string_view name) { return find_experiment(experiments(), name); }

}  // namespace gdm
