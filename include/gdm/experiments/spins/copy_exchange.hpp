#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "gdm/base/random_stream.hpp"
#include "gdm/physics/chains/exchange.hpp"
#include "gdm/physics/spins/glass_copies.hpp"

namespace gdm {

/// One round of exchanges on a ladder of copies, whose energies by place change places with them; random numbers of
/// Purpose::markov_chain, sample `ladder`, at `step`.
void exchange_copies(GlassCopies& copies, std::size_t ladder, Exchange& exchange, std::span<double> energies,
                     const RandomStream& random, std::uint64_t step);

}  // namespace gdm
