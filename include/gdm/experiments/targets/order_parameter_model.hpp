#pragma once

#include <memory>
#include <span>
#include <string>
#include <vector>

#include "gdm/base/stop.hpp"
#include "gdm/experiment/point.hpp"
#include "gdm/experiments/targets/target_points.hpp"
#include "gdm/physics/targets/self_consistency.hpp"

namespace gdm {

/// A law with the directions in which it is looked at.
struct OrderParameterModel {
    std::unique_ptr<TargetLaw> law;
    std::string target;
    std::vector<double> points;
    std::vector<double> centre;       ///< ⟨y⟩
    std::vector<double> axis;         ///< unit vector from there to the first point: that of fields and magnetisations
    std::vector<double> second_axis;  ///< across it towards the second point; empty if there is no other direction
    std::vector<double> mixtures;     ///< random means of points, where branches are looked for
    double largest_square = 0;        ///< max ‖y‖²

    [[nodiscard]] std::size_t n() const { return centre.size(); }
    [[nodiscard]] std::span<const double> point(std::size_t j) const { return std::span(points).subspan(j * n(), n()); }
    [[nodiscard]] std::vector<double> field(double h) const {
        std::vector<double> field = axis;
        for (double& value : field) value *= h;
        return field;
    }
    [[nodiscard]] double along(std::span<const double> m, std::span<const double> direction) const;
    [[nodiscard]] double across_count() const { return law->dimension() - static_cast<double>(n()); }
    /// Whether one has less free energy than the other; of states that a symmetry connects the one along the axis counts.
    [[nodiscard]] bool is_ground(const Branch& one, const Branch& other) const;
};

/// That of a point; random points, or a choice of the user's rows, belong to the replica. `data`: null for other targets.
[[nodiscard]] OrderParameterModel order_parameter_model(const Point& point, const TargetPoints* data,
                                                        const RandomStream& random);

/// All branches that are found in a field along the axis, minima first, each group by free energy. `proven`: set to whether
/// no other can exist.
[[nodiscard]] std::vector<Branch> branches_of(const OrderParameterModel& model, double theta, double h, const Stop& stop,
                                              bool* proven = nullptr);

}  // namespace gdm
