#include "gdm/experiment/loader.hpp"

#include <fmt/format.h>

#include <stdexcept>

#include "gdm/base/error.hpp"

namespace gdm {
namespace {

/// A declaration of the program that contradicts itself is a fault of the program; one of a user is a fault of the user.
Experiment checked(Experiment experiment) {
    try {
        experiment.validate();
    } catch (const std::logic_error& error) {
        throw UsageError(error.what());
    }
    return experiment;
}

}  // namespace

std::optional<Experiment> load_experiment(const std::vector<ExperimentLoader>& loaders,
                                          const std::map<std::string, std::string>& job,
                                          const std::filesystem::path& folder) {
    for (const auto& loader : loaders) {
        if (auto found = loader.load(job, folder)) return checked(std::move(*found));
    }
    return std::nullopt;
}

std::optional<Experiment> restore_experiment(const std::vector<ExperimentLoader>& loaders, const std::string& name,
                                             const std::vector<CodeFile>& code) {
    for (const auto& loader : loaders) {
        if (!loader.restore) continue;
        if (auto found = loader.restore(name, code)) return checked(std::move(*found));
    }
    return std::nullopt;
}

}  // namespace gdm
