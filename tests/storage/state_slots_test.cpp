/// States of replicas in a file: what is found is what was saved last as a whole, wherever a write was cut off.

#include "gdm/storage/state_slots.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <cstring>
#include <functional>
#include <limits>

#include "gdm/runner/replica_states.hpp"
#include "gdm/storage/sweep_reader.hpp"
#include "gdm/sweep/merge.hpp"
#include "support/hdf5_damage.hpp"
#include "support/sweep_fixture.hpp"
#include "support/test_experiments.hpp"

namespace gdm {
namespace {

using test::HandmadeSweep;

class StateSlotsTest : public testing::Test {
  protected:
    StateSlotsTest() { hdf5::silence(); }

    /// A state that begins with this number.
    static std::vector<std::byte> state(double number, std::size_t size = 40) {
        std::vector<std::byte> bytes(size, std::byte{7});
        std::memcpy(bytes.data(), &number, sizeof number);
        return bytes;
    }
    static double number_in(const std::optional<FoundState>& found) {
        double number = -1;
        if (found) std::memcpy(&number, found->bytes.data(), sizeof number);
        return number;
    }
    [[nodiscard]] hdf5::File open() const { return hdf5::File(H5Fopen(sweep_.path().c_str(), H5F_ACC_RDWR, H5P_DEFAULT)); }
    /// The first `words` words of a record, as a write that is cut off leaves it.
    void write_part(std::size_t place, std::size_t slot, const StateRecord& record, std::size_t words) const {
        const hdf5::File file = open();
        const hdf5::Dataset dataset = hdf5::open_dataset(file, "state/records");
        std::vector<StateRecord> all(2 * sweep_.header().state.places);
        H5Dread(dataset, schema::state_type(), H5S_ALL, H5S_ALL, H5P_DEFAULT, all.data());
        std::memcpy(&all[2 * place + slot], &record, 8 * words);
        H5Dwrite(dataset, schema::state_type(), H5S_ALL, H5S_ALL, H5P_DEFAULT, all.data());
    }
    [[nodiscard]] StateRecord record_at(std::size_t place, std::size_t slot) const {
        return SweepReader(sweep_.path()).states_of_replicas().records()[2 * place + slot];
    }

