/// Files that are damaged or made to do harm: each is refused in one line that names the object.

#include <gtest/gtest.h>

#include <cmath>
#include <functional>

#include "gdm/base/error.hpp"
#include "gdm/storage/sweep_creation.hpp"
#include "gdm/storage/sweep_reader.hpp"
#include "gdm/storage/sweep_schema.hpp"
#include "gdm/storage/user_dataset.hpp"
#include "gdm/sweep/header_hash.hpp"
#include "support/hdf5_damage.hpp"
#include "support/process.hpp"

namespace gdm {
namespace {

constexpr std::size_t huge = std::size_t{1} << 40;

/// 3 of 4 places on two axes, 2 replicas; words, a scaled axis, an adaptive plan, states of 16 bytes.
SweepHeader sound_header() {
    SweepHeader header;
    header.experiment = "toy";
    header.job = "experiment = toy\n";
    header.code_version = header.created = header.instruction_set = "test";
    header.seed = 7;
    header.seeds = {{7, 1}, {8, 1}};
    header.points = 3;
    header.replicas = 2;
    header.grid_index = {0, 1, 3};
    header.adaptive = {"z 0.1", 2, 8, "", "", 0};
    header.axes = {{"b", "1", "an axis", Role::grid, {1, 2}, {}},
                   {"w", "1", "words", Role::grid, {0, 1}, {"red", "blue"}},
                   {"a", "s", "another", Role::inner, {0, 1}, {}},
                   {"bin", "1", "bins", Role::fixed, {1, 2, 3}, {}}};
    header.point_values = {{"b", "1", "an axis", 1, {1, 1, 2}, {}},
                           {"w", "1", "words", 1, {0, 2, 2}, {"red", "green", "blue"}},
                           {"a", "s", "another", 2, {0, 1, 0, 2, 0, 3}, {}}};
    header.settings = {{"samples", "1", "samples", 128, {}}, {"scheme", "1", "scheme", 1, "heun"}};
    header.observables = {{"m", "nat", "matrix", Combine::sum, "", {"a", "bin"}, {2, 3}},
                          {"z", "1", "scalar", Combine::mean, "", {}, {}}};
    header.code = {{"toy.py", "run"}, {"zero.py", "0"}};
    header.state = {.width = 16, .places = 6};
    return header;
}

struct Damage {
    const char* name;
    std::function<void(hid_t file)> apply;
    const char* message;  ///< part of it
};

void PrintTo(const Damage& damage, std::ostream* out) { *out << damage.name; }

hdf5::Type text_type(std::size_t size) {
    hdf5::Type type(H5Tcopy(H5T_C_S1));
    H5Tset_size(type, size);
    return type;
}

hdf5::PropertyList chunked(const std::vector<hsize_t>& chunk) {
    hdf5::PropertyList properties(H5Pcreate(H5P_DATASET_CREATE));
    H5Pset_chunk(properties, static_cast<int>(chunk.size()), chunk.data());
    return properties;
}

hdf5::PropertyList external() {
    hdf5::PropertyList properties(H5Pcreate(H5P_DATASET_CREATE));
    H5Pset_external(properties, "/dev/zero", 0, H5F_UNLIMITED);
    return properties;
}

const hid_t f64 = H5T_IEEE_F64LE, i64 = H5T_STD_I64LE, u64 = H5T_STD_U64LE, u32 = H5T_STD_U32LE, u8 = H5T_STD_U8LE;
using test::delete_attribute;
using test::replace_attribute;
using test::replace_dataset;
using test::replace_integer;
using test::replace_text;
using test::set_number;

const std::vector<Damage> damages = {
    {"IntegerArray", [](hid_t f) { replace_attribute(f, "/", "points", i64, {5000}); }, "'points' is an array"},
    {"SeedArray",
     [](hid_t f) {
         replace_attribute(f, "/", "seed", i64, {2, 3});
     },
     "'seed' is an array"},
    {"IndexArray", [](hid_t f) { replace_attribute(f, "/axes/b", "index", i64, {900}); },
     "/axes/b: attribute 'index' is an array"},
    {"VersionArray", [](hid_t f) { replace_attribute(f, "/", "format_version", i64, {9}); }, "'format_version' is an array"},
    {"TextForInteger", [](hid_t f) { replace_text(f, "/", "replicas", "4"); }, "'replicas' is no integer"},
    {"FloatForInteger", [](hid_t f) { replace_attribute(f, "/", "replicas", f64, {}); }, "'replicas' is no integer"},
    {"NoPoints", [](hid_t f) { delete_attribute(f, "/", "points"); }, "'points' is missing"},
    {"TextArray", [](hid_t f) { replace_attribute(f, "/", "experiment", hdf5::string_type(), {3}); },
     "'experiment' is an array"},
    {"FixedTextArray", [](hid_t f) { replace_attribute(f, "/", "job", text_type(64), {100}); }, "'job' is an array"},
    {"NoText", [](hid_t f) { replace_attribute(f, "/", "job", hdf5::string_type(), {0}); }, "'job' is an array"},
    {"IntegerForText", [](hid_t f) { replace_integer(f, "/", "created", 4); }, "'created' is no text"},
    {"ZeroPoints", [](hid_t f) { replace_integer(f, "/", "points", 0); }, "0 points"},
    {"ZeroReplicas", [](hid_t f) { replace_integer(f, "/", "replicas", 0); }, "0 replicas"},
    {"NegativePoints", [](hid_t f) { replace_integer(f, "/", "points", -1); }, "points cannot be -1"},
    {"ManyReplicas", [](hid_t f) { replace_integer(f, "/", "replicas", std::int64_t{1} << 50); }, "replicas"},
    {"MoreReplicas", [](hid_t f) { replace_integer(f, "/", "replicas", 3); }, "replicas"},
    {"SeedsNoNumbers", [](hid_t f) { replace_text(f, "/", "seeds", "7,x"); }, "'x'"},
    {"SeedsOfOtherSum", [](hid_t f) { replace_text(f, "/", "seed_replicas", "1,2"); }, "seeds"},
    {"NoAxes", [](hid_t f) { H5Ldelete(f, "axes", H5P_DEFAULT); }, "'axes' is missing"},
    {"AxisOfRank2",
     [](hid_t f) {
         replace_dataset(f, "axes/b", f64, {2, 1});
     },
     "/axes/b is no list"},
    {"AxisOfRank0", [](hid_t f) { replace_dataset(f, "axes/b", f64, {}); }, "/axes/b is no list"},
    {"AxisWithoutValues", [](hid_t f) { replace_dataset(f, "axes/bin", f64, {0}); }, "'bin' has no values"},
    {"AxisOfTexts", [](hid_t f) { replace_dataset(f, "axes/b", hdf5::string_type(), {2}); }, "/axes/b holds something else"},
    {"HugeAxis", [](hid_t f) { replace_dataset(f, "axes/b", f64, {huge}); }, "/axes/b is said to hold"},
    {"OverflowingAxis", [](hid_t f) { replace_dataset(f, "axes/b", f64, {std::size_t{1} << 60}); }, "cannot be true"},
    {"HugeChunkedAxis", [](hid_t f) { replace_dataset(f, "axes/b", f64, {huge}, chunked({16})); },
     "/axes/b is said to hold"},
    {"ExternalAxis", [](hid_t f) { replace_dataset(f, "axes/b", f64, {huge}, external()); }, "another file"},
    {"AxisIsGroup",
     [](hid_t f) {
         H5Ldelete(f, "axes/b", H5P_DEFAULT);
         static_cast<void>(hdf5::create_group(f, "axes/b"));
     },
     "/axes: cannot open dataset 'b'"},
    {"AxisRenamed", [](hid_t f) { H5Lmove(f, "axes/a", f, "axes/q", H5P_DEFAULT, H5P_DEFAULT); }, "/points/a"},
    {"AxisIsLink",
     [](hid_t f) {
         H5Ldelete(f, "axes/bin", H5P_DEFAULT);
         H5Lcreate_soft("/axes/b", f, "axes/bin", H5P_DEFAULT, H5P_DEFAULT);
     },
     "'bin'"},
    {"UnknownRole", [](hid_t f) { replace_text(f, "/axes/b", "role", "gridd"); }, "unknown role 'gridd'"},
    {"RoleOfSettings", [](hid_t f) { replace_text(f, "/axes/b", "role", "setting"); }, "unknown role"},
    {"UnknownCombine", [](hid_t f) { replace_text(f, "/replicas/m", "combine", "median"); },
     "unknown combine 'median': the file is damaged, or of a newer version"},
    {"OtherRole", [](hid_t f) { replace_text(f, "/axes/bin", "role", "grid"); }, ""},
    {"FewWords", [](hid_t f) { replace_text(f, "/axes/w", "words", "red"); }, "'w' has 1 words"},
    {"PointsOfRank0", [](hid_t f) { replace_dataset(f, "points/b", f64, {}); }, "/points/b has not the shape"},
    {"PointsOfRank3",
     [](hid_t f) {
         replace_dataset(f, "points/b", f64, {3, 1, 1});
     },
     "/points/b has not the shape"},
    {"FewPoints", [](hid_t f) { replace_dataset(f, "points/b", f64, {2}); }, "/points/b has not the shape"},
    {"WidePoints",
     [](hid_t f) {
         replace_dataset(f, "points/b", f64, {3, 2});
     },
     "/points/b"},
    {"NarrowPoints", [](hid_t f) { replace_dataset(f, "points/a", f64, {3}); }, "/points/a"},
    {"WordOutOfRange", [](hid_t f) { set_number(f, "points/w", 1, 3); }, "/points/w holds 3"},
    {"NegativeWord", [](hid_t f) { set_number(f, "points/w", 1, -1); }, "/points/w holds -1"},
    {"WordIsNaN", [](hid_t f) { set_number(f, "points/w", 1, std::nan("")); }, "/points/w holds nan"},
    {"WordIsHuge", [](hid_t f) { set_number(f, "points/w", 1, 1e300); }, "/points/w holds"},
    {"OtherWord", [](hid_t f) { set_number(f, "points/w", 1, 0); }, "contradict"},
    {"OtherPoint", [](hid_t f) { set_number(f, "points/b", 1, 2); }, "contradict"},
    {"OtherAxis", [](hid_t f) { set_number(f, "axes/b", 1, 2.5); }, "contradict"},
    {"PlaceOutside", [](hid_t f) { set_number(f, "grid_index", 2, 4); }, "leads out"},
    {"PlaceTwice", [](hid_t f) { set_number(f, "grid_index", 1, 0); }, "does not ascend"},
    {"PlaceNegative", [](hid_t f) { set_number(f, "grid_index", 0, -1); }, "no place"},
    {"PlaceIsNaN", [](hid_t f) { set_number(f, "grid_index", 0, std::nan("")); }, "no place"},
    {"FewPlaces", [](hid_t f) { replace_dataset(f, "grid_index", f64, {2}); }, ""},
    {"NoPlaces", [](hid_t f) { H5Ldelete(f, "grid_index", H5P_DEFAULT); }, "3 points on a grid of 4"},
    {"SettingIsList", [](hid_t f) { replace_dataset(f, "settings/samples", f64, {0}); }, "no single number"},
    {"SettingIsText", [](hid_t f) { replace_dataset(f, "settings/samples", text_type(9), {}); },
     "something else than doubles"},
    {"SettingIsTexts", [](hid_t f) { replace_dataset(f, "settings/scheme", hdf5::string_type(), {4}); },
     "/settings/scheme is an array"},
    {"WordIsNumber", [](hid_t f) { replace_dataset(f, "settings/scheme", f64, {}); }, "/settings/scheme"},
    {"WordIndexArray", [](hid_t f) { replace_attribute(f, "/settings/scheme", "word_index", i64, {77}); },
     "'word_index' is an array"},
    {"CodeIsNumber", [](hid_t f) { replace_dataset(f, "code/toy.py", f64, {}); }, "/code/toy.py"},
    {"CodeIsTexts", [](hid_t f) { replace_dataset(f, "code/toy.py", hdf5::string_type(), {4}); },
     "/code/toy.py is an array"},
    {"CodeIsEmpty", [](hid_t f) { replace_dataset(f, "code/toy.py", hdf5::string_type(), {}); },
     "/code/toy.py is said to hold"},
    {"ObservableOfRank0", [](hid_t f) { replace_dataset(f, "replicas/z", f64, {}); }, "/replicas/z has not the shape"},
    {"ObservableOfRank1", [](hid_t f) { replace_dataset(f, "replicas/z", f64, {6}); }, "/replicas/z has not the shape"},
    {"ObservableOfOtherRank",
     [](hid_t f) {
         replace_dataset(f, "replicas/m", f64, {3, 2, 6});
     },
     "/replicas/m has not the shape"},
    {"ObservableOfFewPoints",
     [](hid_t f) {
         replace_dataset(f, "replicas/z", f64, {2, 2});
     },
     "/replicas/z has the shape (2, 2)"},
    {"ObservableOfIntegers",
     [](hid_t f) {
         replace_dataset(f, "replicas/z", i64, {3, 2});
     },
     "/replicas/z holds something else"},
    {"ObservableOfTexts",
     [](hid_t f) {
         replace_dataset(f, "replicas/z", hdf5::string_type(), {3, 2});
     },
     "/replicas/z holds something else"},
    {"ObservableWithoutData",
     [](hid_t f) {
         replace_dataset(f, "replicas/z", f64, {3, 2});
     },
     "/replicas/z is said to hold"},
    {"HugeObservable",
     [](hid_t f) {
         replace_dataset(f, "replicas/m", f64, {3, 2, 2, huge});
     },
     "/replicas/m"},
    {"NoObservables",
     [](hid_t f) {
         H5Ldelete(f, "replicas/z", H5P_DEFAULT);
         H5Ldelete(f, "replicas/m", H5P_DEFAULT);
     },
     "no observables"},
    {"AxisOfObservable", [](hid_t f) { replace_text(f, "/replicas/m", "axes", "a,nn"); }, "'nn'"},
    {"GridAxisOfObservable", [](hid_t f) { replace_text(f, "/replicas/m", "axes", "a,b"); }, "'b'"},
    {"ErrorOfNothing", [](hid_t f) { replace_text(f, "/replicas/z", "error_of", "y"); }, "error of 'y'"},
    {"ChecksumOfRank1", [](hid_t f) { replace_dataset(f, "status/checksum", u64, {6}); },
     "/status/checksum has the shape (6)"},
    {"ChecksumOfDoubles",
     [](hid_t f) {
         replace_dataset(f, "status/checksum", f64, {3, 2});
     },
     "/status/checksum holds something else"},
    {"NoChecksum", [](hid_t f) { H5Ldelete(f, "status/checksum", H5P_DEFAULT); }, "'status/checksum' is missing"},
    {"ChecksumElsewhere",
     [](hid_t f) {
         H5Ldelete(f, "status/checksum", H5P_DEFAULT);
         H5Lcreate_external("/dev/stdin", "/x", f, "status/checksum", H5P_DEFAULT, H5P_DEFAULT);
     },
     "link"},
    {"SecondsOfRank1", [](hid_t f) { replace_dataset(f, "status/seconds", f64, {3}); }, "/status/seconds"},
    {"FewSessions",
     [](hid_t f) {
         replace_dataset(f, "status/session", u32, {3, 1});
     },
     "/status/session"},
    {"FewRanks",
     [](hid_t f) {
         replace_dataset(f, "status/rank", u32, {1, 2});
     },
     "/status/rank"},
    {"NoStatus", [](hid_t f) { H5Ldelete(f, "status", H5P_DEFAULT); }, "'status' is missing"},
    {"FailuresOfRank2",
     [](hid_t f) {
         replace_dataset(f, "status/failures", schema::failure_type(), {8, 512});
     },
     "/status/failures"},
    {"FailuresOfNumbers", [](hid_t f) { replace_dataset(f, "status/failures", f64, {4096}); },
     "/status/failures holds something else"},
    {"SessionsOfRank2",
     [](hid_t f) {
         replace_dataset(f, "sessions", schema::session_type(), {1024, 4});
     },
     "/sessions"},
    {"SessionsOfRank0", [](hid_t f) { replace_dataset(f, "sessions", schema::session_type(), {}); }, "/sessions"},
    {"SessionsAreFailures", [](hid_t f) { replace_dataset(f, "sessions", schema::failure_type(), {1024}); },
     "/sessions holds something else"},
    {"NoPlan", [](hid_t f) { H5Ldelete(f, "status/planned", H5P_DEFAULT); }, "'status/planned' is missing"},
    {"ShortPlan", [](hid_t f) { replace_dataset(f, "status/planned", u32, {2}); }, "/status/planned"},
    {"NoStates", [](hid_t f) { H5Ldelete(f, "state/bytes", H5P_DEFAULT); }, "'bytes' is missing"},
    {"StatesOfRank2",
     [](hid_t f) {
         replace_dataset(f, "state/bytes", u8, {6, 32});
     },
     "/state/bytes has not the shape"},
    {"StatesOfOneSlot",
     [](hid_t f) {
         replace_dataset(f, "state/bytes", u8, {6, 1, 16});
     },
     "/state/bytes has not the shape"},
    {"StatesOfDoubles",
     [](hid_t f) {
         replace_dataset(f, "state/bytes", f64, {6, 2, 16});
     },
     "/state/bytes holds something else"},
    {"StatesWithoutData",
     [](hid_t f) {
         replace_dataset(f, "state/bytes", u8, {6, 2, 16});
     },
     "/state/bytes is said to hold"},
    {"ManyStates",
     [](hid_t f) {
         replace_dataset(f, "state/bytes", u8, {7, 2, 16});
     },
     "/state has 7 places for the states of 6"},
    {"HugeStates",
     [](hid_t f) {
         replace_dataset(f, "state/bytes", u8, {6, 2, std::size_t{1} << 50});
     },
     "/state has 6 places of"},
    {"StatesOfNothing",
     [](hid_t f) {
         replace_dataset(f, "state/bytes", u8, {6, 2, 0});
     },
     "/state has 6 places of 0 bytes"},
    {"FewStateRecords",
     [](hid_t f) {
         replace_dataset(f, "state/records", schema::state_type(), {5, 2});
     },
     "/state/records has not the shape"},
    {"StateRecordsOfNumbers",
     [](hid_t f) {
         replace_dataset(f, "state/records", u64, {6, 2});
     },
     "/state/records holds something else"},
    {"NotSaidWhetherKept", [](hid_t f) { delete_attribute(f, "/state", "kept"); }, "'kept' is missing"},
    {"NothingSettled", [](hid_t f) { replace_dataset(f, "status/settled", u32, {0}); }, "/status/settled"},
};

class DamagedFile : public testing::TestWithParam<Damage> {
  protected:
    DamagedFile() {
        hdf5::silence();
        create_sweep_file(path_, sound_header());
    }
    /// The message with which the file is refused.
    std::string refusal() const {
        try {
            const SweepReader reader(path_);
        } catch (const Error& error) {
            return error.what();
        }
        return "";
    }
    test::TemporaryDirectory directory_;
    std::filesystem::path path_ = directory_ / "a.h5";
};

TEST_P(DamagedFile, IsRefused) {
    GetParam().apply(test::open_to_damage(path_));
    EXPECT_NE(refusal(), "");
}

TEST_P(DamagedFile, IsRefusedByItsStructureToo) {
    delete_attribute(test::open_to_damage(path_), "/", "header_hash");
    GetParam().apply(test::open_to_damage(path_));
    const std::string message = refusal();
    EXPECT_NE(message, "");
    EXPECT_NE(message.find(path_.string()), std::string::npos) << message;
    EXPECT_NE(message.find(GetParam().message), std::string::npos) << message;
    EXPECT_EQ(message.find('\n'), std::string::npos) << message;
}

INSTANTIATE_TEST_SUITE_P(All, DamagedFile, testing::ValuesIn(damages),
                         [](const testing::TestParamInfo<Damage>& one) { return std::string(one.param.name); });

class SoundFile : public DamagedFile {};

TEST_F(SoundFile, IsReadAndProtected) {
    const SweepReader reader(path_);
    EXPECT_TRUE(reader.header_is_protected());
    EXPECT_EQ(header_hash(reader.header()), header_hash(sound_header()));
}

/// Every field by itself; two headers that are written one after the other in the same bytes differ too.
TEST_F(SoundFile, HashTellsEveryField) {
    const std::string sound = header_hash(sound_header());
    const std::vector<std::function<void(SweepHeader&)>> changes = {
        [](SweepHeader& h) { h.experiment += " "; },
        [](SweepHeader& h) { ++h.experiment_version; },
        [](SweepHeader& h) { h.job += "x"; },
        [](SweepHeader& h) { h.code_version = "tesT"; },
        [](SweepHeader& h) { h.created.clear(); },
        [](SweepHeader& h) { h.instruction_set = "AVX2"; },
        [](SweepHeader& h) { ++h.seed; },
        [](SweepHeader& h) { ++h.seeds[1].seed; },
        [](SweepHeader& h) { ++h.seeds[1].replicas; },
        [](SweepHeader& h) { ++h.points; },
        [](SweepHeader& h) { ++h.replicas; },
        [](SweepHeader& h) { ++h.grid_index[2]; },
        [](SweepHeader& h) { h.grid_index.clear(); },
        [](SweepHeader& h) { h.adaptive.target_error = "z 0.2"; },
        [](SweepHeader& h) { ++h.adaptive.max_replicas; },
        [](SweepHeader& h) { ++h.adaptive.first_replicas; },
        [](SweepHeader& h) { h.adaptive.refine = "b"; },
        [](SweepHeader& h) { h.axes[0].name = "c"; },
        [](SweepHeader& h) { h.axes[0].unit = "s"; },
        [](SweepHeader& h) { h.axes[0].description += "."; },
        [](SweepHeader& h) { h.axes[0].role = Role::inner; },
        [](SweepHeader& h) { h.axes[0].values[1] = std::nextafter(2, 3); },
        [](SweepHeader& h) { h.axes[2].values[0] = -0.0; },
        [](SweepHeader& h) { h.axes[1].words[1] = "green"; },
        [](SweepHeader& h) { std::swap(h.axes[0], h.axes[1]); },
        [](SweepHeader& h) { h.point_values[0].values[0] = 3; },
        [](SweepHeader& h) { h.point_values[2].width = 3; },
        [](SweepHeader& h) { h.point_values[1].words[0] = "r"; },
        [](SweepHeader& h) { h.point_values[1].unit = "m"; },
        [](SweepHeader& h) { h.settings[0].value = 129; },
        [](SweepHeader& h) { h.settings[0].unit = "m"; },
        [](SweepHeader& h) { h.settings[1].word = "euler"; },
        [](SweepHeader& h) { h.settings[1].content_hash = "0"; },
        [](SweepHeader& h) { h.settings.pop_back(); },
        [](SweepHeader& h) { h.observables[0].unit = "bit"; },
        [](SweepHeader& h) { h.observables[0].combine = Combine::stored; },
        [](SweepHeader& h) { h.observables[0].axes = {"a,bin"}; },
        [](SweepHeader& h) {
            h.observables[0].shape = {3, 2};
        },
        [](SweepHeader& h) { h.observables[1].error_of = "m"; },
        [](SweepHeader& h) { h.code[0].name = "t.py"; },
        [](SweepHeader& h) { h.code[1].text = "1"; },
        [](SweepHeader& h) { h.code.pop_back(); },
        [](SweepHeader& h) { h.code.clear(); },
        [](SweepHeader& h) { ++h.state.width; },
        [](SweepHeader& h) { --h.state.places; },
        [](SweepHeader& h) { h.state.kept = true; },
        [](SweepHeader& h) { h.state.lengthened_by = "samples"; },
        [](SweepHeader& h) { h.state = {}; },
        [](SweepHeader& h) { h.observables[0].name = "mm", h.observables[0].unit = "at"; },
    };
    for (std::size_t i = 0; i < changes.size(); ++i) {
        SweepHeader header = sound_header();
        changes[i](header);
        EXPECT_NE(header_hash(header), sound) << "change " << i;
    }
}

TEST_F(SoundFile, WithoutHashIsReadAsBefore) {
    delete_attribute(test::open_to_damage(path_), "/", "header_hash");
    EXPECT_FALSE(SweepReader(path_).header_is_protected());
}

/// What makes sense but is not what the file was made with.
TEST_F(SoundFile, ChangedHeaderIsToldWithWhatToDo) {
    replace_integer(test::open_to_damage(path_), "/", "seed", 8);
    const std::string message = refusal();
    EXPECT_NE(message.find("not what it was"), std::string::npos) << message;
    EXPECT_NE(message.find("--overwrite"), std::string::npos) << message;
    EXPECT_TRUE(is_sweep_file(path_));
}

TEST_F(SoundFile, ImpossibleRecordsAreLeftOut) {
    {
        const hdf5::File file = test::open_to_damage(path_);
        schema::Failure failures[2] = {{1, std::uint64_t{1} << 63, 5, {}}, {1, 1, 1, {}}};
        std::fill_n(failures[1].message, sizeof failures[1].message, 'x');
        schema::Session session{};
        std::fill_n(session.start, sizeof session.start, 'y');
        session.ranks = ~std::uint64_t{0};
        const hsize_t start = 0, two = 2, one = 1;
        const auto write = [&](const char* path, hid_t type, const hsize_t& count, const void* rows) {
            const hdf5::Dataset dataset = hdf5::open_dataset(file, path);
            const hdf5::Space space(H5Dget_space(dataset)), memory = hdf5::simple_space({count});
            H5Sselect_hyperslab(space, H5S_SELECT_SET, &start, nullptr, &count, nullptr);
            H5Dwrite(dataset, type, memory, space, H5P_DEFAULT, rows);
        };
        write("status/failures", schema::failure_type(), two, failures);
        write("sessions", schema::session_type(), one, &session);
        set_number(file, "status/checksum", 3, checksum_failed);
        set_number(file, "status/seconds", 3, -1e300);
        set_number(file, "status/planned", 2, 3);
    }
    const SweepReader reader(path_);
    ASSERT_EQ(reader.failures().size(), 1u);
    EXPECT_EQ(reader.failures()[0].message, std::string(232, 'x'));
    ASSERT_EQ(reader.sessions().size(), 1u);
    EXPECT_EQ(reader.sessions()[0].start, std::string(24, 'y'));
    EXPECT_EQ(reader.sessions()[0].ranks, 0u);
    EXPECT_TRUE(std::isnan(reader.read_seconds(3, 1)[0]));
    EXPECT_THROW(static_cast<void>(reader.planned()), IoError);
}

TEST_F(SoundFile, CutOffAnywhereIsRefused) {
    const auto size = std::filesystem::file_size(path_);
    for (const auto kept : {size - 1, size / 2, std::uintmax_t{5000}, std::uintmax_t{100}, std::uintmax_t{0}}) {
        std::filesystem::resize_file(path_, kept);
        EXPECT_NE(refusal(), "") << kept;
    }
}

TEST(DamagedDataset, IsRefused) {
    const test::TemporaryDirectory directory;
    const std::string path = directory / "data.h5";
    const auto refused = [&](const std::function<void(hid_t)>& write) {
        {
            const hdf5::File file(H5Fcreate(path.c_str(), H5F_ACC_TRUNC, H5P_DEFAULT, H5P_DEFAULT));
            write(file);
        }
        try {
            static_cast<void>(read_user_dataset(path + ":/x"));
        } catch (const Error& error) {
            return std::string(error.what());
        }
        return std::string();
    };
    EXPECT_EQ(refused([](hid_t f) { hdf5::write_doubles(f, "x", {2, 1}, std::vector<double>{1, 2}); }), "");
    EXPECT_NE(refused([](hid_t f) {
                  replace_dataset(f, "x", f64, {huge, 3});
              }).find("/x is said to hold"),
              std::string::npos);
    EXPECT_NE(refused([](hid_t f) {
                  replace_dataset(f, "x", f64, {huge, 1024});
              }).find("cannot be true"),
              std::string::npos);
    EXPECT_NE(refused([](hid_t f) { replace_dataset(f, "x", f64, {huge}, chunked({64})); }).find("/x is said to hold"),
              std::string::npos);
    EXPECT_NE(refused([](hid_t f) { replace_dataset(f, "x", schema::failure_type(), {4}); }).find("holds no numbers"),
              std::string::npos);
    EXPECT_NE(refused([](hid_t f) { hdf5::write_doubles(f, "x", {}, std::vector<double>{1}); }).find("a single number"),
              std::string::npos);
}

}  // namespace
}  // namespace gdm
