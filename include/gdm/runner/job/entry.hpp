#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <utility>

#include "gdm/base/error.hpp"

namespace gdm {

struct PointTable;

/// One `key = value` of a job and where it stands ("jobs/a.ini:7", "--mu", "default").
struct JobEntry {
    std::string value;
    std::string where;
    bool implied = false;  ///< said by a dataset, not by the job; may be "nan"
    /// Of `points`, once its file is read, and of each parameter that it gives.
    std::shared_ptr<const PointTable> table = {};
};

/// The keys of a job before they are understood.
using JobEntries = std::map<std::string, JobEntry>;

/// Throws UsageError: place, key and value of the entry, and why it is not allowed.
[[noreturn]] void refuse_entry(const std::string& key, const JobEntry& entry, const std::string& why);

/// Runs `parse`, adding place, key and value of the entry to what it complains about.
template <class Parse>
auto parse_entry(const std::string& key, const JobEntry& entry, Parse&& parse) {
    try {
        return std::forward<Parse>(parse)();
    } catch (const UsageError& error) {
        refuse_entry(key, entry, error.what());
    }
}

/// The whole number that an entry gives, from `least` to `most`. Throws UsageError if it gives none.
[[nodiscard]] std::uint64_t whole_number(const std::string& key, const JobEntry& entry, double least, double most);

}  // namespace gdm
