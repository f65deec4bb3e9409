/// Loaded before a program (LD_PRELOAD), gives flock() the rules of an NFS client: a shared lock needs a descriptor open for
/// reading, an exclusive one a descriptor open for writing, EBADF otherwise. With NO_LOCKS in the environment there are no
/// locks at all (ENOLCK), as where the server has no lock manager.

#include <fcntl.h>
#include <sys/file.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>

extern "C" int flock(int file, int operation) {
    const int mode = fcntl(file, F_GETFL) & O_ACCMODE, kind = operation & ~LOCK_NB;
    errno = 0;
    if (kind == LOCK_EX && mode == O_RDONLY) errno = EBADF;
    if (kind == LOCK_SH && mode == O_WRONLY) errno = EBADF;
    if (kind != LOCK_UN && std::getenv("NO_LOCKS") != nullptr) errno = ENOLCK;
    return errno != 0 ? -1 : static_cast<int>(syscall(SYS_flock, file, operation));
}
