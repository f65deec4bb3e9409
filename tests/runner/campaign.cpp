#include "campaign.hpp"

#include <time.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <sstream>
#include <thread>

#include "gdm/storage/hdf5.hpp"
#include "gdm/storage/sweep_reader.hpp"
#include "support/test_experiments.hpp"

namespace gdm::test {
namespace {

using namespace std::chrono_literals;
using std::filesystem::exists;
using std::filesystem::path;

/// A finished replica waits at most this long to be written (flush_interval of the runner's options), then until the next
/// replica is finished and for the writing itself, on a machine that may be busy.
constexpr double flush_interval = 1, allowance = 0.25;

struct Node {
    const char* name;
    int ranks;
    Words environment;
};
const Node nodes[] = {{"1 node x 2", 2, {}}, {"3 nodes x 1", 3, {"GDM_RANKS_PER_NODE=1"}}};
const std::pair<const char*, Victim> victims[] = {
    {"one rank", Victim::one_rank}, {"mpirun", Victim::mpirun_alone}, {"everything", Victim::everything}};

std::mt19937 random_bits;
std::vector<std::pair<std::string, KillTally>> tallies;

double now() {
    timespec time{};
    clock_gettime(CLOCK_MONOTONIC, &time);
    return static_cast<double>(time.tv_sec) + 1e-9 * static_cast<double>(time.tv_nsec);
}

long setting(const char* name, long missing) {
    const char* text = std::getenv(name);
    return text != nullptr ? std::atol(text) : missing;
}

}  // namespace

std::size_t points_of(const path& file) { return SweepReader(file).header().points; }

KillTally& KillTally::operator+=(const KillTally& more) {
    tried += more.tried, hit += more.hit, unreadable += more.unreadable;
    wrong += more.wrong, lost += more.lost, other_bytes += more.other_bytes;
    oldest = std::max(oldest, more.oldest);
    return *this;
}

void KillTally::print(const std::string& name) const {
    std::printf("%-38s %6d %6d %11d %6zu %6zu %12d %9.2f s\n", name.c_str(), tried, hit, unreadable, wrong, lost,
                other_bytes, oldest);
}

void Campaign::SetUpTestSuite() {
    const auto seed = static_cast<unsigned>(setting("GDM_KILL_SEED", std::random_device{}()));
    random_bits.seed(seed);
    std::printf("GDM_KILL_SEED=%u\n", seed);
    hdf5::silence();
}

void Campaign::TearDownTestSuite() {
    std::printf("\n%-38s %6s %6s %11s %6s %6s %12s %11s\n", "phase, nodes x ranks, victim", "kills", "hit", "unreadable",
                "wrong", "lost", "other bytes", "unwritten");
    KillTally all;
    for (const auto& [name, tally] : tallies) {
        tally.print(name);
        all += tally;
    }
    all.print("all");
    std::printf("wrong, lost: rows. unwritten: age of the oldest row finished, but not yet written when it was killed.\n");
    tallies.clear();
}

Words Campaign::toy(const std::string& p, const std::string& replicas, const std::string& i,
                    const std::string& microseconds) {
    const auto range = [](const std::string& count) { return "arange(0, " + count + ")"; };
    return {TOY_SWEEP, "--experiment", "toy_spin",       "--p",       range(p), "--replicas", replicas,
            "--i",     range(i),       "--microseconds", microseconds};
}

Words Campaign::with_output(Words command, const path& file) {
    command.insert(command.end(), {"-o", file.string()});
    return command;
}

path Campaign::undisturbed(const Words& command, const std::string& name) const {
    const path file = directory_ / name;
    const auto result = test::run(with_output(command, file), {"TOY_AT_ONCE=1"});
    EXPECT_EQ(result.code, 0) << result.output;
    return file;
}

double Campaign::duration(const Words& command, const std::function<bool()>& during) const {
    Process sweep(mpirun(2, with_output(command, file_)));
    while (sweep.running() && !during()) std::this_thread::sleep_for(200us);
    const double start = now();
    while (sweep.running() && during()) std::this_thread::sleep_for(200us);
    const double seconds = now() - start;
    EXPECT_EQ(sweep.wait().code, 0);
    return seconds;
}

bool Campaign::session_open(std::size_t number) const {
    const auto sessions = SweepReader(file_).sessions();
    return sessions.size() == number && sessions.back().end.empty();
}

int Campaign::random_number(int first, int last) const { return std::uniform_int_distribution(first, last)(random_bits); }

void Campaign::run(const KillPhase& phase) {
    constexpr int cells = campaign_phases * static_cast<int>(std::size(nodes) * std::size(victims));
    const int wanted = (static_cast<int>(setting("GDM_KILLS", 100)) + cells - 1) / cells;
    for (const Node& node : nodes) {
        for (const auto& [victim_name, victim] : victims) {
            KillTally tally;
            while (tally.hit < wanted && tally.tried < 10 + 6 * wanted) {
                attempt(phase, node.ranks, node.environment, victim, tally);
            }
            const std::string name = std::string(phase.name) + ", " + node.name + ", " + victim_name;
            EXPECT_GE(tally.hit, wanted) << name;
            EXPECT_EQ(tally.unreadable, 0) << name;
            EXPECT_EQ(tally.wrong, 0u) << name;
            EXPECT_EQ(tally.lost, 0u) << name;
            EXPECT_EQ(tally.other_bytes, 0) << name;
            tallies.emplace_back(name, tally);
        }
    }
}

void Campaign::attempt(const KillPhase& phase, int ranks, Words environment, Victim victim, KillTally& tally) {
    ++tally.tried;
    const Words more = phase.prepare();
    auto before = rows_done(file_);
    std::filesystem::remove(log_);
    environment.insert(environment.end(), more.begin(), more.end());
    environment.push_back("TOY_LOG=" + log_.string());
    Process sweep(mpirun(ranks, with_output(phase.command, file_)), environment);
    while (sweep.running() && !phase.begun()) std::this_thread::sleep_for(200us);
    std::this_thread::sleep_for(
        std::chrono::duration<double>(std::uniform_real_distribution(0., phase.window)(random_bits)));
    before.merge(rows_done(file_));
    bool hit = phase.within() && sweep.running();
    const double time = now();
    strike(sweep, victim, random_bits);
    // What is not struck lives on for a moment; when everything is dead, nothing changes any more.
    if (victim != Victim::everything) hit = hit && phase.within();
    if (phase.after_strike) phase.after_strike();
    static_cast<void>(sweep.wait());
    ASSERT_TRUE(wait_until_free(file_));
    if (victim == Victim::everything) hit = hit && phase.within();
    if (hit) ++tally.hit;
    examine(phase, before, time, tally);
}

void Campaign::examine(const KillPhase& phase, const std::set<Row>& before, double time, KillTally& tally) {
    const path continued = directory_ / "continued.h5";
    std::filesystem::remove(continued);
    if (exists(file_)) {
        std::filesystem::copy_file(file_, continued);
        try {
            const bool grown = phase.earlier.empty() || points_of(file_) == points_of(phase.reference);
            const path& reference = grown ? phase.reference : phase.earlier;
            const auto found = compare_rows(file_, reference);
            tally.wrong += found.wrong;
            for (const Row& row : before) tally.lost += found.done.count(row) == 0 ? 1 : 0;
            auto known = before;
            known.insert(found.done.begin(), found.done.end());
            count_unwritten(known, time, tally);
            read_independently(reference, found.done.size(), tally);
        } catch (const Error& error) {
            ADD_FAILURE() << phase.name << ": " << error.what();
            ++tally.unreadable;
        }
    } else {
        tally.lost += before.size();
    }
    // What a killed creation or growth leaves beside the file does not stand in the way.
    for (const auto& left : temporaries_of(file_)) {
        std::string name = left.filename();
        name.replace(1, file_.filename().string().size(), continued.filename());
        std::filesystem::copy_file(left, left.parent_path() / name);
    }
    const auto result = test::run(with_output(phase.command, continued), {"TOY_AT_ONCE=1"});
    const auto whole = [&] {
        const auto found = compare_rows(continued, phase.reference);
        return found.wrong == 0 && found.done.size() == SweepReader(phase.reference).header().rows();
    };
    if (result.code != 0 || !temporaries_of(continued).empty() || !whole()) {
        ++tally.other_bytes;
        ADD_FAILURE() << phase.name << " continued: code " << result.code << "\n" << result.output;
    }
}

/// By the log that the replicas themselves keep: what was finished longer ago than the flush interval is in the file.
void Campaign::count_unwritten(const std::set<Row>& known, double time, KillTally& tally) const {
    std::ifstream log(log_, std::ios::binary);
    for (FinishedReplica record{}; log.read(reinterpret_cast<char*>(&record), sizeof record);) {
        if (known.count({static_cast<std::size_t>(record.p), record.replica}) != 0) continue;
        const double age = time - record.time;
        tally.oldest = std::max(tally.oldest, age);
        if (age > flush_interval + allowance) ++tally.lost;
    }
}

/// With tools that know nothing of this program but the format of its file.
void Campaign::read_independently(const path& reference, std::size_t done, KillTally& tally) const {
    const auto dump = test::run({"h5dump", "-d", "/status/checksum", "-o", "/dev/null", file_});
    const auto read = test::run({GDM_PYTHON, INDEPENDENT_READER, reference, file_});
    if (dump.code != 0 || read.code != 0) {
        ++tally.unreadable;
        ADD_FAILURE() << dump.output << read.output;
    }
    std::size_t done_there = 0, wrong = 0;
    std::istringstream(read.output) >> done_there >> wrong;
    EXPECT_EQ(done_there, done) << read.output;
    tally.wrong += wrong;
}

}  // namespace gdm::test
