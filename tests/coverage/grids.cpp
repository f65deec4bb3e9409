#include "coverage/grids.hpp"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>

namespace gdm::test {

const std::vector<CoverageGrid>& coverage_grids() {
    static const std::vector<CoverageGrid> grids = [] {
        std::vector<std::filesystem::path> files;
        for (const auto& entry : std::filesystem::directory_iterator(COVERAGE_GRIDS)) files.push_back(entry.path());
        std::sort(files.begin(), files.end());
        std::vector<CoverageGrid> all;
        for (const auto& path : files) {
            std::ifstream file(path);
            CoverageGrid grid;
            std::getline(file, grid.why);
            grid.why.erase(0, 2);  // "# "
            grid.job.assign(std::istreambuf_iterator<char>(file), {});
            all.push_back(grid);
        }
        return all;
    }();
    return grids;
}

const std::vector<CoverageNote>& coverage_exclusions() {
    static const std::vector<CoverageNote> notes = {
        {"sample_quality", "w2_squared", "the closed form holds within 2 % alone, more than the errors of the grid"}};
    return notes;
}

const std::vector<CoverageNote>& conservative_quantities() {
    static const std::string interpolation = "the interpolation between the job's places is bounded, not measured";
    static const std::string window =
        "what extrapolation, window and rounding change is bounded, and far more than its spread";
    static const std::string exact = "nothing is sampled; the error bounds rounding";
    static const std::string hardly_ever =
        "few samples meet what they tell of; the error is what so many values cannot exclude";
    static const std::vector<CoverageNote> notes = {{"condensation", "entropy_identity", hardly_ever},
                                                    {"condensation", "participation_identity", hardly_ever},
                                                    {"entropy_rate", "integrated_production", interpolation},
                                                    {"entropy_rate", "t_flux", interpolation},
                                                    {"franz_parisi", "inflection", interpolation},
                                                    {"franz_parisi", "minimum", interpolation},
                                                    {"order_parameter", "amplitude_ratio", window},
                                                    {"order_parameter", "beta", window},
                                                    {"order_parameter", "delta", window},
                                                    {"order_parameter", "gamma_ordered", window},
                                                    {"order_parameter", "magnetisation", exact},
                                                    {"order_parameter", "susceptibility", exact},
                                                    {"order_parameter", "theta_c", exact},
                                                    {"order_parameter", "theta_stability", exact},
                                                    {"generative_bath", "density",
                                                     "where bins are hardly ever reached, the error is what so many "
                                                     "values cannot exclude"},
                                                    {"phase_diagram", "outer_response", window},
                                                    {"phase_diagram", "response", window},
                                                    {"phase_diagram", "t_s", window},
                                                    {"phase_diagram", "t_usb", window},
                                                    {"potential", "barrier", interpolation},
                                                    {"potential", "minimum", interpolation},
                                                    {"potential", "t_s", interpolation},
                                                    {"potential", "t_usb", interpolation}};
    return notes;
}

const std::vector<CoverageNote>& known_failures() {
    static const std::string rare = "few realisations dominate its mean where it is small; their spread does not know them";
    static const std::vector<CoverageNote> notes = {{"rem", "participation_ratio", rare},
                                                    {"rem", "participation_ratio_2", rare},
                                                    {"rem", "participation_variance", rare},
                                                    {"spherical_condensation", "participation_ratio", rare},
                                                    {"spherical_condensation", "participation_ratio_2", rare}};
    return notes;
}

std::string reason_in(const std::vector<CoverageNote>& notes, const std::string& experiment, const std::string& quantity) {
    const auto found = std::find_if(notes.begin(), notes.end(), [&](const CoverageNote& one) {
        return one.experiment == experiment && one.quantity == quantity;
    });
    return found == notes.end() ? "" : found->reason;
}

}  // namespace gdm::test
