#include "gdm/physics/process/forward_process.hpp"

#include <cmath>

namespace gdm {

double noise_variance(double t) { return -std::expm1(-2 * t); }

double brownian_from_time(double t) { return std::expm1(2 * t); }

double time_from_brownian(double theta) { return theta >= 0 ? 0.5 * std::log1p(theta) : nan_time; }

double alpha_bar_from_time(double t) { return std::exp(-2 * t); }

double time_from_alpha_bar(double alpha_bar) {
    return alpha_bar > 0 && alpha_bar <= 1 ? -0.5 * std::log(alpha_bar) : nan_time;
}

double signal_of_time(double t) { return 1 / brownian_from_time(t); }

double time_of_signal(double gamma) { return 0.5 * std::log1p(1 / gamma); }

double state_from_brownian(double x, double t) { return std::exp(-t) * x; }

}  // namespace gdm
