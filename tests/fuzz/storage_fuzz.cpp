/// Damages sweep files, reduced files and datasets at random and reads them with everything that reads them. Each case has a
/// process of its own: one that dies, computes for more than 10 s, throws what is no Error, or reduces to other numbers is a
/// finding.
///
///     storage-fuzz SEED CASES FILE...      (sweep files; files ending in .reduced.h5; datasets ending in .data.h5 with /x)

#include <fmt/format.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cstring>
#include <filesystem>
#include <map>
#include <memory>

#include "claims.hpp"
#include "gdm/base/error.hpp"
#include "gdm/experiments/registry.hpp"
#include "gdm/reduction/reduce.hpp"
#include "gdm/storage/sweep_join.hpp"
#include "gdm/storage/user_dataset.hpp"
#include "gdm/sweep/merge.hpp"
#include "mutations.hpp"
#include "status_render.hpp"
#include "support/hdf5_damage.hpp"

namespace gdm::fuzz {
namespace {

constexpr rlimit most_seconds{10, 10};  ///< of computing
constexpr unsigned most_waiting = 300;  ///< seconds, whatever else the machine does

enum class Outcome : int { refused, same, different, unprotected, foreign_exception, damage_failed };

const Experiment* experiment_called(const std::string& name) {
    for (const auto& experiment : experiments()) {
        if (experiment.name == name) return &experiment;
    }
    return nullptr;
}

/// A sound file and what it says.
struct Specimen {
    std::filesystem::path path;
    std::vector<Piece> metadata;
    std::unique_ptr<SweepReader> reader;  ///< of a sweep file
    Reduction reduction;
    std::vector<std::vector<double>> rows;
    Array dataset;  ///< of a dataset
};

bool ends_with(const std::filesystem::path& path, const char* ending) { return path.string().ends_with(ending); }

Specimen specimen_of(const std::filesystem::path& path) {
    Specimen one{path, metadata_of(path), {}, {}, {}, {}};
    if (ends_with(path, ".data.h5")) one.dataset = read_user_dataset(path.string() + ":/x");
    if (ends_with(path, ".data.h5") || ends_with(path, ".reduced.h5")) return one;
    one.reader = std::make_unique<SweepReader>(path);
    one.reduction = reduce(*one.reader, experiment_called(one.reader->header().experiment), "sweep.h5");
    return one;
}

/// What all processes of a case share.
struct Record {
    char what[4096];  ///< was done to the file
    char trouble[1024];
    volatile int damaged;
};

void note(char (&target)[1024], const std::string& text) { std::snprintf(target, sizeof target, "%s", text.c_str()); }

/// Everything that gdm-status and gdm-merge read.
void read_all(const std::filesystem::path& path, const Specimen& sound, Random& random) {
    const Census census = take_census(path, random() % 2 == 0, experiments());
    const StatusDetail all{5, 5, true};
    std::string text = status_block(census, all) + status_line(census);
    text += status_json({{path.string(), census, "", census.code()}}, census.code(), all);
    if (random() % 4 != 0) return;
    const SweepReader reader(path);
    const std::vector<NamedHeader> both{{"sound", &sound.reader->header()}, {"damaged", &reader.header()}};
    const SweepHeader joined = merged_header(both);
    const std::filesystem::path sources[] = {path, sound.path};
    const std::filesystem::path merged = path.string() + ".merged";
    rebuild_sweep_file(merged, joined, sources);
    if (loss_of(*sound.reader, SweepReader(merged).header()).replicas > 0) throw std::logic_error("a merge lost replicas");
}

Outcome read_sweep(const std::filesystem::path& path, const Specimen& sound, Random& random, Record& record) {
    std::string difference;
    bool is_protected = false;
    {
        const SweepReader reader(path);
        is_protected = reader.header_is_protected();
        const auto reduction = reduce(reader, experiment_called(reader.header().experiment), "sweep.h5");
        if (is_protected) difference = false_claim(*sound.reader, sound.reduction, reader, reduction);
        if (random() % 8 == 0) write_reduced_file(path.string() + ".reduced.h5", reduction.file);
    }
    read_all(path, sound, random);
    if (!is_protected) return Outcome::unprotected;
    note(record.trouble, difference);
    return difference.empty() ? Outcome::same : Outcome::different;
}

Outcome read_dataset(const std::filesystem::path& path, const Specimen& sound) {
    const Array array = read_user_dataset(path.string() + ":/x");
    // A dataset has no hash of its own; the sweep remembers that of its numbers.
    return array.content_hash == sound.dataset.content_hash && array.shape == sound.dataset.shape ? Outcome::same
                                                                                                  : Outcome::unprotected;
}

Outcome run_case(const std::filesystem::path& path, const Specimen& sound, Random& random, Record& record) {
    std::string what;
    try {
        if (random() % 5 < 2) {
            what = damage_bytes(path, sound.metadata, random);
        } else {
            // Half of them pass the hash of the header, as a file of an old version does.
            if (sound.reader != nullptr && random() % 2 == 0) {
                test::delete_attribute(test::open_to_damage(path), "/", "header_hash");
                what = "unprotected; ";
            }
            for (std::size_t i = random() % 3 == 0 ? 3 : 1; i > 0; --i) {
                what += damage_structure(path, random) + "; ";
                std::snprintf(record.what, sizeof record.what, "%s", what.c_str());
            }
        }
    } catch (const std::exception& error) {
        note(record.trouble, error.what());
        return Outcome::damage_failed;
    }
    std::snprintf(record.what, sizeof record.what, "%s", what.c_str());
    record.damaged = 1;
    try {
        if (sound.reader != nullptr) return read_sweep(path, sound, random, record);
        if (sound.dataset.values) return read_dataset(path, sound);
        return is_reduced_file(path) ? Outcome::same : Outcome::refused;
    } catch (const Error& error) {
        note(record.trouble, error.what());
        const bool one_line = std::strchr(record.trouble, '\n') == nullptr;
        return one_line ? Outcome::refused : Outcome::foreign_exception;
    } catch (const std::exception& error) {
        note(record.trouble, error.what());
        return Outcome::foreign_exception;
    }
}

/// Whether h5dump dies of the file too, or computes for half of what a case may (it has no sanitizer), which is then
/// HDF5's trouble: it clears 4 GiB where a text says that it is that long.
bool h5dump_dies(const std::filesystem::path& path) {
    const std::string command = fmt::format("ulimit -t {}; exec timeout -s XCPU {} h5dump '{}' > /dev/null 2>&1",
                                            most_seconds.rlim_cur / 2, most_waiting, path.string());
    const int status = std::system(command.c_str());
    return WIFSIGNALED(status) || WEXITSTATUS(status) >= 124;
}

class Campaign {
  public:
    Campaign(std::uint64_t seed, std::size_t cases, const std::vector<std::filesystem::path>& files)
        : seed_(seed), cases_(cases) {
        for (const auto& file : files) specimens_.push_back(specimen_of(file));
        void* memory = mmap(nullptr, sizeof(Record), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
        if (memory == MAP_FAILED) throw std::bad_alloc();
        record_ = static_cast<Record*>(memory);
        std::string name = (std::filesystem::temp_directory_path() / "gdm-fuzz-XXXXXX").string();
        if (mkdtemp(name.data()) == nullptr) throw std::runtime_error("no temporary folder");
        folder_ = name;
    }
    Campaign(const Campaign&) = delete;
    Campaign& operator=(const Campaign&) = delete;
    ~Campaign() {
        std::error_code ignored;
        std::filesystem::remove_all(folder_, ignored);
    }

    int run() {
        for (std::size_t i = 0; i < cases_; ++i) run(seed_ + i);
        fmt::print("{} files: ", cases_);
        for (const auto& [name, count] : tally_) fmt::print("{} {}, ", count, name);
        fmt::print("{} findings\n", findings_);
        return findings_ == 0 ? 0 : 1;
    }

  private:
    void run(std::uint64_t seed) {
        Random random(seed);
        const Specimen& sound = specimens_[random() % specimens_.size()];
        const std::filesystem::path path = folder_ / "damaged.h5";
        for (const auto& entry : std::filesystem::directory_iterator(folder_)) std::filesystem::remove(entry.path());
        std::filesystem::copy_file(sound.path, path);
        std::memset(record_, 0, sizeof(Record));
        const pid_t child = fork();
        if (child == 0) {
            setrlimit(RLIMIT_CPU, &most_seconds);
            alarm(most_waiting);
            const Outcome outcome = run_case(path, sound, random, *record_);
            std::fflush(nullptr);
            _exit(static_cast<int>(outcome));
        }
        int status = 0;
        waitpid(child, &status, 0);
        judge(seed, sound, path, status);
    }

    void judge(std::uint64_t seed, const Specimen& sound, const std::filesystem::path& path, int status) {
        static const char* const names[] = {"refused", "read the same", "WRONG", "read without protection",
                                            "UNCLEAR", "not damaged"};
        const bool clean = WIFEXITED(status) && WEXITSTATUS(status) <= 5;
        if (clean) {
            const auto outcome = static_cast<Outcome>(WEXITSTATUS(status));
            ++tally_[names[WEXITSTATUS(status)]];
            if (outcome != Outcome::different && outcome != Outcome::foreign_exception) return;
            tell(seed, sound, names[WEXITSTATUS(status)]);
        } else if (record_->damaged == 0) {
            ++tally_["HDF5 died while damaging"];
        } else if (h5dump_dies(path)) {
            ++tally_["deaths that h5dump shares"];
        } else {
            const std::string death = WIFSIGNALED(status) ? fmt::format("SIGNAL {}", WTERMSIG(status)) : "SANITIZER";
            ++tally_[death];
            tell(seed, sound, death);
        }
    }

    void tell(std::uint64_t seed, const Specimen& sound, const std::string& kind) {
        ++findings_;
        fmt::print("{}: seed {}, {}: {}: {}\n", kind, seed, sound.path.filename().string(), record_->what, record_->trouble);
        std::fflush(stdout);
    }

    std::uint64_t seed_;
    std::size_t cases_;
    std::vector<Specimen> specimens_;
    std::filesystem::path folder_;
    Record* record_ = nullptr;
    std::map<std::string, std::size_t> tally_;
    std::size_t findings_ = 0;
};

}  // namespace
}  // namespace gdm::fuzz

int main(int argc, char** argv) {
    if (argc < 4) {
        fmt::print(stderr, "usage: storage-fuzz SEED CASES FILE...\n");
        return 2;
    }
    gdm::hdf5::silence();
    return gdm::fuzz::Campaign(std::stoull(argv[1]), std::stoull(argv[2]), {argv + 3, argv + argc}).run();
}
