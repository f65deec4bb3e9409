#include "gdm/storage/temporary_file.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <signal.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <ctime>
#include <random>
#include <regex>
#include <utility>

#include "gdm/base/error.hpp"
#include "gdm/storage/disk.hpp"

namespace gdm {
namespace {

constexpr std::size_t longest_name = 255;  // of Linux's file systems, in bytes
/// A file of another machine that nobody has written to for so long is given up: locks may not reach from there.
constexpr double given_up = 86400;

std::string host_name() {
    char host[65] = {};
    gethostname(host, sizeof host - 1);
    std::string name;
    for (const char* c = host; *c != '\0' && *c != '.'; ++c) {
        name += std::isalnum(static_cast<unsigned char>(*c)) != 0 ? *c : '_';
    }
    return name;
}

/// What the names of the temporary files of `target` begin with.
std::string prefix_of(const std::filesystem::path& target) {
    constexpr std::size_t room_for_the_rest = 110;
    return "." + target.filename().string().substr(0, longest_name - room_for_the_rest) + ".";
}

struct Name {
    std::string host;
    pid_t process = 0;
};

/// Who made the temporary file of this name, if it is one of a target with this prefix.
bool understand(const std::string& file, const std::string& prefix, Name& name) {
    static const std::regex rest(R"((\w+)-(\d{1,9})-[0-9a-f]{8}\.tmp)");
    std::smatch parts;
    if (!file.starts_with(prefix)) return false;
    const std::string tail = file.substr(prefix.size());
    if (!std::regex_match(tail, parts, rest)) return false;
    name = {parts[1], static_cast<pid_t>(std::stol(parts[2]))};
    return true;
}

bool maker_is_dead(const std::filesystem::path& path, const Name& name) {
    const int descriptor = open(path.c_str(), O_RDWR | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
    if (descriptor < 0) return false;
    struct stat status {};
    bool dead = fstat(descriptor, &status) == 0 && S_ISREG(status.st_mode);
    if (name.host == host_name()) {
        // The lock tells where numbers are used again; the number, where locks do not work.
        const bool locked = flock(descriptor, LOCK_EX | LOCK_NB) != 0;
        dead = dead && (locked ? errno != EWOULDBLOCK && kill(name.process, 0) != 0 && errno == ESRCH : true);
    } else {
        dead = dead && difftime(time(nullptr), status.st_mtime) > given_up && flock(descriptor, LOCK_EX | LOCK_NB) == 0;
    }
    close(descriptor);
    return dead;
}

}  // namespace

void remove_left_behind(const std::filesystem::path& target) {
    const std::string prefix = prefix_of(target);
    std::error_code error;
    for (std::filesystem::directory_iterator entry(directory_of(target), error), end; !error && entry != end;
         entry.increment(error)) {
        Name name;
        std::error_code ignored;
        if (understand(entry->path().filename().string(), prefix, name) && maker_is_dead(entry->path(), name)) {
            std::filesystem::remove(entry->path(), ignored);
        }
    }
}

hdf5::File create_hdf5_file(const TemporaryFile& file, hid_t creation, const hdf5::PropertyList& access) {
    hdf5::check(H5Pset_file_locking(access, false, true), "cannot set the locking");
    return hdf5::File(hdf5::check(H5Fcreate(file.path().c_str(), H5F_ACC_TRUNC, creation, access),
                                  fmt::format("cannot create {}", file.path().string())));
}

TemporaryFile::TemporaryFile(std::filesystem::path target) : target_(std::move(target)) {
    remove_left_behind(target_);
    std::random_device random;
    for (int attempt = 0; descriptor_ < 0; ++attempt) {
        path_ = directory_of(target_) /
                fmt::format("{}{}-{}-{:08x}.tmp", prefix_of(target_), host_name(), getpid(), random() & 0xffffffffU);
        descriptor_ = open(path_.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
        if (descriptor_ < 0 && (errno != EEXIST || attempt > 100)) {
            throw IoError(fmt::format("cannot write in '{}': {}", directory_of(target_).string(), std::strerror(errno)));
        }
    }
    flock(descriptor_, LOCK_EX | LOCK_NB);
}

TemporaryFile::~TemporaryFile() {
    std::error_code ignored;
    if (!path_.empty()) std::filesystem::remove(path_, ignored);
    close(descriptor_);
}

void TemporaryFile::take_place() {
    sync_file(path_);
    std::error_code error;
    std::filesystem::rename(path_, target_, error);
    if (error) throw IoError(fmt::format("cannot name the new file {}: {}", target_.string(), error.message()));
    path_.clear();
    sync_file(directory_of(target_));
}

}  // namespace gdm
