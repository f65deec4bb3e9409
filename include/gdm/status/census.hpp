#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "gdm/base/error.hpp"
#include "gdm/base/words.hpp"
#include "gdm/experiment/experiment.hpp"
#include "gdm/storage/sweep_reader.hpp"

/// How far a sweep is, as read from its file at one moment; text and JSON are two renderings of it.
namespace gdm {

struct PointCensus {
    std::size_t wanted = 0;  ///< replicas it is to have
    std::size_t done = 0;
    std::size_t failed = 0;
    std::size_t missing = 0;  ///< of the wanted: absent or damaged
    double seconds = 0;       ///< of computing its done replicas
    double longest = 0;
    /// Of the missing ones those whose state is in the file, the sum of the shares of them that are done, the least, and the
    /// seconds that these shares took.
    std::size_t under_way = 0;
    double progress = 0, least_progress = 1, seconds_under_way = 0;
    /// Seconds of a replica: of those done, or else as the shares of those under way tell.
    [[nodiscard]] std::optional<double> mean() const;
};

/// The smallest, mean and largest share of a session's time in which its ranks computed.
struct Utilisation {
    double mean = 0;
    std::optional<double> least, most;  ///< unknown where the file does not say which rank computed a replica
};

struct SessionCensus {
    enum class State { running, ended, killed };
    struct Rank {
        std::size_t replicas = 0;
        double busy = 0;  ///< seconds
    };
    SessionRecord record;
    State state = State::ended;
    std::size_t replicas = 0;  ///< of those in the file now; what was computed again later counts there
    double busy = 0;           ///< seconds that computing them took, over all ranks
    double longest = 0;
    std::optional<double> wall;  ///< seconds it lasted, or lasts by now; unknown if it was killed
    std::vector<Rank> ranks;     ///< empty where the file does not tell
    /// Replicas were saved and may have gone on in another run: what a run did is not known by the replicas it finished.
    bool shares_replicas = false;

    /// Nothing for sessions too short for times of one second's resolution, for killed ones, for running ones of which the
    /// replicas in work, unknown to the file, would be more than a small part, and where runs share replicas.
    [[nodiscard]] std::optional<Utilisation> utilisation() const;
    /// Whether the utilisation of single ranks is known too.
    [[nodiscard]] bool tells_ranks() const { return !ranks.empty() && utilisation().has_value(); }
    [[nodiscard]] double utilisation_of(std::size_t rank) const;
    /// Core-seconds: ranks × wall. For a killed session the least that it can have been.
    [[nodiscard]] double allotted() const;
};

/// Failures that say the same, numbers aside, with the first of them as the example.
struct FailureGroup {
    std::size_t count = 0;
    FailureRecord example;
};

struct Census {
    enum class State { running, complete, failed, resumable };
    std::string file;
    SweepHeader header;
    bool verified = false;         ///< values were compared with their checksums
    bool header_protected = true;  ///< the file holds a hash of its header
    bool running = false;          ///< a sweep computes it at present, or may
    bool running_is_known = true;  ///< false where the file system does not tell whether one does
    bool settled = true;           ///< nothing more is going to be planned
    std::size_t wanted = 0, done = 0, failed = 0, torn = 0, missing = 0;
    double seconds = 0;  ///< of computing all replicas that are done or failed
    double longest = 0;
    std::size_t under_way = 0;  ///< of the missing ones, those whose state is in the file
    double progress = 0;        ///< mean share of these that is done
    double seconds_under_way = 0;
    std::vector<PointCensus> points;
    std::vector<SessionCensus> sessions;
    std::vector<FailureGroup> failures;  ///< the most frequent first
    std::size_t failures_untold = 0;     ///< failed replicas whose message the file no longer holds

    /// Core-seconds of the missing replicas; unknown while none is done. `points_estimated` of the points with missing
    /// replicas have none done: their time is estimated from neighbours in the grid.
    std::optional<double> seconds_left;
    std::size_t points_estimated = 0;
    double longest_left = 0;  ///< seconds of the longest missing replica

    [[nodiscard]] State state() const;
    [[nodiscard]] ExitCode code() const;
    [[nodiscard]] double share_done() const;
    /// Replicas a second of the running session, if it is old enough to tell.
    [[nodiscard]] std::optional<double> rate() const;
    /// Seconds until the end on the ranks of the last session, at the utilisation it has or had.
    [[nodiscard]] std::optional<double> time_left() const;
    /// Of all sessions: core-seconds allotted, and the share of them used; nothing where they are too short to tell.
    [[nodiscard]] std::optional<double> allotted() const;
    [[nodiscard]] bool allotted_is_bound() const;
    [[nodiscard]] std::optional<double> efficiency() const;
    /// Points with done replicas, the slowest `most` of them, slowest first.
    [[nodiscard]] std::vector<std::size_t> slowest_points(std::size_t most) const;
    /// Ranks of a session, the `most` with least to do, idlest first.
    [[nodiscard]] static std::vector<std::size_t> idlest_ranks(const SessionCensus& session, std::size_t most);
};

/// As gdm-status --json says it.
inline constexpr Words census_state_words{
    std::array{Word{Census::State::running, "running"}, Word{Census::State::complete, "complete"},
               Word{Census::State::failed, "failed"}, Word{Census::State::resumable, "resumable"}}};

/// Reads the file, also while a sweep writes it. `experiments` give the costs by which times of points are scaled to one
/// another; an unknown experiment is no error. Throws IoError and UsageError as SweepReader does.
[[nodiscard]] Census take_census(const std::filesystem::path& path, bool verify, const std::vector<Experiment>& experiments);

/// Groups of failures whose messages differ in nothing but numbers, the most frequent first.
[[nodiscard]] std::vector<FailureGroup> grouped(const std::vector<FailureRecord>& failures);

}  // namespace gdm
