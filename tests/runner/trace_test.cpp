/// --trace: spans stay few and add up, and the file is what a viewer takes.

#include "gdm/runner/trace.hpp"

#include <gtest/gtest.h>
#include <signal.h>

#include <algorithm>
#include <fstream>
#include <thread>

#include "support/process.hpp"
#include "support/temporaries.hpp"

namespace gdm {
namespace {

using test::mpirun;
using test::run;

constexpr std::int64_t us = 1000, ms = 1000 * us;

Span replica_span(std::int64_t start, std::int64_t length, std::int64_t point, std::int64_t replica) {
    Span span{.start = start, .end = start + length, .point = point, .replica = replica};
    span.replicas = 1;
    span.computing = length;
    return span;
}

Span write_span(std::int64_t start, std::int64_t length) {
    Span span{.start = start, .end = start + length, .activity = Activity::write};
    span.writes = 1;
    span.bytes = 8;
    span.writing = length;
    return span;
}

TEST(SpanBuffer, MergesWhatIsShortAndKeepsWhatIsLong) {
    SpanBuffer buffer(100);
    std::int64_t time = 0;
    for (int replica = 0; replica < 8; ++replica, time += 100 * us) buffer.add(replica_span(time, 90 * us, 3, replica));
    buffer.add(write_span(time, 50 * us));
    ASSERT_EQ(buffer.spans().size(), 1u);
    EXPECT_EQ(buffer.spans()[0].replicas, 8);
    EXPECT_EQ(buffer.spans()[0].writes, 1);
    EXPECT_EQ(buffer.spans()[0].computing, 8 * 90 * us);
    EXPECT_EQ(buffer.spans()[0].one_point, 1);
    buffer.add(replica_span(time + 100 * us, 20 * us, 4, 0));
    EXPECT_EQ(buffer.spans()[0].one_point, 0);
    buffer.add(replica_span(time + ms, 5 * ms, 4, 1));
    buffer.add(write_span(time + 6 * ms, 50 * us));
    ASSERT_EQ(buffer.spans().size(), 3u);
    EXPECT_EQ(buffer.spans()[1].replicas, 1);
    EXPECT_EQ(buffer.spans()[2].activity, Activity::write);
}

TEST(SpanBuffer, StaysSmallAndForgetsNothing) {
    constexpr std::size_t limit = 64;
    SpanBuffer buffer(limit);
    std::int64_t time = 0, computing = 0, bytes = 0;
    Span open{.start = 0, .end = 1, .activity = Activity::open};
    buffer.add(open);
    for (int i = 0; i < 20000; ++i) {
        time += 10;
        const std::int64_t length = (i % 7 + 1) * 300 * us;
        buffer.add(replica_span(time, length, i / 10, i % 10));
        computing += length;
        time += length;
        if (i % 3 == 0) {
            buffer.add(write_span(time, 40 * us));
            time += 40 * us;
            bytes += 8;
        }
        ASSERT_LE(buffer.spans().size(), limit);
    }
    std::int64_t replicas = 0, before = 0;
    for (const Span& span : buffer.spans()) {
        EXPECT_GE(span.start, before);
        before = span.end;
        replicas += span.replicas;
        computing -= span.computing;
        bytes -= span.bytes;
    }
    EXPECT_EQ(replicas, 20000);
    EXPECT_EQ(computing, 0);
    EXPECT_EQ(bytes, 0);
    EXPECT_EQ(before, time);
    EXPECT_EQ(buffer.spans()[0].activity, Activity::open);
    EXPECT_GT(buffer.spans().size(), limit / 8);
}

TEST(Trace, AccountsForEveryReplicaOnEveryRank) {
    const test::TemporaryDirectory directory;
    const std::string sweep = directory / "a.h5", trace = directory / "a.json";
    const std::vector<std::string> job{TOY_SWEEP, "--experiment", "toy_slow", "--p", "linspace(0, 3, 9)", "--replicas", "40",
                                       "-o",      sweep,          "--trace",  trace};
    const auto result = run(mpirun(3, job), {"GDM_RANKS_PER_NODE=2"});
    ASSERT_EQ(result.code, 0) << result.output;
    const std::string script = R"(
import collections, json, sys
document = json.load(open(sys.argv[1]))
events = document['traceEvents']
named = {(e['pid'], e['tid']): e['args']['name'] for e in events if e['name'] == 'thread_name'}
assert named == {(0, 0): 'rank 0', (0, 1): 'rank 1', (1, 2): 'rank 2'}, named
assert {e['pid'] for e in events if e['name'] == 'process_name'} == {0, 1}
spans = collections.defaultdict(list)
replicas, rows, computing = 0, set(), 0
for e in events:
    if e['ph'] != 'X': continue
    spans[e['pid'], e['tid']].append((round(1000 * e['ts']), round(1000 * e['dur']), e['name']))
    replicas += e['args'].get('replicas', 0)
    computing += e['args'].get('computing_ms', 0)
    if e['args'].get('replicas') == 1:
        row = e['args']['point'], e['args']['replica']
        assert row not in rows, row
        rows.add(row)
        assert e['name'].startswith('p = '), e
assert replicas == int(sys.argv[2]), replicas
assert set(spans) == set(named)
for one in spans.values():
    names = [name for start, duration, name in one]
    for name in ('prepare the file', 'verify', 'open the file', 'barrier', 'close the file'):
        assert names.count(name) == 1, names
    one.sort()
    for (start, duration, name), (following, _, other) in zip(one, one[1:]):
        assert duration >= 0 and start + duration <= following, (name, other, start, duration, following)
print('understood')
)";
    const auto read = run({PYTHON, "-c", script, trace, "360"});
    EXPECT_EQ(read.output, "understood\n");
    EXPECT_TRUE(test::temporaries_of(trace).empty());
    // A later run replaces it by its own: here nothing is left to compute.
    ASSERT_EQ(run(job).code, 0);
    EXPECT_LT(std::filesystem::file_size(trace), 2000u);
}

TEST(Trace, RefusesToReplaceWhatIsNoTrace) {
    const test::TemporaryDirectory directory;
    const std::string sweep = directory / "a.h5", other = directory / "notes.json";
    std::ofstream(other) << "{\"notes\": []}\n";
    const auto refuses = [&](const std::string& trace, int code, const std::string& phrase) {
        const auto result = run({TOY_SWEEP, "--p", "1", "-o", sweep, "--trace", trace});
        EXPECT_EQ(result.code, code) << result.output;
        EXPECT_NE(result.output.find(phrase), std::string::npos) << result.output;
        EXPECT_FALSE(std::filesystem::exists(sweep));
    };
    refuses(other, 2, "is no trace of gdm-sweep");
    refuses(sweep, 2, "is the sweep file");
    refuses(directory.path(), 2, "is a directory");
    refuses(directory / "none" / "a.json", 74, "cannot write in");
    EXPECT_EQ(std::filesystem::file_size(other), 14u);
}

TEST(Trace, OfAStoppedRunIsWrittenAndOfAKilledOneIsNot) {
    const test::TemporaryDirectory directory;
    const auto sweep = directory / "a.h5", trace = directory / "a.json";
    const std::vector<std::string> job{TOY_SWEEP, "--experiment", "toy_event", "--p",     "0, 1", "--replicas",
                                       "100",     "-o",           sweep,       "--trace", trace};
    const auto mark = directory / "mark";
    test::Process killed(job, {"TOY_EVENT=1 50 touch " + mark.string() + "; exit 75"});
    ASSERT_TRUE(test::wait_for(killed, [&] { return std::filesystem::exists(mark); }));
    killed.kill_group(SIGKILL);
    static_cast<void>(killed.wait());
    EXPECT_FALSE(std::filesystem::exists(trace));
    EXPECT_TRUE(test::temporaries_of(trace).empty());
    EXPECT_EQ(run(job, {"TOY_EVENT=1 50 kill -TERM $PPID; exit 75"}).code, 75);
    EXPECT_TRUE(std::filesystem::exists(trace));
}

}  // namespace
}  // namespace gdm
