/// Loaded before a program (LD_PRELOAD), stops it in the middle of a write, so that a kill hits there: of the writes of a
/// process to files whose name begins with STOP_FILE the one numbered STOP_AT (from 1) is done by half, then STOP_MARK is
/// written, with the number of the process, and the process stops (SIGSTOP). The first process to come so far alone. With
/// STOP_IN_CLOSE that happens when MPI closes a file.

#include <dlfcn.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

#include <atomic>
#include <cstdio>
#include <cstdlib>
#include <cstring>

namespace {

bool is_watched(int file) {
    static const char* const watched = std::getenv("STOP_FILE");
    char link[64], name[4096];
    std::snprintf(link, sizeof link, "/proc/self/fd/%d", file);
    const ssize_t length = watched != nullptr ? readlink(link, name, sizeof name) : -1;
    return length > 0 && std::strncmp(name, watched, std::strlen(watched)) == 0;
}

void stop() {
    const int mark = open(std::getenv("STOP_MARK"), O_WRONLY | O_CREAT | O_EXCL, 0666);
    if (mark < 0) return;
    dprintf(mark, "%d\n", getpid());
    close(mark);
    raise(SIGSTOP);
}

}  // namespace

extern "C" ssize_t pwrite64(int file, const void* data, size_t size, off64_t place) {
    static std::atomic<long> count{0};
    static const long wanted = std::getenv("STOP_AT") != nullptr ? std::atol(std::getenv("STOP_AT")) : 0;
    if (wanted == 0 || !is_watched(file) || ++count != wanted) return syscall(SYS_pwrite64, file, data, size, place);
    // Cut at a multiple of 8 bytes of the file: the system copies by pages, so that a kill never cuts a word in two.
    const off64_t middle = (place + static_cast<off64_t>(size / 2)) / 8 * 8;
    const off64_t half = middle > place ? middle - place : 0;
    const ssize_t written = syscall(SYS_pwrite64, file, data, static_cast<size_t>(half), place);
    stop();
    if (written != half) return written;
    const ssize_t rest =
        syscall(SYS_pwrite64, file, static_cast<const char*>(data) + half, size - static_cast<size_t>(half), place + half);
    return rest < 0 ? rest : written + rest;
}

extern "C" ssize_t pwrite(int file, const void* data, size_t size, off_t place) { return pwrite64(file, data, size, place); }

extern "C" ssize_t pwritev(int file, const iovec* parts, int count, off_t place) {
    ssize_t sum = 0;
    for (int i = 0; i < count; ++i) {
        const ssize_t written = pwrite64(file, parts[i].iov_base, parts[i].iov_len, place + sum);
        if (written < 0) return sum > 0 ? sum : written;
        sum += written;
        if (static_cast<size_t>(written) < parts[i].iov_len) break;
    }
    return sum;
}

extern "C" int MPI_File_close(void* file) {
    if (std::getenv("STOP_IN_CLOSE") != nullptr) stop();
    using Close = int (*)(void*);
    return reinterpret_cast<Close>(dlsym(RTLD_NEXT, "MPI_File_close"))(file);
}
