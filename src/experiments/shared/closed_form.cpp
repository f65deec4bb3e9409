#include "gdm/experiments/shared/closed_form.hpp"

#include <utility>

#include "gdm/experiments/shared/mixture_parameters.hpp"

namespace gdm {

Theory closed_form(const std::string& name, const std::string& description,
                   std::function<double(const Point& point)> function) {
    return closed_form(name, description, "1", std::move(function));
}

Theory closed_form(const std::string& name, const std::string& description, const std::string& unit,
                   std::function<double(const Point& point)> function) {
    return {.name = name,
            .unit = unit,
            .description = description,
            .compute = [function = std::move(function)](const Point& point, std::span<double> value) {
                value[0] = function(point);
            }};
}

Theory closed_form_over_t(const std::string& name, const std::string& description,
                          std::function<double(const Point& point, double t)> function) {
    return {.name = name,
            .description = description,
            .axes = {"t"},
            .compute = [function = std::move(function)](const Point& point, std::span<double> value) {
                const auto times = point.axis("t");
                for (std::size_t k = 0; k < times.size(); ++k) value[k] = function(point, times[k]);
            }};
}

std::function<double(const Point&)> of_mixture(double (*function)(const GaussianMixture&)) {
    return [=](const Point& point) { return function(mixture_of(point)); };
}

std::function<double(const Point&, double)> of_mixture(double (*function)(const GaussianMixture&, double)) {
    return [=](const Point& point, double t) { return function(mixture_of(point), t); };
}

}  // namespace gdm
