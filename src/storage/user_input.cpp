#include "gdm/storage/user_input.hpp"

#include <fmt/format.h>
#include <xxhash.h>

#include <filesystem>
#include <fstream>
#include <memory>

#include "gdm/base/error.hpp"
#include "gdm/storage/user_dataset.hpp"

namespace gdm {
namespace {

std::size_t file_size(const std::string& path) {
    std::error_code error;
    if (!std::filesystem::exists(path, error)) throw UsageError(fmt::format("{}: no such file", path));
    if (!std::filesystem::is_regular_file(path, error)) throw UsageError(fmt::format("{}: is no file", path));
    const auto size = std::filesystem::file_size(path, error);
    if (error) throw IoError(fmt::format("{}: {}", path, error.message()));
    if (size == 0) throw UsageError(fmt::format("{}: is empty", path));
    return size;
}

Array read_file(const std::string& path) {
    const std::size_t size = file_size(path);
    const std::shared_ptr<double[]> values(new double[(size + sizeof(double) - 1) / sizeof(double)]());
    auto* bytes = reinterpret_cast<char*>(values.get());
    std::ifstream file(path, std::ios::binary);
    if (!file.read(bytes, static_cast<std::streamsize>(size))) throw IoError(fmt::format("{}: cannot be read", path));
    return {{size}, values, XXH3_64bits(bytes, size), path};
}

}  // namespace

std::vector<std::size_t> input_shape(Kind kind, const std::string& source) {
    return kind == Kind::file ? std::vector<std::size_t>{file_size(source)} : user_dataset_shape(source);
}

Array read_input(const Communicator& world, Kind kind, const std::string& source, int ranks_per_node) {
    if (kind != Kind::file) return read_user_dataset(world, source, ranks_per_node);
    Array array;
    world.together([&] { array = read_file(source); });
    return array;
}

}  // namespace gdm
