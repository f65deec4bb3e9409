#include "gdm/runner/placement.hpp"

#include <fmt/format.h>

#include <cmath>

#include "gdm/base/error.hpp"
#include "gdm/base/text.hpp"

namespace gdm {

std::size_t parse_alignment(const std::string& text) {
    constexpr std::string_view units = "kMG";
    const auto unit = text.empty() ? std::string_view::npos : units.find(text.back());
    const bool has_unit = unit != std::string_view::npos;
    const auto number = parse_number(text.substr(0, text.size() - (has_unit ? 1 : 0)));
    const double bytes = number ? std::ldexp(*number, has_unit ? 10 * (static_cast<int>(unit) + 1) : 0) : 0;
    if (!(bytes >= 1 && bytes <= std::ldexp(1., 30)) || bytes != std::floor(bytes)) {
        throw UsageError(fmt::format("--alignment {}: takes a number of bytes up to 1G, such as 4194304, 512k or 4M", text));
    }
    return static_cast<std::size_t>(bytes);
}

MpiHints parse_mpi_hints(const std::string& text) {
    MpiHints hints;
    for (const auto& pair : split(text, ',')) {
        const auto middle = pair.find('=');
        const std::string key(trim(pair.substr(0, middle)));
        const std::string value(middle == std::string::npos ? "" : trim(pair.substr(middle + 1)));
        if (key.empty() || value.empty() || key.size() >= MPI_MAX_INFO_KEY || value.size() >= MPI_MAX_INFO_VAL) {
            throw UsageError(
                fmt::format("--mpi-io-hints: '{}' is no pair; takes KEY=VALUE with commas between, such as "
                            "cb_nodes=4,romio_ds_write=disable",
                            pair));
        }
        hints.emplace_back(key, value);
    }
    return hints;
}

}  // namespace gdm
