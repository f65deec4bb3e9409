#include "gdm/experiments/spins/copy_exchange.hpp"

#include <vector>

namespace gdm {

void exchange_copies(GlassCopies& copies, std::size_t ladder, Exchange& exchange, std::span<double> energies,
                     const RandomStream& random, std::uint64_t step) {
    const std::size_t places = energies.size();
    std::vector<std::size_t> before(places);
    for (std::size_t place = 0; place < places; ++place) before[place] = exchange.walker_at(place);
    exchange.run(
        step, energies,
        RandomSequence(random, Purpose::markov_chain, static_cast<std::uint32_t>(ladder), static_cast<std::uint32_t>(step)));
    std::vector<bool> chosen(places, false);
    for (std::size_t place = 0; place + 1 < places; ++place)
        chosen[place] = exchange.walker_at(place) == before[place + 1] && exchange.walker_at(place + 1) == before[place];
    copies.exchange(ladder, chosen);
}

}  // namespace gdm
