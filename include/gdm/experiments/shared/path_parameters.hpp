#pragma once

#include <string>
#include <vector>

#include "gdm/experiment/experiment.hpp"
#include "gdm/physics/paths/path_block.hpp"

/// Parameters shared by the experiments that run paths step by step, and what they say at a point. Defaults are as in a job.
namespace gdm {

/// `integrator`: words of `words`, names of Integrator (all eight if empty).
[[nodiscard]] Parameter integrator_parameter(Role role, const std::string& default_value,
                                             const std::vector<std::string>& words = {});
/// The words of the integrators of the SDE.
[[nodiscard]] const std::vector<std::string>& sde_integrators();
/// `direction`: forward, reverse.
[[nodiscard]] Parameter direction_parameter(Role role, const std::string& default_value);
/// `dt`: the length of a step.
[[nodiscard]] Parameter dt_parameter(Role role, const std::string& default_value);
/// Settings `T`, `time_grid` (uniform, logarithmic, clock), `precision` (double, single) and `samples`.
[[nodiscard]] std::vector<Parameter> path_settings(const std::string& duration, const std::string& samples,
                                                   const std::string& time_grid = "uniform");
/// Setting `method`: reduced, full.
[[nodiscard]] Parameter method_parameter();

/// Setting `start`: exact, noise.
[[nodiscard]] Parameter start_parameter(const std::string& description);

[[nodiscard]] StartState start_of(const Point& point);
[[nodiscard]] Integrator integrator_of(const Point& point);
[[nodiscard]] Direction direction_of(const Point& point);
[[nodiscard]] Precision precision_of(const Point& point);
[[nodiscard]] Method method_of(const Point& point);
/// Those of a point with `integrator`, `direction`, `dt` and `time_grid`, any of which may be missing (then the default of
/// PathSettings).
[[nodiscard]] PathSettings path_settings_of(const Point& point);
/// Throws UsageError if the last step of a reverse path of this point, which ends at t = 0, spans more than two relaxation
/// times: its drift would tell nothing of the variance that it ends in. The same for any forward step of euler_maruyama or
/// heun, which amplify the state there.
void check_step(const Point& point);
/// Nanoseconds of one step of one trajectory.
[[nodiscard]] double path_step_cost(const Point& point);

}  // namespace gdm
