#pragma once

#include <any>
#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <vector>

namespace gdm {

/// A user's array, as handed to `prepare`: row-major values and their shape.
struct Array {
    std::vector<std::size_t> shape;
    std::shared_ptr<const double[]> values;
    std::uint64_t content_hash = 0;
    std::string source;  ///< file:/name, or the path of a file
};

/// The bytes of a file (Kind::file), whose shape is their number.
[[nodiscard]] inline std::span<const std::byte> bytes_of(const Array& file) {
    return {reinterpret_cast<const std::byte*>(file.values.get()), file.shape.front()};
}

/// The datasets of a job by parameter name.
using Inputs = std::map<std::string, Array>;
/// The shapes of a job's datasets by parameter name, and in Experiment::implied the values of whole numbers and words too.
using Shapes = std::map<std::string, std::vector<std::size_t>>;

/// What a job's datasets, or whole numbers, say of another parameter.
struct Implied {
    std::string key;         ///< a parameter, or an alternative of one
    std::string expression;  ///< its values, as in a job; "nan": it has no meaning beside a dataset
    bool fixed = false;      ///< the job may not give others; otherwise this takes the place of the default
};

/// What `prepare` builds and `run` reads: of any type, the same for all replicas.
using Context = std::any;

}  // namespace gdm
