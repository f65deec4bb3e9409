#pragma once
#ifdef GDM_PYTHON_EXPERIMENTS
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "conversion.hpp"
#include "gdm/experiment/experiment.hpp"
#include "interpreter.hpp"

namespace gdm {

/// The functions of a model as the program calls them. Those of a replica throw std::runtime_error with the place in the
/// model, and Stopped; the others UsageError. Before a sweep check() and state_size() throw Stopped, prepare() a resumable
/// Error, if `stop` was requested and they do not return.
class Functions {
  public:
    Functions(SharedObject model, const Experiment& experiment, const Stop& stop);

    void run(const Point& point, const Context& context, const RandomStream& random, const Stop& stop, Values& values) const;
    void run_from(const Point& point, const Context& context, const RandomStream& random, const Stop& stop,
                  Checkpoint& checkpoint, Values& values) const;
    [[nodiscard]] std::size_t state_size(const Point& point) const;

    /// `declaration` is the place among the model's declarations; without `combined` a theory.
    void evaluate(std::size_t declaration, const std::vector<std::string>& axes, const Point& point,
                  const Combined* combined, std::span<double> value, std::span<double> systematic) const;
    /// What a declaration along an axis says under a keyword, at a value of the axis.
    [[nodiscard]] double of_value(std::size_t declaration, const char* keyword, const Point& point, double value) const;

    void check(const Point& point) const;
    [[nodiscard]] Context prepare(const Point& settings, const Inputs& inputs) const;
    [[nodiscard]] double cost(const Point& point) const;

  private:
    void replica(const pybind11::object& model, const Point& point, const Context& context, const RandomStream& random,
                 const pybind11::object& saved, Values& values) const;
    void store(const Point& point, const std::string& name, const pybind11::handle& value, Values& values) const;

    SharedObject model_;
    Conversion convert_;
    Stop stop_;
    std::string file_;
    std::vector<std::string> names_;
    std::vector<std::vector<std::string>> axes_;
};

}  // namespace gdm
#endif
