#include "gdm/parallel/node_memory.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>

#include "gdm/base/error.hpp"

namespace gdm {
namespace {

/// Makes a file of this size with all its blocks reserved, so that no later access can fail; returns its name, or "" with
/// the reason added to `trouble`.
std::string create_in(const std::filesystem::path& folder, std::size_t bytes, std::string& trouble) {
    std::string name = (folder / "gdm-sweep-XXXXXX").string();
    const int file = mkstemp(name.data());
    int error = errno;
    if (file >= 0) {
        do error = posix_fallocate(file, 0, static_cast<off_t>(bytes));
        while (error == EINTR);
    }
    if (file >= 0) close(file);
    if (file >= 0 && error != 0) unlink(name.c_str());
    if (error == 0) return name;
    trouble += fmt::format("{}{}: {}", trouble.empty() ? "" : "; ", folder.string(), std::strerror(error));
    return {};
}

std::string create(std::size_t bytes) {
    std::error_code ignored;
    std::string trouble;
    for (const std::filesystem::path& folder :
         {std::filesystem::path("/dev/shm"), std::filesystem::temp_directory_path(ignored)}) {
        if (std::string name = create_in(folder, bytes, trouble); !name.empty()) return name;
    }
    throw IoError(
        fmt::format("no room for {:.3g} MB that the ranks of a node share ({}); set TMPDIR to a local folder with room",
                    static_cast<double>(bytes) / 1e6, trouble));
}

void* map(const std::string& name, std::size_t bytes) {
    const int file = open(name.c_str(), O_RDWR | O_CLOEXEC);
    void* data = file < 0 ? MAP_FAILED : mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
    const int error = errno;
    if (file >= 0) close(file);
    if (data == MAP_FAILED) throw IoError(fmt::format("cannot map the shared file {}: {}", name, std::strerror(error)));
    return data;
}

}  // namespace

NodeMemory::NodeMemory(const Communicator& node, std::size_t bytes) : bytes_(bytes == 0 ? 1 : bytes) {
    std::string name;
    node.on_first([&] { name = create(bytes_); });
    name = node.broadcast(name);
    try {
        node.together([&] { data_ = map(name, bytes_); });
    } catch (const Error&) {
        if (node.rank() == 0) unlink(name.c_str());
        if (data_ != nullptr) munmap(data_, bytes_);
        throw;
    }
    if (node.rank() == 0) unlink(name.c_str());
}

NodeMemory::~NodeMemory() { munmap(data_, bytes_); }

}  // namespace gdm
