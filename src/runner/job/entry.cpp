#include "gdm/runner/job/entry.hpp"

#include <fmt/format.h>

#include <cmath>

#include "gdm/base/text.hpp"

namespace gdm {

void refuse_entry(const std::string& key, const JobEntry& entry, const std::string& why) {
    throw UsageError(fmt::format("{}: {} = {}: {}", entry.where, key, entry.value, why));
}

std::uint64_t whole_number(const std::string& key, const JobEntry& entry, double least, double most) {
    const auto value = parse_number(entry.value);
    if (!value || *value != std::floor(*value) || *value < least || *value > most) {
        refuse_entry(key, entry, fmt::format("must be a whole number from {} to {}", least, most));
    }
    return static_cast<std::uint64_t>(*value);
}

}  // namespace gdm
