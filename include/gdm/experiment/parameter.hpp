#pragma once

#include <functional>
#include <limits>
#include <string>
#include <string_view>
#include <vector>

#include "gdm/base/words.hpp"
#include "gdm/experiment/point.hpp"

namespace gdm {

/// grid: an axis whose product with the others is scattered over ranks. inner: an axis evaluated inside one replica,
/// because the work is shared (t along a trajectory). setting: one value for the whole sweep. fixed: no parameter, but an
/// axis that observables span (used in files, not in declarations of parameters).
enum class Role { grid, inner, setting, fixed };
inline constexpr Words role_words{std::array{Word{Role::grid, "grid"}, Word{Role::inner, "inner"},
                                             Word{Role::setting, "setting"}, Word{Role::fixed, "fixed"}}};

/// dataset: a path `file.h5:/name`, file: a path; the program loads numbers or bytes and hands them to `prepare`. One that
/// may be left out has the default `none`, and is then not among the inputs.
enum class Kind { real, integer, word, dataset, file };
[[nodiscard]] constexpr bool is_input(Kind kind) noexcept { return kind == Kind::dataset || kind == Kind::file; }

/// The values a number may take; `text()` is what messages and --describe print.
struct Range {
    double min = -std::numeric_limits<double>::infinity();
    double max = std::numeric_limits<double>::infinity();
    bool open_min = false;  ///< min itself is not allowed
    bool open_max = false;
    bool or_infinity = false;  ///< +inf is allowed too; otherwise every value is finite
    [[nodiscard]] bool contains(double value) const;
    [[nodiscard]] std::string text() const;
};

/// The words of another parameter beside which something is allowed; no parameter: always.
struct OnlyWith {
    std::string parameter = {};
    std::vector<std::string> words = {};
    [[nodiscard]] std::string text() const;  ///< `noise = gaussian`
};

/// Another name under which a parameter may be given: α = ln N / d for N.
struct Alternative {
    std::string name;
    std::string unit = "1";
    std::string description = {};
    Range range = {};
    /// The parameter's value from the alternative's. The point holds the settings and the grid parameters declared before
    /// this one; for an inner axis or a setting, which is stored as the parameter itself, it is empty.
    std::function<double(double value, const Point& point)> to_parameter;
    OnlyWith only_with = {};
};

struct Parameter {
    std::string name;
    std::string unit = "1";
    std::string description = {};
    Role role = Role::grid;
    Kind kind = Kind::real;
    std::string default_value = {};  ///< as in a job file: `linspace(0, 1, 5)`, `1, 4, 16`, `heun`; "" = must be given
    Range range = {};
    std::vector<std::string> words = {};  ///< the allowed words of Kind::word
    /// Keyed values enter the random key. Points that differ only in unkeyed parameters share random numbers on purpose.
    /// By default grid parameters are keyed; settings and inner axes are not.
    bool keyed = true;
    std::vector<Alternative> alternatives = {};
    /// For an inner axis in units that depend on the point: the coordinate from the job's value. Values given under an
    /// alternative's name are the coordinate itself.
    std::function<double(double value, const Point& point)> scale = {};
    std::vector<std::string> former_names = {};  ///< what it was called in earlier versions: refused with the new name
};

/// `value` rounded to 12 significant digits, as it is hashed and run, so that a refined linspace meets its old values.
[[nodiscard]] double round_to_12_digits(double value);

}  // namespace gdm
