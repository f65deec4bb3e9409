#pragma once
#ifdef GDM_PYTHON_EXPERIMENTS
#include <pybind11/numpy.h>

#include <map>
#include <span>
#include <string>
#include <vector>

#include "gdm/experiment/experiment.hpp"

namespace gdm {

/// The numbers of a model's parameters and axes, both ways. All of it under the interpreter's lock.
class Conversion {
  public:
    explicit Conversion(const Experiment& experiment);

    using Shape = std::vector<pybind11::ssize_t>;
    /// Lengths of axes at a point.
    [[nodiscard]] Shape shape(const Point& point, const std::vector<std::string>& axes) const;
    /// Parameters by name: floats, ints, words, arrays. `settings`: without those of the grid.
    [[nodiscard]] pybind11::dict values(const Point& point, bool settings = false) const;
    /// Combined observables by name: numbers and arrays.
    [[nodiscard]] pybind11::dict means(const Point& point, const Combined& combined) const;

  private:
    std::vector<Parameter> parameters_;
    std::vector<Observable> observables_;
    std::map<std::string, std::size_t> fixed_;
};

/// Numbers of Python into `out`. Throws std::runtime_error "GIVER returned ROLE…, where … is needed" if they are none, or of
/// another shape; `role` ("for 'density' ") ends in a space, or is empty.
void fill(std::span<double> out, pybind11::handle value, const Conversion::Shape& shape, const std::string& giver,
          const std::string& role = {});

/// The datasets of a job as read-only arrays that share their memory.
[[nodiscard]] pybind11::dict arrays(const Inputs& inputs);

}  // namespace gdm
#endif
