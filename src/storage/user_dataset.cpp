#include "gdm/storage/user_dataset.hpp"

#include <fmt/format.h>
#include <xxhash.h>

#include <algorithm>
#include <cmath>
#include <filesystem>

#include "gdm/base/error.hpp"
#include "gdm/base/packed_spins.hpp"
#include "gdm/base/suggestion.hpp"
#include "gdm/parallel/node_memory.hpp"
#include "gdm/storage/configuration_rows.hpp"
#include "gdm/storage/disk.hpp"
#include "gdm/storage/hdf5.hpp"

namespace gdm {
namespace {

/// Numbers read at a time, 8 MiB of doubles.
constexpr std::size_t slab_numbers = std::size_t{1} << 20;

std::size_t product(const std::vector<std::size_t>& shape, std::size_t first = 0) {
    std::size_t size = 1;
    for (std::size_t i = first; i < shape.size(); ++i) size *= shape[i];
    return size;
}

/// Rows of numbers under a name in a file.
class Rows {
  public:
    Rows() = default;
    Rows(const Rows&) = delete;
    Rows& operator=(const Rows&) = delete;
    virtual ~Rows() = default;
    [[nodiscard]] virtual const std::vector<std::size_t>& shape() const noexcept = 0;
    /// Reads all numbers into `values`; returns their hash.
    [[nodiscard]] virtual std::uint64_t read(double* values) const = 0;
};

/// An open dataset of numbers with at least one axis.
class UserDataset : public Rows {
  public:
    UserDataset(const std::string& path, const std::string& name, const std::string& source) : source_(source) {
        file_ = hdf5::open_for_reading(path);
        dataset_ = hdf5::Dataset(H5Dopen2(file_, name.c_str(), H5P_DEFAULT));
        if (dataset_ < 0) {
            H5Eclear2(H5E_DEFAULT);
            std::vector<std::string> paths;
            for (const auto& member : hdf5::members(file_)) paths.push_back("/" + member);
            if (std::find(paths.begin(), paths.end(), name) != paths.end())
                throw UsageError(fmt::format("{}: '{}' is a group, not a dataset", path, name));
            throw UsageError(fmt::format("{} has no dataset '{}'{}", path, name, did_you_mean(name, paths, "; ")));
        }
        const hdf5::Type type(hdf5::check(H5Dget_type(dataset_), "cannot read a dataset's type"));
        const H5T_class_t kind = H5Tget_class(type);
        if (kind != H5T_FLOAT && kind != H5T_INTEGER) {
            throw UsageError(fmt::format("{}: holds no numbers; floating-point and integer datasets are read", source));
        }
        hdf5::require_data(dataset_, true);
        shape_ = hdf5::shape_of(dataset_);
        if (shape_.empty()) throw UsageError(fmt::format("{}: a single number; a dataset has rows", source));
        if (product(shape_) == 0) throw UsageError(fmt::format("{}: the dataset is empty", source));
    }

    [[nodiscard]] const std::vector<std::size_t>& shape() const noexcept override { return shape_; }

    /// Slab by slab, each as many as fit of the indices along one axis.
    [[nodiscard]] std::uint64_t read(double* values) const override {
        std::size_t axis = 0;  // the slabs are cut along this one
        while (axis + 1 < shape_.size() && product(shape_, axis + 1) > slab_numbers) ++axis;
        const std::size_t inner = product(shape_, axis + 1), outer = product(shape_) / inner / shape_[axis];
        const std::size_t most = std::max<std::size_t>(1, slab_numbers / inner);
        const hdf5::Space space(hdf5::check(H5Dget_space(dataset_), "cannot read a dataspace"));
        std::vector<hsize_t> start(shape_.size(), 0), count(shape_.begin(), shape_.end());
        std::fill_n(count.begin(), axis, 1);
        const std::unique_ptr<XXH3_state_t, decltype(&XXH3_freeState)> hash(XXH3_createState(), XXH3_freeState);
        XXH3_64bits_reset(hash.get());
        for (std::size_t i = 0; i < outer; ++i) {
            for (std::size_t k = axis, rest = i; k-- > 0; rest /= shape_[k]) start[k] = rest % shape_[k];
            for (std::size_t first = 0; first < shape_[axis]; first += most) {
                start[axis] = first;
                count[axis] = std::min(most, shape_[axis] - first);
                const std::size_t offset = (i * shape_[axis] + first) * inner, size = count[axis] * inner;
                read_slab(space, start, count, {values + offset, size});
                refuse_non_finite({values + offset, size}, offset);
                XXH3_64bits_update(hash.get(), values + offset, size * sizeof(double));
            }
        }
        return XXH3_64bits_digest(hash.get());
    }

  private:
    void read_slab(const hdf5::Space& space, const std::vector<hsize_t>& start, const std::vector<hsize_t>& count,
                   std::span<double> values) const {
        const std::string trouble = fmt::format("cannot read {}", source_);
        hdf5::check(H5Sselect_hyperslab(space, H5S_SELECT_SET, start.data(), nullptr, count.data(), nullptr), trouble);
        const hdf5::Space memory = hdf5::simple_space({values.size()});
        hdf5::check(H5Dread(dataset_, H5T_NATIVE_DOUBLE, memory, space, H5P_DEFAULT, values.data()), trouble);
    }

