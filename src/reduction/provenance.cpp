#include "gdm/reduction/provenance.hpp"

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
