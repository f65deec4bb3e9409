#include "gdm/experiment/point.hpp"

#include <gtest/gtest.h>

#include <stdexcept>
#include <vector>

namespace gdm {
namespace {

TEST(Point, IsReadByName) {
    Point point;
    point.set("d", 4);
    point.set("method", 1, "heun");
    point.set_axis("t", {0, 0.5});
    EXPECT_EQ(point["d"], 4);
    EXPECT_EQ(point.integer("d"), 4);
    EXPECT_EQ(point["method"], 1);
    EXPECT_EQ(point.word("method"), "heun");
    EXPECT_EQ(point.word("d"), "");
    EXPECT_EQ(point.axis("t")[1], 0.5);
    EXPECT_TRUE(point.has("d"));
    EXPECT_FALSE(point.has("t"));
    EXPECT_THROW((void)point["mu"], std::out_of_range);
    EXPECT_THROW((void)point.word("mu"), std::out_of_range);
    EXPECT_THROW((void)point.axis("d"), std::out_of_range);
}

/// Copies share names and words, and nothing else.
TEST(Point, CopiesAreIndependent) {
    Point one;
    one.set("a", 1);
    one.set("w", 0, "red");
    one.set_axis("t", {1});
    Point other = one;
    other.set("a", 2);
    other.put(other.place("w"), 1, std::make_shared<const std::string>("blue"));
    other.put_axis(other.axis_place("t"), std::vector<double>{7, 8});
    other.set("b", 3);
    one.set("c", 4);
    EXPECT_EQ(one["a"], 1);
    EXPECT_EQ(one.word("w"), "red");
    EXPECT_EQ(one.axis("t").size(), 1u);
    EXPECT_FALSE(one.has("b"));
    EXPECT_FALSE(other.has("c"));
    EXPECT_EQ(other["b"], 3);
    EXPECT_EQ(other.word("w"), "blue");
    EXPECT_EQ(other.axis("t")[1], 8);
}

/// What was forgotten cannot be read, whether the next names are the same or others.
TEST(Point, KeepsTheFirst) {
    Point point;
    for (const char* name : {"s", "a", "b", "c"}) point.set(name, 1);
    const Point whole = point;
    point.keep_first(1);
    EXPECT_FALSE(point.has("a"));
    EXPECT_THROW((void)point["b"], std::out_of_range);
    point.set("a", 2);
    EXPECT_EQ(point["a"], 2);
    EXPECT_THROW((void)point["b"], std::out_of_range);
    point.set("c", 5);  // another order
    EXPECT_EQ(point["c"], 5);
    EXPECT_EQ(point["s"], 1);
    EXPECT_FALSE(point.has("b"));
    point.set("b", 6);
    EXPECT_EQ(point["b"], 6);
    EXPECT_EQ(whole["c"], 1);
}

}  // namespace
}  // namespace gdm
