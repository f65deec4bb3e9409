#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

#include "gdm/storage/hdf5.hpp"
#include "support/process.hpp"

namespace gdm::test {

using Words = std::vector<std::string>;

inline Words operator+(Words words, const Words& more) {
    words.insert(words.end(), more.begin(), more.end());
    return words;
}

inline std::string content(const std::filesystem::path& path) {
    std::ifstream file(path, std::ios::binary);
    std::ostringstream text;
    text << file.rdbuf();
    return text.str();
}

/// Runs programs on files of a folder of its own.
class Grow : public testing::Test {
  protected:
    std::string file(const std::string& name) const { return directory_ / name; }
    /// toy_normal over p.
    static Words normal(const std::string& p, const std::string& replicas, const std::string& output) {
        return {TOY_SWEEP, "--experiment", "toy_normal", "--p", p, "--replicas", replicas, "-o", output};
    }
    static void succeeds(const Words& command) {
        const auto result = run(command);
        ASSERT_EQ(result.code, 0) << result.output;
    }
    std::vector<std::string> listing() const {
        std::vector<std::string> names;
        for (const auto& entry : std::filesystem::recursive_directory_iterator(directory_.path())) {
            std::error_code error;  // of a link that leads nowhere
            names.push_back(entry.path().string() + (entry.is_regular_file(error) ? content(entry.path()) : ""));
        }
        std::sort(names.begin(), names.end());
        return names;
    }
    /// The command fails with `code` and says all of `phrases` in one line; no file changes, appears or goes.
    void refuses(const Words& command, int code, const Words& phrases) {
        const auto before = listing();
        const auto result = run(command);
        EXPECT_EQ(result.code, code) << result.output;
        EXPECT_EQ(std::count(result.output.begin(), result.output.end(), '\n'), 1) << result.output;
        for (const auto& phrase : phrases)
            EXPECT_NE(result.output.find(phrase), std::string::npos) << phrase << "\n" << result.output;
        EXPECT_TRUE(listing() == before) << result.output;
    }
    void dataset(const std::string& name, double first) const {
        const hdf5::File data(H5Fcreate(file(name).c_str(), H5F_ACC_TRUNC, H5P_DEFAULT, H5P_DEFAULT));
        hdf5::write_doubles(data, "x", {4, 1}, std::vector<double>{first, 2, 3, 4});
    }
    TemporaryDirectory directory_;
};

}  // namespace gdm::test
