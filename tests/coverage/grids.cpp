#include "coverage/grids.hpp"

#include <algorithm>

namespace gdm::test {

const std::vector<CoverageGrid>& coverage_grids() {
    static const std::vector<CoverageGrid> grids = {
        {"experiment = condensation\nstate = planted\nmethod = levels\nd = 4, 64\nln_N = 3, 16\nt = 0.35, 0.7, 1, 1.3, 2\n"
         "samples = 32\nlevels = 64\nreplicas = 8\n",
         "the identities from frozen to free"},
        {"experiment = condensation\nstate = planted\nmethod = dataset\nd = 16\nN = 64\nt = 0.5, 1, 1.5\nsamples = 16\n"
         "replicas = 8\n",
         "the same with points drawn one by one"},
        {"experiment = entropy_rate\nmu = 0, 1\nsigma2 = 0.4, 2\nd = 1, 16\ndirection = forward, reverse\ndt = 0.005\n"
         "integrator = heun\nt = 0, 0.05, 0.1, 0.2, 0.4, 0.8, 1.2\nT = 1.2\nsamples = 200\nreplicas = 8\n",
         "d > 1; the ends of the time axis"},
        {"experiment = entropy_rate\nmu = 1\nsigma2 = 0.4\nd = 1, 64\ndirection = forward, reverse\ndt = 0.05\n"
         "integrator = euler_maruyama\nt = 0, 0.05, 0.1, 0.2, 0.4, 0.8, 1.2\nT = 1.2\nsamples = 4000\nreplicas = 8\n",
         "steps so long that the continuum is far away"},
        {"experiment = fluctuation_theorem\nmu = 0.5, 1\nsigma2 = 0.3, 1, 1.25\nd = 1, 4\ndirection = forward, reverse\n"
         "dt = 0.02\nT = 3\nsamples = 1000\nreplicas = 8\n",
         "without a finite variance; d > 1"},
        {"experiment = franz_parisi\nmu = 1\nsigma2 = 0.1\nd = 1, 16\nt = 0.1, 0.42, 2\nq = geomspace(0.02, 6, 80)\n"
         "samples = 128\nreplicas = 8\n",
         "one minimum and two; d > 1"},
        {"experiment = phase_diagram\nmu = 0.05, 0.5, 1.2\nsigma2 = 0.1, 1.1, 3\nd = 1, 16\n"
         "t = 0, 0.02, 0.08, 0.18, 0.32, 0.5, 0.72, 0.98, 1.28, 1.62, 2\nintegrator = exact\nsamples = 64\nreplicas = 8\n",
         "all three phases; clones that always agree; d > 1"},
        {"experiment = potential\nmu = 0.3, 1\nsigma2 = 1, 3\nd = 1\nN = inf\nt = 0.1, 0.4, 0.8\nx = linspace(-6, 6, 61)\n"
         "replicas = 2\n",
         "the exact density"},
        {"experiment = rem\nM = 1, 10, 50, 200\nbeta_ratio = 0.5, 0.8, 1, 1.5, 2, 4\nsamples = 100\nlevels = 64\n"
         "replicas = 8\n",
         "two levels to 2^200; below and above the transition"},
        {"experiment = sample_quality\nmu = 1\nsigma2 = 0.2, 1, 3\nd = 1, 4\ndt = 0.05\nintegrator = exact\nT = 8\n"
         "samples = 500\nreplicas = 8\n",
         "narrow and wide classes; d > 1"},
        {"experiment = speciation\nmu = 1\nsigma2 = 1\nd = 4, 256, 16384\nt = 0.1, 0.5, 0.8, 1, 1.5, 2.5\nsamples = 100\n"
         "replicas = 8\n",
         "clones that always agree, and that never know"},
        {"experiment = spherical_condensation\nd = 8, 128\nalpha = 0.1, 0.4, 1.6\ntheta = 0.2, 0.6, 0.9, 1.2, 2\n"
         "samples = 100\nlevels = 64\nreplicas = 8\n",
         "few points to e^200; frozen to free"},
        {"experiment = trajectories\nmu = 1\nsigma2 = 0.1, 1\nd = 1, 2\ndirection = forward\nintegrator = exact\n"
         "t = 0, 0.5, 2\na = linspace(-3.9, 3.9, 27)\npath = 0\nT = 2\nsamples = 500\nreplicas = 8\n",
         "bins that are nearly empty"},
        {"experiment = two_deltas\ntheta = 0.5, 0.9, 1.2\nh = 0, 0.02\nK = 16, 64\nsamples = 512\nsweeps = 64\n"
         "replicas = 8\n",
         "ordered and disordered; in a field"},
    };
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
    static const std::vector<CoverageNote> notes = {{"entropy_rate", "integrated_production", interpolation},
                                                    {"entropy_rate", "t_flux", interpolation},
                                                    {"franz_parisi", "inflection", interpolation},
                                                    {"franz_parisi", "minimum", interpolation},
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