    void refuse_non_finite(std::span<const double> values, std::size_t offset) const {
        const auto bad = std::find_if(values.begin(), values.end(), [](double value) { return !std::isfinite(value); });
        if (bad == values.end()) return;
        const std::size_t row = (offset + static_cast<std::size_t>(bad - values.begin())) / product(shape_, 1);
        const bool of_sweep = source_.find(":/replicas/") != std::string::npos;
        throw UsageError(fmt::format("{}: row {} (counted from 0) holds {}; numbers must be finite{}", source_, row,
                                     std::isnan(*bad) ? "NaN" : "infinity",
                                     of_sweep
                                         ? ", and those of replicas that were not computed are NaN: finish the sweep, or "
                                           "write the rows that are there to a file of their own"
                                         : ""));
    }

    std::string source_;
    hdf5::File file_;
    hdf5::Dataset dataset_;
    std::vector<std::size_t> shape_;
};

/// The configurations that a sweep stored.
class Configurations : public Rows {
  public:
    Configurations(const std::string& path, const std::string& choice) : rows_(path, choice) {}
    [[nodiscard]] const std::vector<std::size_t>& shape() const noexcept override { return rows_.shape(); }
    [[nodiscard]] std::uint64_t read(double* values) const override {
        rows_.read({values, product(shape())});
        return XXH3_64bits(values, product(shape()) * sizeof(double));
    }

  private:
    ConfigurationRows rows_;
};

/// FILE.h5:/NAME, or FILE.h5:/replicas/configurations[NAME = VALUE, …].
std::unique_ptr<const Rows> open_rows(const std::string& source) {
    const auto bracket = source.find('[');
    const std::string place = source.substr(0, bracket);
    const auto colon = place.rfind(":/");
    if (const auto command = dataset_command(place.substr(0, colon)); !command.empty()) {
        throw UsageError(fmt::format("a dataset is given as FILE.h5:/NAME; {}", command));
    }
    if (colon == std::string::npos || colon == 0 || colon + 2 >= place.size()) {
        throw UsageError(fmt::format("'{}': a dataset is given as FILE.h5:/NAME", source));
    }
    const std::string path = place.substr(0, colon), name = place.substr(colon + 1);
    const bool closed = bracket == std::string::npos || source.back() == ']';
    if (name == fmt::format("/replicas/{}", configurations_name) && closed) {
        return std::make_unique<Configurations>(
            path, bracket == std::string::npos ? "" : source.substr(bracket + 1, source.size() - bracket - 2));
    }
    if (bracket != std::string::npos) {
        throw UsageError(fmt::format("'{}': [NAME = VALUE, …] chooses a point of {} in a sweep file", source,
                                     fmt::format(":/replicas/{}", configurations_name)));
    }
    return std::make_unique<UserDataset>(path, name, source);
}

}  // namespace

std::string dataset_command(const std::string& path) {
    const std::filesystem::path file(path);
    const std::string ending = file.extension().string();
    if (ending != ".npy" && ending != ".npz" && ending != ".csv") return {};
    const std::string made = std::filesystem::path(file).replace_extension(".h5").string();
    return fmt::format("analysis/make_dataset.py {} {} makes {}:/x of it", path, made, made);
}

std::vector<std::size_t> user_dataset_shape(const std::string& source) { return open_rows(source)->shape(); }

Array read_user_dataset(const std::string& source) {
    const auto dataset = open_rows(source);
    const std::size_t size = product(dataset->shape());
    require_memory(8.0 * static_cast<double>(size), source);
    const std::shared_ptr<double[]> values(new double[size]);
    Array array{dataset->shape(), values, 0, source};
    array.content_hash = dataset->read(values.get());
    return array;
}

Array read_user_dataset(const Communicator& world, const std::string& source, int ranks_per_node) {
    const Communicator node = world.node(ranks_per_node);
    std::unique_ptr<const Rows> dataset;
    world.together([&] {
        if (node.rank() == 0) dataset = open_rows(source);
    });
    Array array;
    array.source = source;
    if (node.rank() == 0) array.shape = dataset->shape();
    array.shape.resize(static_cast<std::size_t>(node.broadcast(static_cast<std::int64_t>(array.shape.size()))));
    for (std::size_t& n : array.shape) n = static_cast<std::size_t>(node.broadcast(static_cast<std::int64_t>(n)));

    std::shared_ptr<const NodeMemory> memory;
    world.together([&] { memory = std::make_shared<const NodeMemory>(node, product(array.shape) * sizeof(double)); });
    auto* values = static_cast<double*>(memory->data());
    world.together([&] {
        if (node.rank() == 0) array.content_hash = dataset->read(values);
    });
    array.content_hash = static_cast<std::uint64_t>(node.broadcast(static_cast<std::int64_t>(array.content_hash)));
    array.values = std::shared_ptr<const double[]>(memory, values);
    return array;
}

}  // namespace gdm
