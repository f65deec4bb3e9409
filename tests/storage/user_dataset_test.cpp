#include "gdm/storage/user_dataset.hpp"

#include <gtest/gtest.h>

#include <cstdint>
#include <fstream>
#include <functional>
#include <limits>
#include <numeric>

#include "gdm/base/error.hpp"
#include "gdm/parallel/node_memory.hpp"
#include "gdm/storage/hdf5.hpp"
#include "support/process.hpp"

/// Run under mpirun: every rank runs every test, the first writes the files.
namespace gdm::test {
namespace {

const Communicator& world() {
    static const Communicator all = Communicator::world();
    return all;
}

/// A file of datasets that the first rank writes and all read.
class SharedFile {
  public:
    explicit SharedFile(const std::function<void(hid_t)>& write) {
        if (world().rank() == 0) {
            directory_ = std::make_unique<TemporaryDirectory>();
            path_ = (*directory_ / "data.h5").string();
            const hdf5::File file(H5Fcreate(path_.c_str(), H5F_ACC_TRUNC, H5P_DEFAULT, H5P_DEFAULT));
            write(file);
        }
        path_ = world().broadcast(path_);
    }
    ~SharedFile() { world().barrier(); }
    [[nodiscard]] std::string operator/(const std::string& name) const { return path_ + ":/" + name; }

