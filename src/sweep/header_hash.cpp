#include "gdm/sweep/header_hash.hpp"

#include <fmt/format.h>
#include <xxhash.h>

#include <bit>
#include <memory>
#include <span>

namespace gdm {
namespace {

static_assert(std::endian::native == std::endian::little, "numbers are hashed as they lie in memory");

class Hasher {
  public:
    Hasher() { XXH3_64bits_reset(state_.get()); }

    Hasher& operator<<(std::uint64_t number) { return bytes(&number, sizeof number); }
    Hasher& operator<<(double number) { return *this << std::bit_cast<std::uint64_t>(number); }
    Hasher& operator<<(const std::string& text) { return (*this << text.size()).bytes(text.data(), text.size()); }
    template <class Number>
    Hasher& numbers(const std::vector<Number>& list) {
        static_assert(sizeof(Number) == 8);
        return (*this << list.size()).bytes(list.data(), 8 * list.size());
    }
    Hasher& operator<<(const std::vector<std::string>& list) {
        *this << list.size();
        for (const auto& text : list) *this << text;
        return *this;
    }
    [[nodiscard]] std::uint64_t digest() const { return XXH3_64bits_digest(state_.get()); }

  private:
    Hasher& bytes(const void* data, std::size_t size) {
        XXH3_64bits_update(state_.get(), data, size);
        return *this;
    }
    std::unique_ptr<XXH3_state_t, decltype(&XXH3_freeState)> state_{XXH3_createState(), XXH3_freeState};
};

void add_axes(Hasher& hash, const SweepHeader& header) {
    hash << header.axes.size();
    for (const auto& axis : header.axes) {
        hash << axis.name << axis.unit << axis.description << std::string(role_words[axis.role]) << axis.words;
        hash.numbers(axis.values);
        if (!axis.columns.empty()) hash << axis.columns;  // files without a table keep their hash
    }
    hash << header.point_values.size();
    for (const auto& record : header.point_values) {
        hash << record.name << record.unit << record.description << record.width << record.words;
        hash.numbers(record.values);
    }
    hash.numbers(header.grid_index);
}

void add_settings(Hasher& hash, const SweepHeader& header) {
    hash << header.settings.size();
    for (const auto& setting : header.settings) {
        hash << setting.name << setting.unit << setting.description << setting.value << setting.word << setting.content_hash;
    }
}

void add_observables(Hasher& hash, const SweepHeader& header) {
    hash << header.observables.size();
    for (const auto& one : header.observables) {
        hash << one.name << one.unit << one.description << std::string(combine_words[one.combine]) << one.error_of
             << one.axes;
        hash.numbers(one.shape);
    }
}

}  // namespace

std::string header_hash(const SweepHeader& header) {
    Hasher hash;
    hash << std::uint64_t{sweep_format_version} << header.experiment
         << static_cast<std::uint64_t>(static_cast<std::int64_t>(header.experiment_version)) << header.job
         << header.code_version << header.created << header.instruction_set << header.seed << header.points
         << header.replicas;
    hash << header.seeds.size();
    for (const auto& share : header.seeds) hash << share.seed << share.replicas;
    if (const auto& adaptive = header.adaptive; adaptive.any()) {
        hash << adaptive.target_error << adaptive.first_replicas << adaptive.max_replicas << adaptive.refine
             << adaptive.refine_where << adaptive.refine_levels;
    } else {
        hash << std::uint64_t{0};
    }
    add_axes(hash, header);
    add_settings(hash, header);
    add_observables(hash, header);
    // Files without states keep the hash that they had before there were any.
    if (const auto& state = header.state; state.any()) {
        hash << state.width << state.places << std::uint64_t{state.kept} << state.lengthened_by;
    }
    for (const auto& file : header.code) hash << file.name << file.text << file.essence;  // likewise files without code
    return fmt::format("{:016x}", hash.digest());
}

}  // namespace gdm
