#include "gdm/runner/allotment.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <utility>

namespace gdm {
namespace {

/// Part of a node's share of the work left that node 0 hands out at once.
constexpr double part = 0.25;
/// One master answers so many nodes without their waiting for each other (scheduler-simulation --group 1000).
constexpr int most_without_groups = 64;

}  // namespace

NodeTree::NodeTree(std::vector<int> ranks, int group) : ranks_(std::move(ranks)), below_(ranks_), group_(group) {
    if (group_ <= 0) group_ = nodes() > most_without_groups ? static_cast<int>(std::lround(std::sqrt(nodes()))) : nodes();
    for (int node = nodes() - 1; node > 0; --node) {
        below_[static_cast<std::size_t>(parent(node))] += below_[static_cast<std::size_t>(node)];
    }
}

int NodeTree::parent(int node) const {
    if (node == 0) return -1;
    return node % group_ == 0 ? 0 : node / group_ * group_;
}

int NodeTree::children(int node) const {
    if (node % group_ != 0) return 0;
    const int in_group = std::min(group_, nodes() - node) - 1;
    const int other_groups = (nodes() + group_ - 1) / group_ - 1;
    return node == 0 ? in_group + other_groups : in_group;
}

std::optional<std::int64_t> Stock::take() noexcept {
    if (present.size() <= 0) std::swap(present, ahead);
    if (present.size() <= 0) return std::nullopt;
    return present.first++;
}

void Stock::add(Piece piece, bool is_last) noexcept {
    if (piece.size() > 0) ahead = piece;
    last = is_last;
}

Allotment::Allotment(std::span<const Chunk> chunks, const NodeTree& tree)
    : chunks_(chunks), tree_(tree), count_(static_cast<std::int64_t>(chunks.size())) {}

double Allotment::work(Piece piece) const noexcept {
    if (piece.size() <= 0) return 0;
    const Chunk& last = chunks_[static_cast<std::size_t>(piece.end - 1)];
    return last.before + last.cost - chunks_[static_cast<std::size_t>(piece.first)].before;
}

/// The end of a piece of the chunks first … end − 1 with so much work, and at least so many chunks.
std::int64_t Allotment::end_of(std::int64_t first, std::int64_t end, double work, std::int64_t least) const {
    if (first >= end) return end;
    const double limit = chunks_[static_cast<std::size_t>(first)].before + work;
    const auto past = std::partition_point(chunks_.begin() + first, chunks_.begin() + end,
                                           [&](const Chunk& chunk) { return chunk.before + chunk.cost <= limit; });
    return std::min(end, std::max<std::int64_t>(past - chunks_.begin(), first + std::max<std::int64_t>(least, 1)));
}

Stock Allotment::initial(int node) const {
    const double all = tree_.all_ranks();
    std::int64_t first = 0;
    for (int other = 1; other < tree_.nodes(); ++other) {
        const double share = tree_.ranks(other) / all;
        // A chunk for each rank, however dear: each rank must begin with one.
        const auto least = static_cast<std::int64_t>(std::min(all, static_cast<double>(count_)) * share);
        const std::int64_t end = least > 0 ? end_of(first, count_, part * share * whole_work(), least) : first;
        if (other == node) return {{first, end}, {}, false};
        first = end;
    }
    return {{first, count_}, {}, true};
}

bool Allotment::low(const Stock& stock, double pace) const {
    if (stock.last || stock.ahead.size() > 0) return false;
    return stock.present.size() <= 0 || work(stock.present) < pace * turnaround;
}

Piece Allotment::grant(Stock& stock, int giver, int taker, const Demand& demand) const {
    if (stock.present.size() <= 0) std::swap(stock.present, stock.ahead);
    const double share = static_cast<double>(tree_.ranks_below(taker)) / tree_.ranks_below(giver);
    const double left = work(stock.present) + work(stock.ahead);
    // Near the end a turnaround's work is more than a fair share, and who asks first would end last.
    const double wanted = std::max((giver == 0 ? part : 1) * share * left, std::min(share * left, demand.pace * turnaround));
    const Piece piece{stock.present.first, end_of(stock.present.first, stock.present.end, wanted, demand.idle)};
    stock.present.first = std::max(piece.end, stock.present.first);
    return piece;
}

}  // namespace gdm
