#include "gdm/parallel/communicator.hpp"

#include <algorithm>
#include <exception>
#include <numeric>
#include <utility>

#include "gdm/base/error.hpp"

namespace gdm {

MpiSession::MpiSession(int& argc, char**& argv) : exceptions_at_start_(std::uncaught_exceptions()) {
    int provided = MPI_THREAD_SINGLE;
    MPI_Init_thread(&argc, &argv, MPI_THREAD_MULTIPLE, &provided);
    threads_may_communicate_ = provided == MPI_THREAD_MULTIPLE;
}

MpiSession::~MpiSession() {
    if (std::uncaught_exceptions() == exceptions_at_start_) MPI_Finalize();
}

std::string MpiSession::library_version() {
    char text[MPI_MAX_LIBRARY_VERSION_STRING] = {};
    int length = 0;
    MPI_Get_library_version(text, &length);
    const std::string whole(text, static_cast<std::size_t>(length));
    // Open MPI: "Open MPI v4.1.4, package: …"; others: the first line.
    std::string first = whole.substr(0, whole.find_first_of(",\n"));
    if (const auto v = first.find(" v"); v != std::string::npos) first.erase(v + 1, 1);
    return first;
}

Communicator::Communicator(MPI_Comm comm, bool owned) : comm_(comm), owned_(owned) {
    MPI_Comm_rank(comm, &rank_);
    MPI_Comm_size(comm, &size_);
}

Communicator::Communicator(Communicator&& other) noexcept
    : comm_(other.comm_), owned_(std::exchange(other.owned_, false)), rank_(other.rank_), size_(other.size_) {}

Communicator::~Communicator() {
    if (owned_) MPI_Comm_free(&comm_);
}

Communicator Communicator::world() { return {MPI_COMM_WORLD, false}; }

Communicator Communicator::node(int most) const {
    MPI_Comm node = MPI_COMM_NULL;
    MPI_Comm_split_type(comm_, MPI_COMM_TYPE_SHARED, rank_, MPI_INFO_NULL, &node);
    Communicator whole(node, true);
    return most > 0 ? whole.split(whole.rank() / most) : std::move(whole);
}

Communicator Communicator::split(int color) const {
    MPI_Comm part = MPI_COMM_NULL;
    MPI_Comm_split(comm_, color, rank_, &part);
    return {part, true};
}

Communicator Communicator::duplicate() const {
    MPI_Comm copy = MPI_COMM_NULL;
    MPI_Comm_dup(comm_, &copy);
    return {copy, true};
}

void Communicator::barrier() const { MPI_Barrier(comm_); }

std::int64_t Communicator::broadcast(std::int64_t value, int root) const {
    MPI_Bcast(&value, 1, MPI_INT64_T, root, comm_);
    return value;
}

std::string Communicator::broadcast(const std::string& text, int root) const {
    std::string copy = text;
    copy.resize(static_cast<std::size_t>(broadcast(static_cast<std::int64_t>(text.size()), root)));
    MPI_Bcast(copy.data(), static_cast<int>(copy.size()), MPI_CHAR, root, comm_);
    return copy;
}

std::int64_t Communicator::sum(std::int64_t value) const {
    MPI_Allreduce(MPI_IN_PLACE, &value, 1, MPI_INT64_T, MPI_SUM, comm_);
    return value;
}

std::int64_t Communicator::max(std::int64_t value) const {
    MPI_Allreduce(MPI_IN_PLACE, &value, 1, MPI_INT64_T, MPI_MAX, comm_);
    return value;
}

namespace {
template <class Number>
void max_over_ranks(std::span<Number> values, MPI_Datatype type, MPI_Comm comm) {
    // MPI counts are int: in pieces, so that any number of replicas fits.
    constexpr std::size_t piece = std::size_t{1} << 28;
    for (std::size_t first = 0; first < values.size(); first += piece) {
        const std::size_t count = std::min(piece, values.size() - first);
        MPI_Allreduce(MPI_IN_PLACE, values.data() + first, static_cast<int>(count), type, MPI_MAX, comm);
    }
}
}  // namespace

void Communicator::max(std::span<std::uint8_t> values) const { max_over_ranks(values, MPI_UINT8_T, comm_); }

void Communicator::max(std::span<std::uint32_t> values) const { max_over_ranks(values, MPI_UINT32_T, comm_); }

void Communicator::broadcast(std::span<std::byte> bytes, int root) const {
    constexpr std::size_t piece = std::size_t{1} << 28;
    for (std::size_t first = 0; first < bytes.size(); first += piece) {
        const std::size_t count = std::min(piece, bytes.size() - first);
        MPI_Bcast(bytes.data() + first, static_cast<int>(count), MPI_BYTE, root, comm_);
    }
}

std::vector<std::byte> Communicator::gather_bytes(std::span<const std::byte> own) const {
    const auto ranks = static_cast<std::size_t>(size_);
    std::vector<std::int64_t> sizes(rank_ == 0 ? ranks : 0);
    const auto size = static_cast<std::int64_t>(own.size());
    MPI_Gather(&size, 1, MPI_INT64_T, sizes.data(), 1, MPI_INT64_T, 0, comm_);
    std::vector<std::size_t> start(sizes.size() + 1, 0);
    std::partial_sum(sizes.begin(), sizes.end(), start.begin() + 1);
    std::vector<std::byte> all(start.back()), round;

    // In rounds, so that counts and places fit MPI's int.
    const std::size_t most = (std::size_t{1} << 30) / ranks;
    const auto longest = static_cast<std::size_t>(max(size));
    std::vector<int> counts(sizes.size()), places(sizes.size());
    for (std::size_t done = 0; done < longest; done += most) {
        const auto part = [&](std::size_t whole) { return std::min(most, whole - std::min(whole, done)); };
        int total = 0;
        for (std::size_t r = 0; r < sizes.size(); ++r) {
            places[r] = total;
            counts[r] = static_cast<int>(part(static_cast<std::size_t>(sizes[r])));
            total += counts[r];
        }
        round.resize(static_cast<std::size_t>(total));
        MPI_Gatherv(own.data() + std::min(done, own.size()), static_cast<int>(part(own.size())), MPI_BYTE, round.data(),
                    counts.data(), places.data(), MPI_BYTE, 0, comm_);
        for (std::size_t r = 0; r < sizes.size(); ++r) {
            if (counts[r] == 0) continue;
            std::copy_n(round.begin() + places[r], counts[r], all.begin() + static_cast<std::ptrdiff_t>(start[r] + done));
        }
    }
    return all;
}

Communicator::Part Communicator::part_of(std::size_t total, std::size_t ranks) const noexcept {
    const auto rank = static_cast<std::size_t>(rank_);
    ranks = std::clamp<std::size_t>(ranks, 1, static_cast<std::size_t>(size_));
    if (rank >= ranks) return {total, 0};
    return {total / ranks * rank + std::min(total % ranks, rank), total / ranks + (rank < total % ranks ? 1 : 0)};
}

void Communicator::together(const std::function<void()>& action) const {
    std::string message;
    std::int64_t code = 0;
    try {
        action();
    } catch (const Error& error) {
        message = error.what();
        code = static_cast<std::int64_t>(error.code());
    }
    std::int64_t first_failed = code != 0 ? rank_ : size_;
    MPI_Allreduce(MPI_IN_PLACE, &first_failed, 1, MPI_INT64_T, MPI_MIN, comm_);
    if (first_failed == size_) return;
    const int root = static_cast<int>(first_failed);
    const auto agreed = static_cast<ExitCode>(broadcast(code, root));
    throw Error(agreed, broadcast(message, root));
}

void Communicator::on_first(const std::function<void()>& action) const {
    together([&] {
        if (rank_ == 0) action();
    });
}

}  // namespace gdm
