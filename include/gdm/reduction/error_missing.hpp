#pragma once

#include <cstddef>
#include <map>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "gdm/experiment/experiment.hpp"

/// Why a number that has a value has no error: never without a word.
namespace gdm {

/// Empty if there is an error, or no value.
[[nodiscard]] std::string error_missing(const Observable& observable, const Point& point, const Combined& combined,
                                        std::size_t replicas, double value, double error);
[[nodiscard]] std::string error_missing(const Derived& derived, std::size_t replicas, double value, double error,
                                        double systematic);
/// The same of an observable of an experiment that this program does not know.
[[nodiscard]] std::string error_missing(std::size_t replicas, double value, double error);

/// How many numbers of a quantity have no error, by reason.
using MissingErrors = std::map<std::string, std::size_t>;

/// `no finite variance (3 of 40 numbers)`; without the count if it is all of them. `numbers`: those that have a value.
[[nodiscard]] std::string to_text(const MissingErrors& missing, std::size_t numbers);

/// One line that names the quantities of each reason, `a, b: no finite variance; all 12 quantities: fewer than 2 replicas`;
/// empty if nothing is missing. `quantities`: all that have errors.
[[nodiscard]] std::string summary(const std::vector<std::pair<std::string, MissingErrors>>& quantities);

}  // namespace gdm
