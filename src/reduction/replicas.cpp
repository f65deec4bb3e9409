#include "gdm/reduction/replicas.hpp"

#include <algorithm>
#include <vector>

#include "gdm/sweep/rows.hpp"

namespace gdm {
namespace {

/// Numbers held at a time, if one point has not more.
constexpr std::size_t room = std::size_t{4} << 20;

/// Reads points whose checksums are known. An adaptive sweep has room for many more replicas than there are: what lies
/// behind the last of a point is neither read nor held.
class PointVisits {
  public:
    PointVisits(const SweepReader& reader, std::size_t first, std::span<const std::uint64_t> checksums)
        : reader_(reader),
          first_(first),
          checksums_(checksums),
          replicas_(reader.header().replicas),
          width_(reader.layout().size()) {
        for (std::size_t begin = 0; begin < checksums.size(); begin += replicas_) {
            const auto sums = checksums.subspan(begin, replicas_);
            const auto last = std::find_if(sums.rbegin(), sums.rend(), [](auto sum) { return sum > checksum_failed; });
            present_.push_back(static_cast<std::size_t>(sums.rend() - last));
        }
    }

    void visit(const PointVisit& visit) {
        for (std::size_t begin = 0; begin < present_.size();) {
            std::size_t count = 1, most = present_[begin];
            for (; begin + count < present_.size(); ++count) {
                const std::size_t more = std::max(most, present_[begin + count]);
                if ((count + 1) * more * width_ > room) break;
                most = more;
            }
            const auto blocks = most > 0 ? reader_.read_first_replicas(first_ + begin, count, most) : std::vector<double>();
            for (std::size_t i = 0; i < count; ++i) {
                const std::size_t numbers = most * width_;
                visit(first_ + begin + i, replicas_of(begin + i, std::span(blocks).subspan(i * numbers, numbers)));
            }
            begin += count;
        }
    }

  private:
    /// Of the point with this number among those visited, whose first replicas are `blocks`.
    [[nodiscard]] std::vector<VisitedReplica> replicas_of(std::size_t number, std::span<const double> blocks) const {
        std::vector<VisitedReplica> all;
        for (std::size_t r = 0; r < replicas_; ++r) {
            const std::uint64_t checksum = checksums_[number * replicas_ + r];
            if (checksum == checksum_absent) continue;
            VisitedReplica one{r, false, {}};
            if (checksum > checksum_failed) {
                one.block = blocks.subspan(r * width_, width_);
                one.torn = row_checksum(first_ + number, r, one.block) != checksum;
                if (one.torn) one.block = {};
            }
            all.push_back(one);
        }
        return all;
    }

    const SweepReader& reader_;
    std::size_t first_;
    std::span<const std::uint64_t> checksums_;
    std::size_t replicas_, width_;
    std::vector<std::size_t> present_;  ///< of each point, up to the last replica that has values
};

}  // namespace

void visit_replicas(const SweepReader& reader, std::size_t first, std::size_t count, const PointVisit& visit) {
    const std::size_t replicas = reader.header().replicas, together = std::max<std::size_t>(1, room / replicas);
    for (std::size_t begin = first; begin < first + count; begin += together) {
        const std::size_t points = std::min(together, first + count - begin);
        // Checksums before values: a running sweep writes them after.
        const auto checksums = reader.read_checksums(begin * replicas, points * replicas);
        PointVisits(reader, begin, checksums).visit(visit);
    }
}

}  // namespace gdm
