/// spin-task MICROSECONDS FILE TASK...: one process, as GNU parallel starts it: spins for this much processor time per task,
/// then writes 8 numbers per task to FILE (text; `-`: one task, as JSON to standard output). Appends to TOY_LOG as toy_spin
/// does. In C's library alone: what is measured is the start of a process, not of its libraries.

#include <fcntl.h>
#include <time.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <cstring>

#include "support/finished_replica.hpp"

namespace {

double seconds_of(clockid_t clock) {
    timespec now{};
    clock_gettime(clock, &now);
    return static_cast<double>(now.tv_sec) + 1e-9 * static_cast<double>(now.tv_nsec);
}

}  // namespace

int main(int argc, char** argv) {
    if (argc < 4) {
        std::fputs("usage: spin-task MICROSECONDS FILE TASK...\n", stderr);
        return 2;
    }
    const double seconds = 1e-6 * std::atof(argv[1]);
    const char* const path = std::getenv("TOY_LOG");
    const int log = path != nullptr ? open(path, O_WRONLY | O_CREAT | O_APPEND, 0666) : -1;
    const bool json = std::strcmp(argv[2], "-") == 0;
    std::FILE* const file = json ? stdout : std::fopen(argv[2], "w");
    if (file == nullptr) {
        std::perror(argv[2]);
        return 74;
    }
    for (int i = 3; i < argc; ++i) {
        const double task = std::atof(argv[i]);
        if (seconds > 0) {
            const double end = seconds_of(CLOCK_THREAD_CPUTIME_ID) + seconds;
            while (seconds_of(CLOCK_THREAD_CPUTIME_ID) < end) continue;
        }
        if (json) std::fputs("{\"x\": [", file);
        for (int x = 1; x <= 8; ++x) std::fprintf(file, "%.17g%s", task + x / 8., x < 8 ? (json ? ", " : " ") : "");
        std::fputs(json ? "]}\n" : "\n", file);
        const gdm::test::FinishedReplica record{seconds_of(CLOCK_MONOTONIC), task, 0};
        if (path != nullptr && write(log, &record, sizeof record) != sizeof record) return 74;
    }
    return std::fclose(file) == 0 ? 0 : 74;
}
