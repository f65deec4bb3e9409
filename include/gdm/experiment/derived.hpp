#pragma once

#include <functional>
#include <span>
#include <string>
#include <vector>

#include "gdm/experiment/point.hpp"
#include "gdm/experiment/values.hpp"

namespace gdm {

/// How the error of a derived quantity is found. jackknife: without each replica in turn, right for smooth functions of the
/// combined observables. bootstrap: on resamples of the replicas (Efron 1979), for those that jump, such as a maximum or a
/// crossing.
enum class ErrorMethod { jackknife, bootstrap };

/// A function of the combined observables (a Binder cumulant, a crossing time), computed by the reduction, which gives
/// it an error over replicas.
struct Derived {
    std::string name;
    std::string unit = "1";
    std::string description;
    std::vector<std::string> axes = {};
    ErrorMethod error = ErrorMethod::jackknife;
    /// Fills `value`; may fill `systematic` (zero on entry) with the part of the error that more replicas do not reduce
    /// (extrapolation, interpolation); it is added in quadrature.
    std::function<void(const Point& point, const Combined& combined, std::span<double> value, std::span<double> systematic)>
        compute;
    /// Why there is no error where `compute` makes `systematic` NaN beside a value.
    std::string error_missing = "the part of it that more replicas do not reduce is not known";
};

/// A closed form that stands beside a measured quantity, as the variable `name` of the reduced file.
struct Theory {
    std::string name;
    std::string unit = "1";
    std::string description;
    std::vector<std::string> axes = {};
    std::function<void(const Point& point, std::span<double> value)> compute;
};

}  // namespace gdm
