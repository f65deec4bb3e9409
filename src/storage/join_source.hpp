#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "gdm/storage/sweep_join.hpp"
#include "gdm/storage/sweep_reader.hpp"
#include "gdm/sweep/row_map.hpp"
#include "gdm/sweep/states.hpp"

namespace gdm {

/// "p = 0.5, replica 3"
[[nodiscard]] std::string replica_text(const SweepHeader& header, std::size_t row);

/// One file whose rows a new one takes. Throws UsageError if it holds another job.
struct JoinSource {
    JoinSource(const std::filesystem::path& path, const SweepHeader& target);
    /// What is session `number` here is called in the new file.
    [[nodiscard]] std::uint32_t session(std::uint32_t number) const;
    /// The saved state of a row, or null.
    [[nodiscard]] const SavedState* state_of(std::size_t row) const;

    SweepReader reader;
    RowMap map;
    Takeover taken;
    std::vector<SessionRecord> sessions;
    std::size_t first_session = 0;
    std::map<std::size_t, std::string> messages;  ///< of failed replicas, by row
    std::vector<SavedState> states;               ///< ascending by row
    double share_of_work = 1;                     ///< that its replicas are of the new file's; below 1 they all go on
};

}  // namespace gdm
