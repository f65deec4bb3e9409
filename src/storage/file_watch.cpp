#include "gdm/storage/file_watch.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <utility>

#include "gdm/base/error.hpp"
#include "gdm/storage/disk.hpp"
#include "gdm/storage/temporary_file.hpp"

namespace gdm {
namespace {

std::string link_of(int descriptor) { return fmt::format("/proc/self/fd/{}", descriptor); }

}  // namespace

FileWatch::FileWatch(std::filesystem::path path) : path_(std::move(path)) {
    descriptor_ = open(path_.c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC);
    if (descriptor_ < 0 || fstat(descriptor_, &at_first_) != 0) {
        throw IoError(fmt::format("cannot open {}: {}", path_.string(), std::strerror(errno)));
    }
}

FileWatch::~FileWatch() {
    if (descriptor_ >= 0) close(descriptor_);
}

std::string FileWatch::present_name() const {
    std::error_code error;
    const auto name = std::filesystem::read_symlink(link_of(descriptor_), error);
    return error ? std::string() : name.string();
}

FileWatch::Fate FileWatch::fate() const {
    struct stat now {
    }, named{};
    const bool is_there = fstat(descriptor_, &now) == 0;
    const bool has_name = stat(path_.c_str(), &named) == 0;
    if (has_name && named.st_dev == at_first_.st_dev && named.st_ino == at_first_.st_ino) {
        return named.st_size < at_first_.st_size ? Fate::cut : Fate::as_it_was;
    }
    if (!is_there || now.st_nlink == 0) return Fate::removed;
    // On NFS a removed file that is still open is called .nfs… until it is closed.
    const std::string name = present_name();
    const bool hidden = std::filesystem::path(name).filename().string().starts_with(".nfs");
    return name.empty() || hidden || name.ends_with(" (deleted)") ? Fate::removed : Fate::moved;
}

std::string FileWatch::what_happened(Fate fate) const {
    std::error_code error;
    const bool other = std::filesystem::exists(path_, error);
    if (fate == Fate::cut) {
        return fmt::format(
            "{} was cut short while the sweep ran, and part of what it held is lost: gdm-status --verify tells what is left",
            path_.string());
    }
    return fmt::format("{} was {} while the sweep ran", path_.string(),
                       other                   ? "replaced by another file"
                       : fate == Fate::removed ? "removed"
                                               : "moved");
}

void FileWatch::check() const {
    const Fate found = fate();
    if (found != Fate::as_it_was) throw IoError(what_happened(found));
}

void FileWatch::check_and_rescue() const {
    const Fate found = fate();
    if (found == Fate::as_it_was) return;
    std::string text = what_happened(found);
    if (found == Fate::moved) {
        text += fmt::format("; what is done is in {}: give it its name again, and repeat the command", present_name());
    } else if (found == Fate::removed) {
        text += rescue();
    }
    throw IoError(text);
}

std::string FileWatch::rescue() const {
    const std::filesystem::path name = named_after(path_, ".rescued.h5");
    std::error_code error;
    if (std::filesystem::exists(name, error)) {
        return fmt::format("; what was done is lost, because there is a {} already", name.string());
    }
    try {
        TemporaryFile copy(name);
        std::filesystem::copy_file(link_of(descriptor_), copy.path(), std::filesystem::copy_options::overwrite_existing,
                                   error);
        if (!error) copy.take_place();
    } catch (const IoError& trouble) {
        return fmt::format("; what was done is lost ({})", trouble.what());
    }
    if (error) return fmt::format("; what was done is lost ({}: {})", name.string(), error.message());
    return fmt::format("; what was done is rescued in {}: give it the old name, and repeat the command", name.string());
}

}  // namespace gdm
