#include "gdm/runner/trace.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <optional>
#include <set>

#include "gdm/base/error.hpp"
#include "gdm/base/json.hpp"
#include "gdm/base/version.hpp"
#include "gdm/base/words.hpp"
#include "gdm/storage/disk.hpp"
#include "gdm/storage/temporary_file.hpp"
#include "gdm/sweep/points.hpp"

namespace gdm {
namespace {

/// Spans of all ranks together and of one: what viewers still open at once, in some 150 bytes each.
constexpr std::size_t most_spans = std::size_t{1} << 19, most_of_a_rank = 16384, least_of_a_rank = 1024;
/// The queue of a node answers in less than this; only real waits are told.
constexpr auto brief = std::chrono::microseconds(20);
constexpr int trace_tag = 17;
/// How a trace begins, by which it is known again.
constexpr const char* beginning = R"({"otherData":{"program":"gdm-sweep")";

/// What a rank says of itself before its spans.
struct RankHeader {
    std::int64_t node, spans, resolution, brief_waits;
    char host[64];
};

bool may_merge(Activity activity) { return activity <= Activity::wait; }

/// Nanoseconds as the microseconds of the format, exactly.
std::string microseconds(std::int64_t nanoseconds) {
    return fmt::format("{}{}.{:03}", nanoseconds < 0 ? "-" : "", std::abs(nanoseconds) / 1000, std::abs(nanoseconds) % 1000);
}

std::string counted(std::int64_t n, const char* what) { return fmt::format("{} {}{}", n, what, n == 1 ? "" : "s"); }

/// How an activity is named; computing by its points instead.
constexpr Words activity_words{std::array{Word{Activity::write, "write"}, Word{Activity::wait, "wait"},
                                          Word{Activity::prepare, "prepare the file"}, Word{Activity::verify, "verify"},
                                          Word{Activity::open, "open the file"}, Word{Activity::barrier, "barrier"},
                                          Word{Activity::close, "close the file"}}};
/// The colour group of an activity in a viewer; what is not named has to do with the file.
constexpr Words category_words{std::array{Word{Activity::compute, "compute"}, Word{Activity::write, "write"},
                                          Word{Activity::wait, "wait"}, Word{Activity::barrier, "barrier"}}};

std::string name_of(const Span& span, const Job& job) {
    if (span.replicas == 0) return std::string(activity_words[span.activity]);
    std::string name = span.one_point != 0 ? job.header.varying_text(static_cast<std::size_t>(span.point)) : "";
    if (span.replicas > 1) name += (name.empty() ? "" : ": ") + counted(span.replicas, "replica");
    if (span.writes > 0) name += ", " + counted(span.writes, "write");
    return name;
}

std::string event(const Span& span, const Job& job, const Points& points, std::int64_t node, int rank) {
    const std::string_view category = category_words[span.activity];
    JsonWriter name, args;
    name.value(name_of(span, job));
    args.begin_object();
    if (span.replicas > 0) {
        args.member("point", span.point).member("replica", span.replica).member("replicas", span.replicas);
        if (span.failed > 0) args.member("failed", span.failed);
        if (span.one_point != 0 && job.experiment->cost) {
            const double cost = job.experiment->cost(points[static_cast<std::size_t>(span.point)]);
            args.member("cost", cost * static_cast<double>(span.replicas));
        }
        args.member("computing_ms", static_cast<double>(span.computing) / 1e6);
    }
    if (span.writes > 0) {
        args.member("writes", span.writes).member("bytes", span.bytes);
        args.member("writing_ms", static_cast<double>(span.writing) / 1e6);
    }
    if (span.waits > 0) args.member("waits", span.waits).member("waiting_ms", static_cast<double>(span.waiting) / 1e6);
    args.end_object();
    return fmt::format(R"({{"name":{},"cat":"{}","ph":"X","ts":{},"dur":{},"pid":{},"tid":{},"args":{}}})", name.text(),
                       category.empty() ? "file" : category, microseconds(span.start), microseconds(span.end - span.start),
                       node, rank, args.text());
}

std::string metadata(const char* what, std::int64_t node, int rank, const JsonWriter& args) {
    return fmt::format(R"({{"name":"{}","ph":"M","pid":{},"tid":{},"args":{}}})", what, node, rank, args.text());
}

JsonWriter named(const std::string& name) {
    JsonWriter args;
    args.begin_object().member("name", name).end_object();
    return args;
}

/// The file under its temporary name; what went wrong is kept until the end, because other ranks wait to be heard.
class TraceFile {
  public:
    TraceFile(const Job& job, const std::filesystem::path& path) : job_(job), points_(job.header), path_(path) {
        try {
            place_.emplace(path);
            out_.open(place_->path(), std::ios::trunc);
        } catch (const IoError& error) {
            trouble_ = error;
        }
        JsonWriter experiment, version;
        experiment.value(job.header.experiment);
        version.value(code_version());
        out_ << beginning
             << fmt::format(R"(,"version":{},"experiment":{}}},"displayTimeUnit":"ms","traceEvents":[)", version.text(),
                            experiment.text());
    }

