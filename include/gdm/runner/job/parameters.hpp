#pragma once

#include <span>
#include <string>
#include <vector>

#include "gdm/experiment/experiment.hpp"
#include "gdm/runner/job/entry.hpp"

namespace gdm {

/// The values of one parameter and the name under which the job gives them. The experiment must outlive it.
struct GivenParameter {
    const Parameter* parameter = nullptr;
    const Alternative* alternative = nullptr;  ///< whose values these are; of a grid axis alone
    JobEntry entry;
    std::string key;             ///< as the job names it
    std::vector<double> values;  ///< of a column of a table: one a row, the same perhaps several times
    /// Whether the values are in units that depend on the point; those of an alternative never are.
    [[nodiscard]] bool scaled() const { return parameter->scale && key == parameter->name; }
    [[nodiscard]] bool in_table() const { return entry.table != nullptr; }
    [[nodiscard]] const std::string& name() const { return alternative != nullptr ? alternative->name : parameter->name; }
};

/// The values that the job gives a parameter, under whichever of its names, or its default. Values that an alternative gives
/// an inner axis or a setting become the parameter's own. Throws UsageError: not given, given twice, or not allowed.
[[nodiscard]] GivenParameter read_parameter(const Parameter& parameter, const JobEntries& entries);

/// Throws UsageError where an alternative is given beside a word of another parameter to which it does not belong.
void refuse_foreign_alternatives(std::span<const GivenParameter> parameters);

/// The parameter's value that value number `i` of its alternative means at a point. Throws UsageError if it is out of
/// range.
[[nodiscard]] double parameter_value(const GivenParameter& given, std::size_t i, const Point& point);

/// The same parameter with other values. Throws UsageError if one of them is not allowed.
[[nodiscard]] GivenParameter with_values(GivenParameter given, std::span<const double> values);

}  // namespace gdm
