#include "gdm/reduction/provenance.hpp"

#include "gdm/base/named.hpp"
#include "gdm/base/text.hpp"
#include "gdm/base/version.hpp"

namespace gdm {
namespace {

/// The grid axes along which points share their random numbers.
std::string shared_axes(const SweepHeader& header, const Experiment* experiment) {
    std::vector<std::string> names;
    for (const auto& axis : header.axes) {
        const Parameter* parameter = experiment == nullptr ? nullptr : find_named(experiment->parameters, axis.name);
        if (axis.role == Role::grid && parameter != nullptr && !parameter->keyed) names.push_back(axis.name);
    }
    return join(names, " ");
}

}  // namespace

std::vector<std::pair<std::string, ReducedAttribute>> provenance(const SweepHeader& header, const Experiment* experiment,
                                                                 const std::string& sweep_file) {
    std::vector<std::pair<std::string, ReducedAttribute>> attributes = {
        {"Conventions", std::string("CF-1.10")},
        {"experiment", header.experiment},
        {"experiment_version", std::int64_t{header.experiment_version}},
        {"question", experiment == nullptr ? std::string() : experiment->question},
        {"source", experiment == nullptr ? std::string() : experiment->source},
        {"seed", static_cast<std::int64_t>(header.seed)},
        {"replicas", static_cast<std::int64_t>(header.replicas)},
        {"points", static_cast<std::int64_t>(header.points)},
        {"job", header.job},
        {"sweep_file", sweep_file},
        {"sweep_created", header.created},
        {"code_version", header.code_version},
        {"instruction_set", header.instruction_set},
        {"created", utc_now()},
        {"reduced_by", std::string(code_version())},
    };
    if (const auto& adaptive = header.adaptive; adaptive.any()) {
        attributes.emplace_back("target_error", adaptive.target_error);
        attributes.emplace_back("max_replicas", static_cast<std::int64_t>(adaptive.max_replicas));
        attributes.emplace_back("refine", adaptive.refine);
        attributes.emplace_back("refine_where", adaptive.refine_where);
    }
    if (const std::string axes = shared_axes(header, experiment); !axes.empty()) {
        attributes.emplace_back("shares_random_numbers", axes);
    }
    if (!header.seeds.empty()) attributes.emplace_back("seeds", header.seeds_text());
    for (const auto& setting : header.settings) {
        if (setting.word.empty()) {
            attributes.emplace_back(setting.name, setting.value);
        } else {
            attributes.emplace_back(setting.name, setting.word);
        }
    }
    return attributes;
}

}  // namespace gdm
