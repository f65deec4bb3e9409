#pragma once

#include <string>
#include <vector>

/// What is covered, and what is known of it beforehand.
namespace gdm::test {

/// A small grid of an experiment that includes its edges, as the text of a job.
struct CoverageGrid {
    std::string job;
    std::string why;  ///< which edges it includes
};
/// All of tests/coverage/grids, in the order of their names: a comment in the first line says why, the rest is the job.
[[nodiscard]] const std::vector<CoverageGrid>& coverage_grids();

/// What is said beforehand of one quantity of an experiment.
struct CoverageNote {
    std::string experiment;
    std::string quantity;
    std::string reason;
};
/// Quantities with a closed form beside them that is not the mean of what is measured.
[[nodiscard]] const std::vector<CoverageNote>& coverage_exclusions();
/// Quantities whose errors are larger than their spread, on purpose.
[[nodiscard]] const std::vector<CoverageNote>& conservative_quantities();
/// Quantities that are not covered as they should be.
[[nodiscard]] const std::vector<CoverageNote>& known_failures();

/// The reason that a list gives, or empty.
[[nodiscard]] std::string reason_in(const std::vector<CoverageNote>& notes, const std::string& experiment,
                                    const std::string& quantity);

}  // namespace gdm::test
