#include "gdm/runner/job/key.hpp"

#include <fmt/format.h>
#include <xxhash.h>

#include <bit>

namespace gdm {

std::uint64_t point_key(const Job& job, const Point& point, const Inputs& inputs) {
    std::string text = fmt::format("{}\n{}\n{}\n", job.seed, job.experiment->name, job.experiment->version);
    for (const auto& parameter : job.experiment->parameters) {
        if (parameter.role != Role::grid || !parameter.keyed) continue;
        // Words by their text: their place in a list may change between versions.
        text += parameter.kind == Kind::word
                    ? fmt::format("{}={}\n", parameter.name, point.word(parameter.name))
                    : fmt::format("{}={:016x}\n", parameter.name, std::bit_cast<std::uint64_t>(point[parameter.name]));
    }
    for (const auto& [name, array] : inputs) text += fmt::format("{}={:016x}\n", name, array.content_hash);
    return XXH3_64bits(text.data(), text.size());
}

}  // namespace gdm
