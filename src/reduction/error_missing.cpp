#include "gdm/reduction/error_missing.hpp"

#include <fmt/format.h>

#include <cmath>

#include "gdm/base/text.hpp"

namespace gdm {

std::string error_missing(std::size_t replicas, double value, double error) {
    if (!std::isfinite(value) || std::isfinite(error)) return {};
    return replicas < 2 ? "fewer than 2 replicas" : "the squares of the replicas are too large for doubles";
}

std::string error_missing(const Observable& observable, const Point& point, const Combined& combined, std::size_t replicas,
                          double value, double error) {
    std::string why = error_missing(replicas, value, error);
    const bool declared = observable.spread_is_error && !why.empty() && !observable.spread_is_error(point, combined);
    return replicas > 1 && declared ? observable.error_missing : why;
}

std::string error_missing(const Derived& derived, std::size_t replicas, double value, double error, double systematic) {
    std::string why = error_missing(replicas, value, error);
    if (why.empty() || replicas < 2) return why;
    if (std::isnan(systematic)) return derived.error_missing;
    return derived.error == ErrorMethod::bootstrap
               ? "it does not exist in more than a third of the resamples"
               : "it does not exist without some of the replicas, or of the blocks of a chain";
}

std::string to_text(const MissingErrors& missing, std::size_t numbers) {
    std::vector<std::string> parts;
    for (const auto& [why, count] : missing)
        parts.push_back(count == numbers ? why : fmt::format("{} ({} of {} numbers)", why, count, numbers));
    return join(parts, "; ");
}

std::string summary(const std::vector<std::pair<std::string, MissingErrors>>& quantities) {
    std::map<std::string, std::vector<std::string>> names;
    for (const auto& [name, missing] : quantities)
        for (const auto& [why, count] : missing) names[why].push_back(name);
    std::vector<std::string> parts;
    for (const auto& [why, some] : names) {
        const bool all = some.size() == quantities.size() && some.size() > 1;
        parts.push_back((all ? fmt::format("all {} quantities", some.size()) : join(some, ", ")) + ": " + why);
    }
    return join(parts, "; ");
}

}  // namespace gdm
