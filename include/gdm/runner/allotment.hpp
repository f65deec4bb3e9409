#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "gdm/runner/chunks.hpp"

/// Who hands out which chunks to whom, and when: rules without messages, clocks or threads, so that a simulation of many
/// thousand ranks and the program obey the same ones.
namespace gdm {

/// Which node asks which: node 0 holds the list of chunks; where there are many nodes, the first node of each group holds
/// a stock for its group.
class NodeTree {
  public:
    /// `ranks` of each node. `group`: nodes of a group; 0: all nodes ask node 0 up to 64 nodes, groups of √nodes above.
    explicit NodeTree(std::vector<int> ranks, int group = 0);

    [[nodiscard]] int nodes() const noexcept { return static_cast<int>(ranks_.size()); }
    [[nodiscard]] int ranks(int node) const { return ranks_.at(static_cast<std::size_t>(node)); }
    /// The node that this one asks; −1 for node 0.
    [[nodiscard]] int parent(int node) const;
    /// How many nodes ask this one.
    [[nodiscard]] int children(int node) const;
    /// The ranks of the node and of all that live on its stock.
    [[nodiscard]] int ranks_below(int node) const { return below_.at(static_cast<std::size_t>(node)); }
    [[nodiscard]] int all_ranks() const { return below_.front(); }

  private:
    std::vector<int> ranks_;
    std::vector<int> below_;
    int group_;
};

/// Numbers first … end − 1 of the list of chunks.
struct Piece {
    std::int64_t first = 0;
    std::int64_t end = 0;
    [[nodiscard]] std::int64_t size() const noexcept { return end - first; }
};

/// The chunks that a node holds and nobody has begun: a piece in use and one fetched ahead.
struct Stock {
    Piece present;
    Piece ahead;
    bool last = false;  ///< nothing comes after these

    [[nodiscard]] std::optional<std::int64_t> take() noexcept;
    void add(Piece piece, bool is_last) noexcept;
    [[nodiscard]] bool empty() const noexcept { return present.size() <= 0 && ahead.size() <= 0; }
};

/// What an asking node says of itself.
struct Demand {
    double pace = 0;        ///< work that the ranks on its stock do in a second, in the unit of the chunks' cost
    std::int64_t idle = 0;  ///< ranks that wait for a chunk
};

/// The rules. Nodes begin with a quarter of their share of the work, without asking. Afterwards a node gets a quarter of its
/// share of what is left (the whole, from a group's stock), at least what it does in a turnaround, if that is no more than
/// the whole share, and a chunk for each idle rank; it asks a turnaround before it runs dry. So a node may be four times
/// slower than expected and still not end last, requests are few, and no rank waits for an answer if answers take less than
/// a turnaround.
class Allotment {
  public:
    /// Seconds between a question and its answer that are allowed for; the master looks for questions every 0.2 ms.
    static constexpr double turnaround = 4e-4;

    /// Keeps both arguments.
    Allotment(std::span<const Chunk> chunks, const NodeTree& tree);

    /// What a node holds at the start.
    [[nodiscard]] Stock initial(int node) const;
    /// Whether a node whose stock is this ought to ask for more.
    [[nodiscard]] bool low(const Stock& stock, double pace) const;
    /// Takes from the stock of `giver` what `taker` gets; empty only if the stock is.
    [[nodiscard]] Piece grant(Stock& stock, int giver, int taker, const Demand& demand) const;
    [[nodiscard]] double whole_work() const noexcept { return work({0, count_}); }

  private:
    [[nodiscard]] double work(Piece piece) const noexcept;
    [[nodiscard]] std::int64_t end_of(std::int64_t first, std::int64_t end, double work, std::int64_t least) const;

    std::span<const Chunk> chunks_;
    const NodeTree& tree_;
    std::int64_t count_;
};

}  // namespace gdm
