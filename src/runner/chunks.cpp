#include "gdm/runner/chunks.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

namespace gdm {
namespace {

constexpr double cheap = 1. / 64;   ///< of a rank's share: below it the order of replicas costs nothing
constexpr double grain = 1. / 512;  ///< of a rank's share: no chunk of cheap replicas need be smaller

/// Costs within a factor 2^(1/2) count as equal, so that neighbours in the file stay neighbours in the schedule, and so do
/// all that are cheap.
long cost_class(double cost, double share) {
    return cost > cheap * share ? std::lround(2 * std::log2(cost)) : std::numeric_limits<long>::min();
}

/// The points as they are handed out.
std::vector<std::size_t> ordered(std::span<const double> cost, double share) {
    std::vector<std::size_t> order(cost.size());
    std::iota(order.begin(), order.end(), 0u);
    std::vector<long> classes(cost.size());
    std::transform(cost.begin(), cost.end(), classes.begin(), [&](double one) { return cost_class(one, share); });
    std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) { return classes[a] > classes[b]; });
    return order;
}

/// Builds the list, row by row.
class Cutter {
  public:
    Cutter(double total, double share, double divisor, std::size_t ranks)
        : left_(total), smallest_(grain * share), part_(1 / (divisor * static_cast<double>(ranks))) {}

    void add(std::size_t row, double cost) {
        const bool adjacent = open_.rows > 0 && open_.first + open_.rows == row;
        if (!adjacent || open_.cost + cost > limit_) {
            close();
            open_.first = row;
            limit_ = std::max(left_ * part_, smallest_);
        }
        ++open_.rows;
        open_.cost += cost;
        left_ -= cost;
    }

    /// The rows of a point begin here. A chunk that would end within the point ends before it, if the next can hold the
    /// whole point: a chunk of whole points is one write an observable.
    void begin_point(double cost_of_point) {
        const bool fits = open_.cost + cost_of_point <= limit_;
        if (!fits && cost_of_point <= std::max(left_ * part_, smallest_)) close();
    }

    std::vector<Chunk> take() {
        close();
        return std::move(chunks_);
    }

  private:
    void close() {
        if (open_.rows > 0) chunks_.push_back(open_);
        open_ = {.before = open_.before + open_.cost};
    }

    std::vector<Chunk> chunks_;
    Chunk open_;
    double limit_ = 0;
    double left_;
    double smallest_;
    double part_;
};

}  // namespace

std::vector<Chunk> make_chunks(std::span<const std::uint8_t> todo, std::span<const double> cost, std::size_t replicas,
                               std::size_t ranks, double divisor) {
    double total = 0;
    for (std::size_t row = 0; row < todo.size(); ++row) {
        if (todo[row] != 0) total += cost[row / replicas];
    }
    const double share = total / static_cast<double>(ranks);
    Cutter cutter(total, share, divisor, ranks);
    for (const std::size_t point : ordered(cost, share)) {
        cutter.begin_point(cost[point] * static_cast<double>(replicas));
        for (std::size_t row = point * replicas; row < (point + 1) * replicas; ++row) {
            if (todo[row] != 0) cutter.add(row, cost[point]);
        }
    }
    return cutter.take();
}

std::vector<Chunk> make_chunks(std::span<const std::uint8_t> todo, std::span<const SavedState> saved,
                               std::span<const double> cost, std::size_t replicas, std::size_t ranks) {
    if (saved.empty()) return make_chunks(todo, cost, replicas, ranks);
    std::vector<std::uint8_t> others(todo.begin(), todo.end());
    std::vector<Chunk> chunks;
    for (const auto& [row, place, progress, seconds] : saved) {
        others[row] = 0;
        // A little is left of one whose state is its last, too.
        chunks.push_back({row, 1, cost[row / replicas] * std::max(1 - progress, 1e-6)});
    }
    std::stable_sort(chunks.begin(), chunks.end(), [](const Chunk& a, const Chunk& b) { return a.cost > b.cost; });
    for (const Chunk& chunk : make_chunks(others, cost, replicas, ranks)) chunks.push_back(chunk);
    double before = 0;
    for (Chunk& chunk : chunks) {
        chunk.before = before;
        before += chunk.cost;
    }
    return chunks;
}

}  // namespace gdm
