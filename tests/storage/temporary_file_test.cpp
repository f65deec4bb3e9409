#include "gdm/storage/temporary_file.hpp"

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cctype>

#include <fstream>

#include "gdm/base/error.hpp"
#include "support/process.hpp"
#include "support/temporaries.hpp"

namespace gdm {
namespace {

using test::temporaries_of;

void write(const std::filesystem::path& path, const std::string& text) { std::ofstream(path) << text; }

std::string host() {
    char name[65] = {};
    gethostname(name, sizeof name - 1);
    std::string text = name;
    text.resize(std::min(text.find('.'), text.size()));
    for (char& c : text) c = std::isalnum(static_cast<unsigned char>(c)) != 0 ? c : '_';
    return text;
}

/// The number of a process that has ended.
std::string dead_process() {
    const test::Process process({"true"});
    const auto children = std::filesystem::path("/proc");
    int number = 99999;
    while (exists(children / std::to_string(number))) --number;
    return std::to_string(number);
}

TEST(TemporaryFile, TouchesNothingThatIsNotItsOwn) {
    const test::TemporaryDirectory directory;
    const auto target = directory / "a.h5";
    const std::string mine = ".a.h5." + host() + "-" + dead_process();
    const std::vector<std::string> foreign{"a.h5.tmp",
                                           ".a.h5.tmp",
                                           ".a.h5.part",
                                           mine + ".tmp",
                                           mine + "-0123456g.tmp",
                                           mine + "-01234567.tmp.h5",
                                           ".b.h5." + host() + "-1-01234567.tmp",
                                           ".a.h5.elsewhere-1-01234567.tmp",
                                           "a.h5." + host() + "-1-01234567.tmp"};
    for (const auto& name : foreign) write(directory / name, "precious");
    write(directory / (mine + "-01234567.tmp"), "left behind");
    {
        TemporaryFile file(target);
        EXPECT_EQ(temporaries_of(target).size(), 5u);  // it, and four that look alike
        EXPECT_FALSE(exists(directory / (mine + "-01234567.tmp")));
        // Whoever makes it lives: another of the same name leaves it alone.
        TemporaryFile second(target);
        EXPECT_TRUE(exists(file.path()));
        EXPECT_NE(file.path(), second.path());
        write(file.path(), "whole");
        file.take_place();
        EXPECT_TRUE(exists(second.path()));
    }
    for (const auto& name : foreign) EXPECT_TRUE(exists(directory / name)) << name;
    EXPECT_TRUE(exists(target));
    EXPECT_EQ(static_cast<std::size_t>(std::distance(std::filesystem::directory_iterator(directory.path()), {})),
              foreign.size() + 1);
}

TEST(TemporaryFile, OfAKilledProcessGoesWhenTheNextIsMade) {
    const test::TemporaryDirectory directory;
    const auto target = directory / "a.h5";
    std::filesystem::path left;
    const pid_t child = fork();
    if (child == 0) {
        TemporaryFile file(target);
        write(file.path(), "half");
        _exit(0);  // as kill -9 does: without a destructor
    }
    waitpid(child, nullptr, 0);
    ASSERT_EQ(temporaries_of(target).size(), 1u);
    const TemporaryFile next(target);
    EXPECT_EQ(temporaries_of(target), std::vector{next.path()});
}

TEST(TemporaryFile, OfALongNameAndOfAFolderThatIsNotThere) {
    const test::TemporaryDirectory directory;
    const auto target = directory / (std::string(252, 'a') + ".h5");
    {
        TemporaryFile file(target);
        file.take_place();
    }
    EXPECT_TRUE(exists(target));
    EXPECT_THROW(TemporaryFile(directory / "none" / "a.h5"), IoError);
}

}  // namespace
}  // namespace gdm
