#pragma once

#include <gtest/gtest.h>

#include <filesystem>
#include <functional>
#include <random>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "support/kill.hpp"
#include "support/temporaries.hpp"

/// What all phases of the kill campaign share: the kills, the examination of what they leave, the table.
namespace gdm::test {

using Words = std::vector<std::string>;

constexpr int campaign_phases = 8;

/// What became of the kills of one phase, layout of ranks and victim.
struct KillTally {
    int tried = 0, hit = 0;
    int unreadable = 0;
    std::size_t wrong = 0, lost = 0;
    int other_bytes = 0;  ///< continued sweeps that did not end as an undisturbed one
    double oldest = 0;    ///< s before the kill: when the oldest of the rows was finished that were still to be written

    KillTally& operator+=(const KillTally& more);
    void print(const std::string& name) const;
};

/// A way to be killed: what is started, on what, and how it is seen to be in the phase.
struct KillPhase {
    const char* name;
    Words command;
    std::function<Words()> prepare;  ///< makes the file that the sweep finds, or none; returns its environment
    std::function<bool()> begun;     ///< the moment is chosen at random from when this is first true
    double window;                   ///< s after it
    std::function<bool()> within;    ///< looked at just before and after the kill
    std::filesystem::path reference;
    std::filesystem::path earlier = {};       ///< growth: what the file holds before it
    std::function<void()> after_strike = {};  ///< for what lives on
};

class Campaign : public testing::Test {
  protected:
    static void SetUpTestSuite();
    static void TearDownTestSuite();

    [[nodiscard]] static Words toy(const std::string& p, const std::string& replicas, const std::string& i,
                                   const std::string& microseconds);
    [[nodiscard]] static Words with_output(Words command, const std::filesystem::path& file);
    /// A complete sweep under `name`.
    [[nodiscard]] std::filesystem::path undisturbed(const Words& command, const std::string& name) const;
    /// How long `during` holds in an undisturbed run.
    [[nodiscard]] double duration(const Words& command, const std::function<bool()>& during) const;
    [[nodiscard]] bool half_made() const { return !temporaries_of(file_).empty(); }
    /// Whether run `number` (from 1) is on record as the last, without an end.
    [[nodiscard]] bool session_open(std::size_t number) const;
    [[nodiscard]] int random_number(int first, int last) const;

    /// Kills until enough have hit, of each victim and on each layout of ranks.
    void run(const KillPhase& phase);

    TemporaryDirectory directory_;
    const std::filesystem::path file_ = directory_ / "sweep.h5";
    const std::filesystem::path log_ = directory_ / "finished";  ///< TOY_LOG of the sweep to be killed

  private:
    void attempt(const KillPhase& phase, int ranks, Words environment, Victim victim, KillTally& tally);
    void examine(const KillPhase& phase, const std::set<Row>& before, double time, KillTally& tally);
    void count_unwritten(const std::set<Row>& done, double time, KillTally& tally) const;
    void read_independently(const std::filesystem::path& reference, std::size_t done, KillTally& tally) const;
};

/// Number of points of a sweep file.
[[nodiscard]] std::size_t points_of(const std::filesystem::path& file);

}  // namespace gdm::test
