#include "gdm/experiments/machines/training_data.hpp"

#include <fmt/format.h>

#include "gdm/base/error.hpp"

namespace gdm {

std::vector<Parameter> training_data_grid() {
    return {{.name = "data",
             .description = "training set; bars_and_stripes, shifter: all of their pictures; ising: configurations of the "
                            "square lattice; hopfield: a mixture of random patterns; dataset: one's own",
             .kind = Kind::word,
             .default_value = "bars_and_stripes",
             .words = {"bars_and_stripes", "shifter", "ising", "hopfield", "dataset"}},
            {.name = "size",
             .description = "pixels a side (bars_and_stripes), bits (shifter), sites a side (ising) or units (hopfield)",
             .kind = Kind::integer,
             .default_value = "4",
             .range = {.min = 1, .max = 65536}}};
}

std::vector<Parameter> training_data_settings() {
    return {{.name = "rows",
             .description = "rows of the training sets that are drawn, ising and hopfield",
             .role = Role::setting,
             .kind = Kind::integer,
             .default_value = "256",
             .range = {.min = 1, .max = 1e7}},
            {.name = "data_temperature",
             .unit = "J",
             .description = "temperature of the training set ising",
             .role = Role::setting,
             .default_value = "2.269",
             .range = {.min = 0.1, .max = 1e6}},
            {.name = "patterns",
             .description = "random patterns of the training set hopfield, with either sign",
             .role = Role::setting,
             .kind = Kind::integer,
             .default_value = "4",
             .range = {.min = 1, .max = 1e5}},
            {.name = "overlap",
             .description = "of a row of the training set hopfield with its pattern, on average",
             .role = Role::setting,
             .default_value = "0.8",
             .range = {.min = 0, .max = 1}},
            {.name = "dataset",
             .description = "training set of one's own, rows of 0 and 1; fixes data, size and rows",
             .role = Role::setting,
             .kind = Kind::dataset,
             .default_value = "none"}};
}

std::vector<Implied> implied_by_training_data(const Shapes& shapes) {
    const auto& shape = shapes.at("dataset");
    if (shape.size() != 2 || shape[0] < 1 || shape[1] < 1 || shape[1] > 65536)
        throw UsageError("the dataset must be a table of 0 and 1, a row an example, of at most 65536 columns");
    return {
        {"data", "dataset", true}, {"size", fmt::format("{}", shape[1]), true}, {"rows", fmt::format("{}", shape[0]), true}};
}

void check_training_data(const Point& point, const Shapes& shapes) {
    const std::string& data = point.word("data");
    if (data == "dataset" && !shapes.contains("dataset"))
        throw UsageError("data = dataset needs a dataset; give dataset = file.h5:/name");
    struct Limit {
        const char* data;
        double least, most;
    };
    for (const Limit& one : {Limit{"bars_and_stripes", 2, 12}, {"shifter", 3, 12}, {"ising", 2, 128}}) {
        if (data == one.data && (point["size"] < one.least || point["size"] > one.most))
            throw UsageError(fmt::format("size = {} is not allowed for the data {}: take {} to {}", point["size"], one.data,
                                         one.least, one.most));
    }
}

Context prepare_training_data(const Point&, const Inputs& inputs) {
    const auto found = inputs.find("dataset");
    if (found == inputs.end()) return {};
    const Array& array = found->second;
    BinaryData data{array.shape[1], std::vector<std::uint8_t>(array.shape[0] * array.shape[1])};
    for (std::size_t k = 0; k < data.units.size(); ++k) {
        const double value = array.values[static_cast<std::ptrdiff_t>(k)];
        if (value != 0 && value != 1)
            throw UsageError(
                fmt::format("{}: row {}, column {} is {}; a Boltzmann machine learns 0 and 1, so choose a "
                            "threshold before the dataset is written",
                            array.source, k / data.visible, k % data.visible, value));
        data.units[k] = static_cast<std::uint8_t>(value);
    }
    return data;
}

std::size_t visible_units(const Point& point) {
    const auto size = static_cast<std::size_t>(point.integer("size"));
    const std::string& data = point.word("data");
    if (data == "bars_and_stripes" || data == "ising") return size * size;
    return data == "shifter" ? 2 * size + 3 : size;
}

std::size_t training_rows(const Point& point) {
    const auto size = static_cast<std::size_t>(point.integer("size"));
    if (point.word("data") == "bars_and_stripes") return (std::size_t{2} << size) - 2;
    if (point.word("data") == "shifter") return std::size_t{3} << size;
    return static_cast<std::size_t>(point.integer("rows"));
}

BinaryData training_data(const Point& point, const Context& context, const RandomStream& random) {
    const auto size = static_cast<std::size_t>(point.integer("size"));
    const std::string& data = point.word("data");
    if (data == "dataset") return std::any_cast<const BinaryData&>(context);
    if (data == "bars_and_stripes") return bars_and_stripes(size);
    if (data == "shifter") return labelled_shifter(size);
    if (data == "ising") return ising_configurations(size, point["data_temperature"], training_rows(point), random);
    return hopfield_mixture(size, static_cast<std::size_t>(point.integer("patterns")), point["overlap"],
                            training_rows(point), random);
}

}  // namespace gdm