    test::TemporaryFolder folder_;
    HandmadeSweep sweep_{test::toy_chain(), "experiment = toy_chain\nreplicas = 2\nballast = 8\n", folder_ / "a.h5"};
};

TEST_F(StateSlotsTest, AreEmptyAtFirstAndWrittenInTurn) {
    const hdf5::File file = open();
    StateSlots slots(file, sweep_.header());
    ASSERT_EQ(sweep_.header().state.places, 4u);
    for (const auto& record : slots.records()) EXPECT_EQ(record.sequence, 0u);
    EXPECT_FALSE(slots.find(1, 0, 1));
    std::size_t slot = slots.older_slot(1);
    for (int save = 1; save <= 5; ++save, slot = 1 - slot) {
        EXPECT_EQ(slots.older_slot(1), slot);
        slots.write(1, slot, {.point = 0, .replica = 1, .progress = 0.1 * save, .seconds = 3.}, state(save));
        const auto found = slots.find(1, 0, 1);
        EXPECT_EQ(number_in(found), save);
        EXPECT_EQ(found->record.progress, 0.1 * save);
        EXPECT_EQ(found->record.sequence, static_cast<std::uint64_t>(save));
    }
    EXPECT_FALSE(slots.find(1, 1, 1)) << "of another replica";
    EXPECT_FALSE(slots.find(0, 0, 1)) << "in another place";
    slots.forget(1);
    EXPECT_FALSE(slots.find(1, 0, 1));
}

TEST_F(StateSlotsTest, ACutWriteLeavesTheStateBefore) {
    // Bytes first, then the record word by word: until the last of them the state before is found.
    for (std::size_t words = 0; words <= 7; ++words) {
        {
            const hdf5::File file = open();
            StateSlots slots(file, sweep_.header());
            slots.forget(0);
            slots.write(0, 0, {.progress = 0.1}, state(1));
            slots.write(0, 1, {.progress = 0.2}, state(2));
            slots.write(0, 0, {.progress = 0.3}, state(3));
        }
        const StateRecord whole = record_at(0, 0);
        {
            const hdf5::File file = open();
            StateSlots slots(file, sweep_.header());
            slots.forget(0);
            slots.write(0, 0, {.progress = 0.1}, state(1));
            slots.write(0, 1, {.progress = 0.2}, state(2));
        }
        const StateRecord before = record_at(0, 0);
        {
            const hdf5::File file = open();
            StateSlots(file, sweep_.header()).write(0, 0, {.progress = 0.3}, state(3));
        }
        write_part(0, 0, before, 7);
        write_part(0, 0, whole, words);
        const SweepReader reader(sweep_.path());
        const auto found = reader.states_of_replicas().find(0, 0, 0);
        EXPECT_EQ(number_in(found), words == 7 ? 3 : 2) << words;
        const auto saved = saved_states(reader.header(), reader.states_of_replicas().records());
        ASSERT_EQ(saved.size(), 1u) << words;
        EXPECT_EQ(saved[0].row, 0u);
    }
}

TEST_F(StateSlotsTest, APlaceThatChangesHandsIsOneReplicasAtAnyMoment) {
    // Replica (1, 0) takes over the place of (0, 1), which is done, and is cut off in its first save or its second.
    for (const int saves : {0, 1}) {
        StateRecord next;
        for (std::size_t words = 0; words <= 8; ++words) {
            {
                const hdf5::File file = open();
                StateSlots slots(file, sweep_.header());
                slots.forget(2);
                for (const std::size_t slot : {0, 1}) slots.write(2, slot, {.point = 0, .replica = 1}, state(-2));
                if (saves > 0) slots.write(2, slots.older_slot(2), {.point = 1, .replica = 0}, state(1));
                const std::size_t slot = slots.older_slot(2);
                if (words == 0) {
                    slots.write(2, slot, {.point = 1, .replica = 0}, state(2));
                    next = slots.records()[4 + slot];
                }
            }
            if (words == 0) continue;
            const std::size_t slot = saves;
            write_part(2, slot, next, words - 1);
            const SweepReader reader(sweep_.path());
            const auto saved = saved_states(reader.header(), reader.states_of_replicas().records());
            ASSERT_EQ(saved.size(), 1u);
            // The old one is done: its place is free. Of the new one the state before stays to be found.
            if (saves == 0) continue;
            EXPECT_EQ(saved[0].row, 2u) << words;
            EXPECT_GE(number_in(reader.states_of_replicas().find(2, 1, 0)), 1) << words;
        }
    }
}

TEST_F(StateSlotsTest, MeanNothingInAnotherSweep) {
    const StateRecord record{.point = 1, .replica = 1, .sequence = 3, .bytes = 40, .progress = 0.5, .seconds = 1};
    const auto bytes = state(1);
    const std::uint64_t checksum = state_checksum("0123456789abcdef", record, bytes);
    EXPECT_EQ(state_checksum("0123456789abcdef", record, bytes), checksum);
    EXPECT_NE(state_checksum("0123456789abcdee", record, bytes), checksum);
    EXPECT_NE(state_checksum("0123456789abcdef", record, state(2)), checksum);
    for (int field = 0; field < 6; ++field) {
        StateRecord other = record;
        std::uint64_t words[7];
        std::memcpy(words, &other, sizeof words);
        ++words[field];
        std::memcpy(&other, words, sizeof words);
        EXPECT_NE(state_checksum("0123456789abcdef", other, bytes), checksum) << field;
    }
}

TEST_F(StateSlotsTest, ImpossibleRecordsAreLeftOut) {
    const SweepHeader& header = sweep_.header();
    const StateRecord sound{.point = 1, .replica = 1, .sequence = 3, .bytes = 40, .progress = 0.5, .seconds = 1};
    const auto saved = [&](StateRecord record) {
        return saved_states(header, std::vector<StateRecord>{{}, {}, {}, record}).size();
    };
    EXPECT_EQ(saved(sound), 1u);
    for (const auto& change : std::vector<std::function<void(StateRecord&)>>{
             [](auto& one) { one.point = 2; }, [](auto& one) { one.replica = 2; }, [](auto& one) { one.sequence = 0; },
             [](auto& one) { one.bytes = 0; }, [](auto& one) { one.bytes = 41; }, [](auto& one) { one.progress = -0.1; },
             [](auto& one) { one.progress = 1.1; }, [](auto& one) { one.progress = std::nan(""); },
             [](auto& one) { one.seconds = -1; },
             [](auto& one) { one.seconds = std::numeric_limits<double>::infinity(); }}) {
        StateRecord record = sound;
        change(record);
        EXPECT_EQ(saved(record), 0u);
    }
    // Of two places of one replica the one that is further.
    StateRecord further = sound;
    further.progress = 0.7;
    const auto both = saved_states(header, std::vector<StateRecord>{sound, {}, {}, further});
    ASSERT_EQ(both.size(), 1u);
    EXPECT_EQ(both[0].place, 1u);
}

TEST_F(StateSlotsTest, PlacesAreForRowsWhereThatIsAffordable) {
    const auto places = [&](std::size_t width, std::size_t replicas, bool kept = false, std::size_t ranks = 1) {
        SweepHeader header = sweep_.header();  // of 2 points and 24 bytes of results a row
        header.replicas = replicas;
        header.state = {.width = width, .kept = kept, .at_once = ranks};
        make_state_room(header);
        return header.state.places;
    };
    EXPECT_EQ(places(0, 1000), 0u) << "there is no state";
    EXPECT_EQ(places(1000, 10000), 20000u) << "42 MB";
    EXPECT_EQ(places(1000, 20000), 64u) << "84 MB";
    EXPECT_EQ(places(1 << 20, 10), 20u);
    EXPECT_EQ(places(1 << 20, 1000), 64u);
    EXPECT_EQ(places(1 << 20, 1000, false, 100), 400u);
    EXPECT_EQ(places(1 << 20, 1000, true), 2000u);
}

TEST_F(StateSlotsTest, SavingTakesAHundredthOfTheTime) {
    SavePace pace;
    EXPECT_EQ(pace.interval(100), 1);
    EXPECT_DOUBLE_EQ(pace.interval(std::size_t{1} << 30), 100 * 1073741824.0 / 5e8) << "assumed before it is known";
    pace.took(0.5, 1000);
    EXPECT_EQ(pace.interval(1000), 50);
    EXPECT_EQ(pace.interval(3000), 150);
    pace.took(0.1, 1000);
    EXPECT_EQ(pace.interval(1000), 25) << "the dearer one is forgotten by and by";
    pace.took(0.001, 2000);
    EXPECT_EQ(pace.interval(2000), 1);
    EXPECT_EQ(SavePace(0).interval(1000), 0);
}

}  // namespace
}  // namespace gdm
