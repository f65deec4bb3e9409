#include "gdm/reduction/replicas.hpp"

#include <algorithm>
#include <vector>

#include "gdm/sweep/rows.hpp"

namespace gdm {

void visit_replicas(const SweepReader& reader, std::size_t first, std::size_t count,
                    const std::function<void(const VisitedReplica&)>& visit) {
    const std::size_t replicas = reader.header().replicas, width = reader.layout().size();
    // Checksums before values: a running sweep writes them after.
    const auto checksums = reader.read_checksums(first * replicas, count * replicas);
    const bool any = std::any_of(checksums.begin(), checksums.end(), [](auto sum) { return sum > checksum_failed; });
    const auto blocks = any ? reader.read_rows(first * replicas, count * replicas) : std::vector<double>();
    for (std::size_t row = 0; row < checksums.size(); ++row) {
        VisitedReplica one{first + row / replicas, row % replicas, false, {}};
        if (checksums[row] == checksum_absent) continue;
        if (checksums[row] > checksum_failed) {
            one.block = std::span(blocks).subspan(row * width, width);
            one.torn = row_checksum(one.point, one.replica, one.block) != checksums[row];
            if (one.torn) one.block = {};
        }
        visit(one);
    }
}

}  // namespace gdm