    void add(const RankHeader& header, int rank, const std::vector<Span>& spans) {
        if (named_.insert(header.node).second) {
            put(metadata("process_name", header.node, rank, named(fmt::format("node {}, {}", header.node, header.host))));
        }
        put(metadata("thread_name", header.node, rank, named(fmt::format("rank {}", rank))));
        JsonWriter detail;
        detail.begin_object().member("merged_below_ms", static_cast<double>(header.resolution) / 1e6);
        detail.member("waits_below_us", brief.count()).member("waits_left_out", header.brief_waits).end_object();
        put(metadata("detail", header.node, rank, detail));
        for (const Span& span : spans) put(event(span, job_, points_, header.node, rank));
    }

    void finish() {
        out_ << "\n]}\n";
        out_.close();
        if (trouble_) throw IoError(*trouble_);
        if (!out_) throw IoError(fmt::format("cannot write the trace {}: {}", path_.string(), std::strerror(errno)));
        place_->take_place();
    }

  private:
    void put(const std::string& text) {
        out_ << (first_ ? "\n" : ",\n") << text;
        first_ = false;
    }

    const Job& job_;
    Points points_;
    std::filesystem::path path_;
    std::optional<TemporaryFile> place_;
    std::optional<IoError> trouble_;
    std::ofstream out_;
    std::set<std::int64_t> named_;  ///< nodes
    bool first_ = true;
};

}  // namespace

bool SpanBuffer::merge(Span& earlier, const Span& later) const {
    if (!may_merge(earlier.activity) || !may_merge(later.activity) || later.end - earlier.start > resolution_) return false;
    if (earlier.replicas == 0) {
        earlier.point = later.point;
        earlier.replica = later.replica;
        earlier.one_point = later.one_point;
    } else if (later.replicas > 0 && (later.point != earlier.point || later.one_point == 0)) {
        earlier.one_point = 0;
    }
    earlier.end = later.end;
    earlier.replicas += later.replicas;
    earlier.failed += later.failed;
    earlier.writes += later.writes;
    earlier.waits += later.waits;
    earlier.bytes += later.bytes;
    earlier.computing += later.computing;
    earlier.writing += later.writing;
    earlier.waiting += later.waiting;
    const std::int64_t most = std::max({earlier.computing, earlier.writing, earlier.waiting});
    earlier.activity = most == earlier.computing ? Activity::compute
                       : most == earlier.writing ? Activity::write
                                                 : Activity::wait;
    return true;
}

void SpanBuffer::add(const Span& span) {
    if (!spans_.empty() && merge(spans_.back(), span)) return;
    if (spans_.size() >= limit_) compact();
    spans_.push_back(span);
}

void SpanBuffer::compact() {
    // Down to half, so that this is rare; phases of a run, which do not merge, are few.
    for (int doublings = 0; spans_.size() > limit_ / 2 && doublings < 40; ++doublings) {
        resolution_ *= 2;
        std::size_t kept = 0;
        for (std::size_t i = 1; i < spans_.size(); ++i) {
            if (!merge(spans_[kept], spans_[i])) spans_[++kept] = spans_[i];
        }
        spans_.resize(kept + 1);
    }
}

void Trace::start(const Communicator& world) {
    world.barrier();
    const auto system =
        std::chrono::duration_cast<std::chrono::nanoseconds>(std::chrono::system_clock::now().time_since_epoch());
    zero_ = Clock::now() - (system - std::chrono::nanoseconds(world.broadcast(std::int64_t{system.count()})));
    const auto ranks = static_cast<std::size_t>(world.size());
    buffer_ = SpanBuffer(std::clamp(most_spans / ranks, least_of_a_rank, most_of_a_rank));
    on_ = true;
}

std::int64_t Trace::time_of(Clock::time_point time) const {
    return std::chrono::duration_cast<std::chrono::nanoseconds>(time - zero_).count();
}

void Trace::add_replica(std::size_t point, std::size_t replica, bool failed, Clock::time_point start,
                        Clock::time_point end) {
    Span span{.start = time_of(start), .end = time_of(end)};
    span.point = static_cast<std::int64_t>(point);
    span.replica = static_cast<std::int64_t>(replica);
    span.replicas = 1;
    span.failed = failed ? 1 : 0;
    span.computing = span.end - span.start;
    buffer_.add(span);
}

void Trace::add_write(std::size_t bytes, Clock::time_point start) {
    Span span{.start = time_of(start), .end = time_of(Clock::now())};
    span.writes = 1;
    span.bytes = static_cast<std::int64_t>(bytes);
    span.writing = span.end - span.start;
    span.activity = Activity::write;
    buffer_.add(span);
}

void Trace::add_wait(Clock::time_point start) {
    const auto end = Clock::now();
    if (end - start < brief) {
        ++brief_waits_;
        return;
    }
    Span span{.start = time_of(start), .end = time_of(end)};
    span.waits = 1;
    span.waiting = span.end - span.start;
    span.activity = Activity::wait;
    buffer_.add(span);
}

void Trace::add(Activity activity, Clock::time_point start) {
    Span span{.start = time_of(start), .end = time_of(Clock::now())};
    span.activity = activity;
    buffer_.add(span);
}

void Trace::write(const Communicator& world, const Job& job, const std::filesystem::path& path) const {
    RankHeader header{node_, static_cast<std::int64_t>(buffer_.spans().size()), buffer_.resolution(), brief_waits_, {}};
    gethostname(header.host, sizeof header.host - 1);
    if (world.rank() != 0) {
        MPI_Send(&header, sizeof header, MPI_BYTE, 0, trace_tag, world.get());
        MPI_Send(buffer_.spans().data(), static_cast<int>(buffer_.spans().size() * sizeof(Span)), MPI_BYTE, 0, trace_tag,
                 world.get());
        return;
    }
    TraceFile file(job, path);
    file.add(header, 0, buffer_.spans());
    for (int rank = 1; rank < world.size(); ++rank) {
        MPI_Recv(&header, sizeof header, MPI_BYTE, rank, trace_tag, world.get(), MPI_STATUS_IGNORE);
        std::vector<Span> spans(static_cast<std::size_t>(header.spans));
        MPI_Recv(spans.data(), static_cast<int>(spans.size() * sizeof(Span)), MPI_BYTE, rank, trace_tag, world.get(),
                 MPI_STATUS_IGNORE);
        file.add(header, rank, spans);
    }
    file.finish();
}

void check_trace_path(const std::filesystem::path& path, const std::filesystem::path& output) {
    std::error_code error;
    const auto directory = path.has_parent_path() ? path.parent_path() : std::filesystem::path(".");
    if (std::filesystem::is_directory(path, error) || !path.has_filename()) {
        throw UsageError(fmt::format("--trace {}: is a directory; name a file", path.string()));
    }
    if (access(directory.c_str(), W_OK) != 0) {
        throw IoError(
            fmt::format("--trace {}: cannot write in '{}': {}", path.string(), directory.string(), std::strerror(errno)));
    }
    std::string start(std::strlen(beginning), '\0');
    if (path.lexically_normal() == output.lexically_normal()) {
        throw UsageError(fmt::format("--trace {}: is the sweep file; name another", path.string()));
    }
    if (std::filesystem::status(path, error).type() == std::filesystem::file_type::not_found) return;
    require_regular_file(path);
    std::ifstream(path).read(start.data(), static_cast<std::streamsize>(start.size()));
    if (start != beginning) {
        throw UsageError(fmt::format("--trace {}: exists and is no trace of gdm-sweep; name another file", path.string()));
    }
}

}  // namespace gdm
