#include "gdm/parallel/communicator.hpp"

#include <algorithm>
#include <exception>
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