  private:
    std::unique_ptr<TemporaryDirectory> directory_;
    std::string path_;
};

/// Writes doubles as numbers of another type, in chunks if these are given.
void write_as(hid_t file, const std::string& name, hid_t type, const std::vector<std::size_t>& shape,
              const std::vector<double>& values, const std::vector<hsize_t>& chunks = {}) {
    const hdf5::Space space = hdf5::simple_space(shape);
    const hdf5::PropertyList properties(H5Pcreate(H5P_DATASET_CREATE));
    if (!chunks.empty()) H5Pset_chunk(properties, static_cast<int>(chunks.size()), chunks.data());
    const hdf5::Dataset dataset(H5Dcreate2(file, name.c_str(), type, space, H5P_DEFAULT, properties, H5P_DEFAULT));
    ASSERT_GE(H5Dwrite(dataset, H5T_NATIVE_DOUBLE, H5S_ALL, H5S_ALL, H5P_DEFAULT, values.data()), 0);
}

/// The message of the Error that `action` throws (together() throws it as one of the base class), or "".
template <class Action>
std::string message_of(Action&& action) {
    try {
        static_cast<void>(action());
    } catch (const Error& error) {
        EXPECT_EQ(error.code(), ExitCode::usage);
        return error.what();
    }
    return "";
}

std::vector<double> counting(std::size_t size) {
    std::vector<double> values(size);
    std::iota(values.begin(), values.end(), 0.);
    return values;
}

TEST(UserDataset, ConvertsEveryTypeAndHashesTheNumbers) {
    const auto numbers = counting(60);
    const SharedFile file([&](hid_t id) {
        write_as(id, "f64", H5T_IEEE_F64LE, {5, 12}, numbers);
        write_as(id, "u8", H5T_STD_U8LE, {5, 12}, numbers);
        write_as(id, "i32be", H5T_STD_I32BE, {5, 12}, numbers, {2, 5});
        write_as(id, "f32", H5T_IEEE_F32LE, {5, 12}, numbers);
        write_as(id, "cube", H5T_IEEE_F64LE, {5, 3, 4}, numbers);
        auto other = numbers;
        other[59] = 7;
        write_as(id, "other", H5T_IEEE_F64LE, {5, 12}, other);
    });
    const Array reference = read_user_dataset(world(), file / "f64");
    for (const char* name : {"f64", "u8", "i32be", "f32", "cube"}) {
        const Array array = read_user_dataset(world(), file / name);
        EXPECT_EQ(std::vector<double>(array.values.get(), array.values.get() + 60), numbers) << name;
        EXPECT_EQ(array.content_hash, reference.content_hash) << name;
        EXPECT_EQ(array.source, file / name);
        EXPECT_EQ(array.shape, user_dataset_shape(file / name));
    }
    EXPECT_EQ(user_dataset_shape(file / "cube"), (std::vector<std::size_t>{5, 3, 4}));
    EXPECT_NE(read_user_dataset(world(), file / "other").content_hash, reference.content_hash);
}

/// Slabs end inside the array: along rows, along columns of rows that are too long, with a rest.
TEST(UserDataset, LargeArraysAreReadInSlabs) {
    const std::vector<std::vector<std::size_t>> shapes = {{2500, 1000}, {2, 1300000}, {2, 3, 400001}, {2500001}};
    const SharedFile file([&](hid_t id) {
        for (std::size_t i = 0; i < shapes.size(); ++i) {
            std::size_t size = 1;
            for (const std::size_t n : shapes[i]) size *= n;
            write_as(id, "x" + std::to_string(i), H5T_STD_I32LE, shapes[i], counting(size));
        }
    });
    for (std::size_t i = 0; i < shapes.size(); ++i) {
        const Array array = read_user_dataset(world(), file / ("x" + std::to_string(i)));
        ASSERT_EQ(array.shape, shapes[i]);
        std::size_t size = 1, wrong = 0;
        for (const std::size_t n : shapes[i]) size *= n;
        for (std::size_t k = 0; k < size; ++k) wrong += array.values[k] == static_cast<double>(k) ? 0 : 1;
        EXPECT_EQ(wrong, 0u);
    }
}

TEST(UserDataset, TheRanksOfANodeShareOneCopy) {
    const SharedFile file([](hid_t id) { write_as(id, "x", H5T_IEEE_F64LE, {4, 2}, counting(8)); });
    for (const int ranks_per_node : {0, 2}) {
        const Array array = read_user_dataset(world(), file / "x", ranks_per_node);
        const Array copy = array;
        const int first_of_node = ranks_per_node == 0 ? 0 : world().rank() / ranks_per_node * ranks_per_node;
        if (world().rank() == first_of_node) const_cast<double*>(array.values.get())[3] = 100 + first_of_node;
        world().barrier();
        EXPECT_EQ(copy.values[3], 100 + first_of_node);
        world().barrier();
    }
}

TEST(UserDataset, RefusalsReachAllRanksInOneLine) {
    const double not_a_number = std::numeric_limits<double>::quiet_NaN();
    const SharedFile file([&](hid_t id) {
        write_as(id, "points", H5T_IEEE_F64LE, {4, 2}, counting(8));
        auto values = counting(3000 * 1000);
        values[2100 * 1000 + 7] = not_a_number;
        write_as(id, "nan", H5T_IEEE_F32LE, {3000, 1000}, values);
        write_as(id, "infinite", H5T_IEEE_F32LE, {2}, {1, std::numeric_limits<double>::infinity()});
        write_as(id, "empty", H5T_IEEE_F64LE, {0, 2}, {});
        write_as(id, "scalar", H5T_IEEE_F64LE, {}, {1});
        hdf5::write_string(id, "text", "words");
    });
    const auto says = [&](const std::string& source, const std::string& expected, bool shape_too = true) {
        const std::string read = message_of([&] { return read_user_dataset(world(), source); });
        EXPECT_NE(read.find(expected), std::string::npos) << read;
        EXPECT_EQ(read.find('\n'), std::string::npos) << read;
        const std::string shape = message_of([&] { return user_dataset_shape(source); });
        EXPECT_EQ(shape, shape_too ? read : "");
    };
    says(file / "pionts", "has no dataset '/pionts'; did you mean '/points'?");
    says("absent.h5:/x", "absent.h5: no such file");
    says("data.h5", "a dataset is given as FILE.h5:/NAME");
    says(file / "empty", "the dataset is empty");
    says(file / "scalar", "a single number");
    says(file / "text", "holds no numbers");
    says(file / "nan", "row 2100 (counted from 0) holds NaN", false);
    says(file / "infinite", "row 1 (counted from 0) holds infinity", false);
}

TEST(UserDataset, TheArrayKeepsItsMemory) {
    const SharedFile file([](hid_t id) { write_as(id, "x", H5T_IEEE_F64LE, {4, 2}, counting(8)); });
    Array kept;
    {
        Inputs inputs;
        inputs["a"] = read_user_dataset(world(), file / "x");
        inputs["b"] = read_user_dataset(world(), file / "x");
        kept = inputs["a"];
    }
    EXPECT_EQ(kept.values[7], 7);
    // One rank alone may let go of it.
    if (world().rank() == 0) kept = {};
    world().barrier();
    if (world().rank() != 0) {
        EXPECT_EQ(kept.values[7], 7);
    }
}

TEST(NodeMemory, StartsAtZeroAndHasNoNameLeft) {
    const NodeMemory memory(world().node(), 1 << 20);
    EXPECT_EQ(static_cast<const char*>(memory.data())[(1 << 20) - 1], 0);
    world().barrier();
    std::ifstream maps("/proc/self/maps");
    std::string line;
    int mapped = 0;
    while (std::getline(maps, line)) {
        if (line.find("/gdm-sweep-") == std::string::npos) continue;
        ++mapped;
        EXPECT_NE(line.find("(deleted)"), std::string::npos) << line;
    }
    EXPECT_EQ(mapped, 1);
}

TEST(NodeMemory, TooMuchIsRefusedOnEveryRank) {
    const Communicator node = world().node();
    try {
        const NodeMemory memory(node, std::size_t{1} << 50);
        FAIL() << "a petabyte was granted";
    } catch (const Error& error) {
        EXPECT_EQ(error.code(), ExitCode::input_output);
        EXPECT_NE(std::string(error.what()).find("no room for 1.13e+09 MB"), std::string::npos) << error.what();
    }
}

}  // namespace
}  // namespace gdm::test
