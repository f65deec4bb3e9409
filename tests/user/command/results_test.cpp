#include "gdm/user/command/results.hpp"

#include <gtest/gtest.h>

#include <bit>
#include <cmath>
#include <cstring>
#include <fstream>
#include <string>
#include <vector>

#include "gdm/user/command/result_declaration.hpp"
#include "support/process.hpp"

namespace gdm {
namespace {

/// Reads results of a declaration `e, c(3), m(2, 3)`, or another.
class Results : public testing::Test {
  protected:
    explicit Results(const std::string& declaration = "e, c(3), m(x = 2, y = 3)") {
        declared_ = parse_result_declaration(declaration);
        std::vector<Layout::Entry> entries;
        for (const auto& one : declared_.observables) {
            std::vector<std::size_t> shape;
            for (const auto& name : one.axes) {
                for (const auto& axis : declared_.axes) {
                    if (axis.name == name) shape.push_back(axis.values.size());
                }
            }
            entries.push_back({one.name, shape});
        }
        layout_ = Layout(entries);
        block_.resize(layout_.size());
    }
    std::string read(const std::string& text) {
        const Values values(layout_, block_);
        try {
            read_json_result(text, declared_.observables, layout_, values);
        } catch (const std::runtime_error& error) {
            return error.what();
        }
        return "";
    }
    std::string read_file(const std::string& bytes, const std::string& name, ResultFormat format) {
        const auto path = folder_ / name;
        std::ofstream(path, std::ios::binary) << bytes;
        const Values values(layout_, block_);
        try {
            read_result_file(path, format, declared_.observables, layout_, values);
        } catch (const std::runtime_error& error) {
            return error.what();
        }
        return "";
    }

    test::TemporaryDirectory folder_;
    ResultDeclaration declared_;
    Layout layout_;
    std::vector<double> block_;
};

TEST_F(Results, JsonOfAllShapes) {
    EXPECT_EQ(read(R"({"m": [[1, 2, 3], [4, 5, 6]], "other": "x", "e": -1.5e-3, "c": [true, false, 12345678901234567]})"),
              "");
    EXPECT_EQ(block_, (std::vector<double>{-1.5e-3, 1, 0, 12345678901234567., 1, 2, 3, 4, 5, 6}));
    EXPECT_EQ(read("step 1\nstep 2\n{\"e\": 2, \"c\": [0, 0, 0], \"m\": [[1, 2, 3], [4, 5, 6]]}\n"), "");
    EXPECT_EQ(block_[0], 2);
    EXPECT_EQ(read(R"({"NaN": "NaN \" Infinity", "e": NaN, "c": [null, -Infinity, 1], "m": [[1, 2, 3], [4, 5, 6]]})"), "");
    EXPECT_TRUE(std::isnan(block_[0]) && std::isnan(block_[1]) && std::isnan(block_[2]) && block_[3] == 1);
}

TEST_F(Results, GarbageIsNamed) {
    EXPECT_NE(read("").find("empty"), std::string::npos);
    EXPECT_NE(read("hello").find("no JSON object"), std::string::npos);
    EXPECT_NE(read("[1, 2]").find("no JSON object"), std::string::npos);
    EXPECT_NE(read(std::string(1 << 20, '[')).find("no JSON object"), std::string::npos);
    EXPECT_NE(read(std::string("\x80\xff\0{}", 5)).find("no JSON object"), std::string::npos);
    EXPECT_EQ(read(R"({"E": 1, "c": [1, 2, 3]})"), "the result has no 'e'; did you mean 'E'?");
    EXPECT_EQ(read(R"({"e": 1, "c": [1, 2]})"), "c: a list of 2 where a list of 3 is expected");
    EXPECT_EQ(read(R"({"e": 1, "c": 1})"), "c: no list where a list of 3 is expected");
    EXPECT_EQ(read(R"({"e": [1]})"), "e: a list stands where a number is expected");
    EXPECT_EQ(read(R"({"e": "1"})"), "e: text stands where a number is expected");
    EXPECT_EQ(read(R"({"e": 1, "c": [1, 2, 3], "m": [[1, 2], [3, 4], [5, 6]]})"),
              "m: a list of 3 where a list of 2 is expected");
}

class NpyResult : public Results {
  protected:
    NpyResult() : Results("m(x = 2, y = 3)") {}
    /// A file as numpy.lib.format describes it.
    static std::string npy(const std::string& descr, const char* order, const std::string& shape, const std::string& data) {
        std::string header = "{'descr': '" + descr + "', 'fortran_order': " + order + ", 'shape': " + shape + ", }\n";
        const auto size = static_cast<char>(header.size());
        return std::string("\x93NUMPY\x01\x00", 8) + size + '\0' + header + data;
    }
    template <class Number>
    static std::string bytes(const std::vector<Number>& numbers) {
        std::string text(numbers.size() * sizeof(Number), '\0');
        std::memcpy(text.data(), numbers.data(), text.size());
        return text;
    }
    std::string read_npy(const std::string& bytes) { return read_file(bytes, "a.npy", ResultFormat::npy); }
};

TEST_F(NpyResult, OfBothOrdersAndAllTypes) {
    const std::vector<double> expected{1, 2, 3, 4, 5, 6};
    EXPECT_EQ(read_npy(npy("<f8", "False", "(2, 3)", bytes(expected))), "");
    EXPECT_EQ(block_, expected);
    EXPECT_EQ(read_npy(npy("<f8", "True", "(2, 3)", bytes<double>({1, 4, 2, 5, 3, 6}))), "");
    EXPECT_EQ(block_, expected);
    EXPECT_EQ(read_npy(npy("<i4", "False", "(2, 3)", bytes<std::int32_t>({-1, 2, 3, 4, 5, 6}))), "");
    EXPECT_EQ(block_[0], -1);
    EXPECT_EQ(read_npy(npy("<f4", "False", "(2, 3)", bytes<float>({1, 2, 3, 4, 5, 6}))), "");
    EXPECT_EQ(block_, expected);
}

TEST_F(NpyResult, DamageIsNamed) {
    const std::string good = npy("<f8", "False", "(2, 3)", bytes<double>({1, 2, 3, 4, 5, 6}));
    for (std::size_t length = 0; length < good.size(); ++length) EXPECT_NE(read_npy(good.substr(0, length)), "") << length;
    EXPECT_EQ(read_npy(npy("<f8", "False", "(3, 2)", bytes<double>({1, 2, 3, 4, 5, 6}))),
              "m: an array of shape (3, 2) where (2, 3) is expected");
    EXPECT_NE(read_npy(npy("|O", "False", "(2, 3)", "")).find("not of numbers"), std::string::npos);
    EXPECT_NE(read_npy(npy("<f8", "False", "(4294967296, 4294967296)", "")).find("cut short"), std::string::npos);
    EXPECT_NE(read_npy(npy("<f8", "False", "(99999999999999999999999,)", "")), "");
    EXPECT_NE(read_file("PK", "a.npz", ResultFormat::npz), "");
}

}  // namespace
}  // namespace gdm
