#include "gdm/experiments/registry.hpp"

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

// A table, because experiments that registered themselves would be dropped by the linker from a static library.
const std::vector<Experiment>& experiments() {
    static const std::vector<Experiment> table = [] {
        // One a line, so that a new one is one line.
        // clang-format off
        std::vector<Experiment> all = {
            associative_memory(),
            bath_particle(),
            boltzmann_machine(),
            condensation(),
            contrastive_divergence(),
            convolutional_propagation(),
            critical_slowing(),
            cued_retrieval(),
            diffused_ising(),
            directed_percolation(),
            entropy_rate(),
            fluctuation_theorem(),
            franz_parisi(),
            generative_bath(),
            hierarchy(),
            hierarchy_population(),
            hopfield(),
            hopfield_capacity(),
            ising(),
            learned_entropy(),
            mice(),
            minde(),
            order_parameter(),
            phase_diagram(),
            polynomial_memory(),
            potential(),
            rbm(),
            rbm_sampling(),
            rem(),
            sample_quality(),
            signal_propagation(),
            speciation(),
            speed_accuracy(),
            spherical_condensation(),
            spin_entropy(),
            spin_glass(),
            symmetry_breaking(),
            training_memorisation(),
            trajectories(),
            xy(),
        };
        // clang-format on
        for (const Experiment& experiment : all) experiment.validate();
        return all;
    }();
    return table;
}

const Experiment& find_experiment(std::string_view name) { return find_experiment(experiments(), name); }

}  // namespace gdm
