#pragma once

#include <map>
#include <string>

#include "coverage/coverage.hpp"

namespace gdm::test {

/// Coverage of all quantities, by experiment and name.
using CoverageTable = std::map<std::string, std::map<std::string, Pulls>>;

/// docs/coverage.md.
[[nodiscard]] std::string markdown(const CoverageTable& table, std::size_t seeds);

}  // namespace gdm::test
