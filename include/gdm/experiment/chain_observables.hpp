#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "gdm/base/chain_average.hpp"
#include "gdm/experiment/observable.hpp"

/// What an experiment whose replicas are Markov chains declares and writes of each average along the chain.
namespace gdm {

/// The average NAME itself over its axes and `block` (chain_blocks() is to be among the fixed axes), NAME_binned_error, the
/// integrated autocorrelation time NAME_tau in steps, and its error NAME_tau_error. `average.axes` are those without blocks;
/// `chain_length` is the setting that says how many steps are averaged.
[[nodiscard]] std::vector<Observable> chain_observables(Observable average, const std::string& chain_length = "samples");

/// NAME_start_z, the difference of two chains from opposite starts in units of its error (see difference_of_starts).
[[nodiscard]] Observable starts_observable(const Observable& average);

/// Writes the means of the blocks alone, of an observable that spans `block` and has no error of its own.
void set_blocks(const Values& values, const std::string& name, const ChainAverage& average, std::size_t place = 0);

/// Writes all of an average's observables at one place of its axes. Throws std::logic_error for a chain shorter than
/// blocks_of_chain.
void set_chain(const Values& values, const std::string& name, const ChainAverage& average, std::size_t place = 0);

}  // namespace gdm
