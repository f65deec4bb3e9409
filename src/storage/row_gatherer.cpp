#include "row_gatherer.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>

#include "gdm/base/error.hpp"
#include "gdm/storage/sweep_schema.hpp"

namespace gdm {

const RowBatch& RowGatherer::gather(std::size_t first, std::size_t rows) {
    batch_ = absent_rows(first, rows, width_);
    origin_.assign(rows, {});
    for (const auto& source : sources_) {
        if (source->share_of_work < 1) continue;
        for (std::size_t layer = 0; layer < source->map.layers(); ++layer) gather(*source, layer);
    }
    for (std::size_t place = 0; place < rows; ++place) {
        if (batch_.checksums[place] == checksum_failed) keep_message(place);
    }
    return batch_;
}

void RowGatherer::gather(JoinSource& source, std::size_t layer) {
    pairs_.clear();
    for (std::size_t place = 0; place < batch_.rows(); ++place) {
        const std::size_t row = source.map.source_row(layer, batch_.first + place);
        if (row != RowMap::nowhere) pairs_.push_back({row, place});
    }
    std::sort(pairs_.begin(), pairs_.end());
    // Rows that are close in the source are read at once, with what lies between them.
    const std::size_t gap = std::max<std::size_t>(1, 65536 / (8 * width_));
    for (std::size_t begin = 0, end = 0; begin < pairs_.size(); begin = end) {
        stop_.check();
        for (end = begin + 1; end < pairs_.size(); ++end) {
            if (pairs_[end].source_row - pairs_[end - 1].source_row > gap) break;
            if (pairs_[end].source_row - pairs_[begin].source_row >= 2 * rows_of_batch(width_)) break;
        }
        take(source, std::span(pairs_).subspan(begin, end - begin));
    }
}

void RowGatherer::take(JoinSource& source, std::span<const Pair> pairs) {
    const std::size_t first = pairs.front().source_row, rows = pairs.back().source_row - first + 1;
    // Checksums before values: a running sweep writes them after.
    const auto checksums = source.reader.read_checksums(first, rows);
    if (std::all_of(checksums.begin(), checksums.end(), [](auto sum) { return sum == checksum_absent; })) return;
    const auto blocks = source.reader.read_rows(first, rows), seconds = source.reader.read_seconds(first, rows);
    const auto sessions = source.reader.read_session_numbers(first, rows), ranks = source.reader.read_ranks(first, rows);
    const std::size_t replicas = source.reader.header().replicas;
    for (const auto& [row, place] : pairs) {
        const std::size_t i = row - first;
        if (checksums[i] == checksum_absent) continue;
        const auto block = std::span(blocks).subspan(i * width_, width_);
        const bool failed = checksums[i] == checksum_failed;
        if (!failed && row_checksum(row / replicas, row % replicas, block) != checksums[i]) {
            ++source.taken.torn;
        } else if (is_new(source, place, block, failed)) {
            ++(failed ? source.taken.failed : source.taken.done);
            origin_[place] = {&source, row};
            const std::size_t target_row = batch_.first + place;
            batch_.checksums[place] =
                failed ? checksum_failed : row_checksum(target_row / target_.replicas, target_row % target_.replicas, block);
            // A failed replica is NaN, also where a retry of it was cut off.
            if (!failed) {
                std::copy(block.begin(), block.end(), batch_.blocks.begin() + static_cast<std::ptrdiff_t>(place * width_));
            }
            batch_.seconds[place] = seconds[i];
            batch_.sessions[place] = source.session(sessions[i]);
            batch_.ranks[place] = ranks[i];
        } else {
            ++source.taken.repeated;
        }
    }
}

bool RowGatherer::is_new(const JoinSource& source, std::size_t place, std::span<const double> block, bool failed) {
    JoinSource* const earlier = origin_[place].source;
    if (earlier == nullptr) return true;
    if (batch_.checksums[place] == checksum_failed) {
        if (failed) return false;
        --earlier->taken.failed;
        return true;
    }
    if (failed || std::memcmp(block.data(), batch_.blocks.data() + place * width_, block.size_bytes()) == 0) return false;
    throw UsageError(fmt::format(
        "{} and {} hold different numbers for {}: they do not come from the same program and "
        "data; nothing was written",
        earlier->taken.source.string(), source.taken.source.string(), replica_text(target_, batch_.first + place)));
}

void RowGatherer::keep_message(std::size_t place) {
    const auto& [source, row] = origin_[place];
    const auto found = source->messages.find(row);
    if (found == source->messages.end() || failures_.size() == schema::failure_capacity) return;
    const std::size_t target_row = batch_.first + place;
    failures_.push_back({target_row / target_.replicas, target_row % target_.replicas, found->second});
}

}  // namespace gdm
