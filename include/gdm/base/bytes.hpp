#pragma once

#include <cstddef>
#include <cstring>
#include <span>
#include <stdexcept>
#include <type_traits>
#include <utility>
#include <vector>

/// Numbers as the bytes that they are in memory, one after the other: what the saved state of a replica is made of.
namespace gdm {

class ByteWriter {
  public:
    template <class T>
    void put(std::span<const T> values) {
        static_assert(std::is_trivially_copyable_v<T>);
        const std::size_t before = bytes_.size();
        bytes_.resize(before + values.size_bytes());
        if (!values.empty()) std::memcpy(bytes_.data() + before, values.data(), values.size_bytes());
    }
    template <class T>
    void put(const T& value) {
        put(std::span<const T>(&value, 1));
    }
    [[nodiscard]] std::span<const std::byte> bytes() const noexcept { return bytes_; }
    /// The bytes themselves; the writer is empty then.
    [[nodiscard]] std::vector<std::byte> take() noexcept { return std::exchange(bytes_, {}); }

  private:
    std::vector<std::byte> bytes_;
};

/// Reads in the order in which they were put. Throws std::length_error where the bytes end.
class ByteReader {
  public:
    explicit ByteReader(std::span<const std::byte> bytes) noexcept : rest_(bytes) {}
    template <class T>
    void get(std::span<T> values) {
        static_assert(std::is_trivially_copyable_v<T>);
        if (rest_.size() < values.size_bytes()) throw std::length_error("a saved state is shorter than what it is to hold");
        if (!values.empty()) std::memcpy(static_cast<void*>(values.data()), rest_.data(), values.size_bytes());
        rest_ = rest_.subspan(values.size_bytes());
    }
    template <class T>
    void get(T& value) {
        get(std::span<T>(&value, 1));
    }
    [[nodiscard]] std::size_t left() const noexcept { return rest_.size(); }

  private:
    std::span<const std::byte> rest_;
};

}  // namespace gdm
