#include "support/kill.hpp"

#include <signal.h>

#include <chrono>
#include <cstring>
#include <thread>

#include "gdm/storage/file_lock.hpp"
#include "gdm/storage/sweep_reader.hpp"

namespace gdm::test {

void strike(const Process& sweep, Victim victim, std::mt19937& random) {
    const auto ranks = sweep.children();
    if (victim == Victim::one_rank && !ranks.empty()) {
        kill(ranks[std::uniform_int_distribution<std::size_t>(0, ranks.size() - 1)(random)], SIGKILL);
    } else if (victim == Victim::mpirun_alone) {
        sweep.kill_leader(SIGKILL);
    } else {
        sweep.kill_group(SIGKILL);
    }
}

bool wait_until_free(const std::filesystem::path& file) {
    for (int i = 0; i < 1000 && FileLock::held(file) != Held::no; ++i)
        std::this_thread::sleep_for(std::chrono::milliseconds(10));
    return FileLock::held(file) == Held::no;
}

RowsFound compare_rows(const std::filesystem::path& file, const std::filesystem::path& reference) {
    const SweepReader reader(file), whole(reference);
    const std::size_t rows = reader.header().rows(), replicas = reader.header().replicas, width = reader.layout().size();
    const auto states = reader.states(0, rows, true);
    const auto found = reader.read_rows(0, rows), expected = whole.read_rows(0, rows);
    const auto checksums = reader.read_checksums(0, rows), right = whole.read_checksums(0, rows);
    RowsFound result;
    for (std::size_t row = 0; row < rows; ++row) {
        if (states[row] == RowState::absent) continue;
        const bool same = states[row] == RowState::done && checksums[row] == right[row] &&
                          std::memcmp(&found[row * width], &expected[row * width], width * sizeof(double)) == 0;
        if (same) {
            result.done.emplace(row / replicas, row % replicas);
        } else {
            ++result.wrong;
        }
    }
    return result;
}

std::set<Row> rows_done(const std::filesystem::path& file) {
    std::set<Row> done;
    if (!std::filesystem::exists(file)) return done;
    const SweepReader reader(file);
    const auto checksums = reader.read_checksums(0, reader.header().rows());
    for (std::size_t row = 0; row < checksums.size(); ++row) {
        if (checksums[row] > checksum_failed) done.emplace(row / reader.header().replicas, row % reader.header().replicas);
    }
    return done;
}

}  // namespace gdm::test
