#pragma once

#include <mpi.h>

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <functional>
#include <span>
#include <string>
#include <vector>

namespace gdm {

/// Starts MPI and ends it. Works under mpirun, srun and without either. While an exception unwinds, MPI_Finalize is
/// skipped, because the other ranks might never reach it.
class MpiSession {
  public:
    MpiSession(int& argc, char**& argv);
    ~MpiSession();
    MpiSession(const MpiSession&) = delete;
    MpiSession& operator=(const MpiSession&) = delete;

    /// Whether several threads may call MPI at a time, as the master of several nodes needs.
    [[nodiscard]] bool threads_may_communicate() const noexcept { return threads_may_communicate_; }
    /// "Open MPI 4.1.4".
    [[nodiscard]] static std::string library_version();

  private:
    int exceptions_at_start_;
    bool threads_may_communicate_ = false;
};

/// A group of ranks. Owns its MPI communicator, except the world's.
class Communicator {
  public:
    [[nodiscard]] static Communicator world();
    Communicator(Communicator&& other) noexcept;
    Communicator& operator=(Communicator&&) = delete;
    Communicator(const Communicator&) = delete;
    ~Communicator();

    /// The ranks that share memory with this one; at most `most` of them if it is positive (so that one machine can
    /// stand for several nodes in tests).
    [[nodiscard]] Communicator node(int most = 0) const;
    /// The ranks that give the same color, in the order of their ranks here.
    [[nodiscard]] Communicator split(int color) const;
    /// A copy whose messages never meet those of this one.
    [[nodiscard]] Communicator duplicate() const;

    [[nodiscard]] int rank() const noexcept { return rank_; }
    [[nodiscard]] int size() const noexcept { return size_; }
    [[nodiscard]] MPI_Comm get() const noexcept { return comm_; }

    void barrier() const;
    [[nodiscard]] std::string broadcast(const std::string& text, int root = 0) const;
    [[nodiscard]] std::int64_t broadcast(std::int64_t value, int root = 0) const;
    [[nodiscard]] std::int64_t sum(std::int64_t value) const;
    [[nodiscard]] std::int64_t max(std::int64_t value) const;
    /// Element-wise maximum over all ranks, in place.
    void max(std::span<std::uint8_t> values) const;
    void max(std::span<std::uint32_t> values) const;
    /// Bytes of the root, on all ranks, in place.
    void broadcast(std::span<std::byte> bytes, int root = 0) const;
    /// On rank 0: the values of all ranks, in the order of ranks; elsewhere empty.
    template <class T>
    [[nodiscard]] std::vector<T> gather(std::span<const T> values) const {
        const std::vector<std::byte> bytes = gather_bytes(std::as_bytes(values));
        std::vector<T> all(bytes.size() / sizeof(T));
        if (!all.empty()) std::memcpy(all.data(), bytes.data(), bytes.size());
        return all;
    }

    /// This rank's part of 0 … total − 1 where up to `ranks` ranks share them equally, in their order.
    struct Part {
        std::size_t first = 0, count = 0;
    };
    [[nodiscard]] Part part_of(std::size_t total, std::size_t ranks) const noexcept;

    /// Runs `action` on every rank; if it throws an Error on any, all ranks throw the Error of the lowest such rank.
    /// The way to fail together instead of leaving others in a collective call.
    void together(const std::function<void()>& action) const;
    /// The same with `action` on rank 0 alone.
    void on_first(const std::function<void()>& action) const;

  private:
    Communicator(MPI_Comm comm, bool owned);
    [[nodiscard]] std::vector<std::byte> gather_bytes(std::span<const std::byte> own) const;
    MPI_Comm comm_;
    bool owned_;
    int rank_ = 0;
    int size_ = 1;
};

}  // namespace gdm
