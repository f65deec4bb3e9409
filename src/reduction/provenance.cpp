#include "gdm/reduction/provenance.hpp"

#include <algorithm>

#include "gdm/base/text.hpp"
#include "gdm/base/version.hpp"

namespace gdm {

std::vector<std::pair<std::string, ReducedAttribute>> provenance(const SweepHeader& header, const Experiment* experiment,
                                                                 const std::string& sweep_file) {
    std::vector<std::pair<std::string, ReducedAttribute>> attributes = {
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
    if (!header.seeds.empty()) attributes.emplace_back("seeds", header.seeds_text());
    const std::vector<std::string> written_later = {"format",         "format_version", "warnings",        "points_complete",
                                                    "points_partial", "replicas_done",  "replicas_failed", "replicas_torn"};
    for (const auto& setting : header.settings) {
        const auto is_it = [&](const auto& attribute) { return attribute.first == setting.name; };
        const bool taken = std::any_of(attributes.begin(), attributes.end(), is_it) ||
                           std::find(written_later.begin(), written_later.end(), setting.name) != written_later.end();
        ReducedAttribute value = setting.value;
        if (!setting.word.empty()) value = setting.word;
        attributes.emplace_back(taken ? setting.name + "_setting" : setting.name, std::move(value));
    }
    return attributes;
}

}  // namespace gdm
