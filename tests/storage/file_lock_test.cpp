#include "gdm/storage/file_lock.hpp"

#include <gtest/gtest.h>

#include "gdm/base/error.hpp"
#include "support/process.hpp"

namespace gdm {
namespace {

TEST(FileLock, KeepsASecondSweepOffUntilTheLastRankIsGone) {
    const test::TemporaryDirectory directory;
    const auto file = directory / "a.h5";
    EXPECT_EQ(FileLock::held(file), Held::no);
    auto first = std::make_unique<FileLock>(FileLock::claim(file));
    auto second = std::make_unique<FileLock>(FileLock::join(file));
    EXPECT_EQ(FileLock::held(file), Held::yes);
    EXPECT_THROW(static_cast<void>(FileLock::claim(file)), IoError);
    first.reset();
    EXPECT_THROW(static_cast<void>(FileLock::claim(file)), IoError);
    second.reset();
    EXPECT_EQ(FileLock::held(file), Held::no);
    FileLock again = FileLock::claim(file);
    again.remove_sidecar();
    EXPECT_TRUE(std::filesystem::is_empty(directory.path()));
}

TEST(FileLock, SaysWhereItCannotWrite) {
    try {
        static_cast<void>(FileLock::claim("/proc/nothing/a.h5"));
        FAIL();
    } catch (const IoError& error) {
        EXPECT_NE(std::string(error.what()).find("cannot write in '/proc/nothing'"), std::string::npos) << error.what();
    }
}

}  // namespace
}  // namespace gdm
