#include "gdm/experiment/chain_observables.hpp"

#include <algorithm>
#include <cmath>

namespace gdm {

std::vector<Observable> chain_observables(Observable average, const std::string& chain_length) {
    const auto beside = [&](const std::string& end, const std::string& unit, const std::string& description) {
        return Observable{.name = average.name + end,
                          .unit = unit,
                          .description = description + average.name,
                          .axes = average.axes,
                          .may_be_missing = average.may_be_missing};
    };
    Observable error = beside("_binned_error", average.unit, "binning error of ");
    error.error_of = average.name;
    Observable tau = beside("_tau", "step", "integrated autocorrelation time of ");
    tau.tau_of = average.name;
    tau.chain_length = chain_length;
    Observable tau_error = beside("_tau_error", "step", "error of the integrated autocorrelation time of ");
    tau_error.error_of = tau.name;
    average.axes.emplace_back(block_axis);
    return {std::move(average), std::move(error), std::move(tau), std::move(tau_error)};
}

Observable starts_observable(const Observable& average) {
    return {.name = average.name + "_start_z",
            .description = "difference of two starts in " + average.name + ", in units of its error",
            .axes = combined_axes(average.axes),
            .starts_of = average.name};
}

void set_blocks(const Values& values, const std::string& name, const ChainAverage& average, std::size_t place) {
    const std::vector<double> means = average.block_means();
    std::copy(means.begin(), means.end(), values[name].begin() + static_cast<std::ptrdiff_t>(place * means.size()));
}

void set_chain(const Values& values, const std::string& name, const ChainAverage& average, std::size_t place) {
    set_blocks(values, name, average, place);
    const BinnedMean binned = average.binned();
    values[name + "_binned_error"][place] = binned.error;
    values[name + "_tau"][place] = binned.tau;
    values[name + "_tau_error"][place] = std::isfinite(binned.tau_error) ? binned.tau_error : 0;  // of a constant chain
}

}  // namespace gdm
