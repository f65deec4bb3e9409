#include "gdm/user/command/results.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>
#ifdef GDM_NPZ
#include <zip.h>
#endif

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <limits>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <stdexcept>

#include "gdm/base/suggestion.hpp"
#include "gdm/base/text.hpp"
#include "numpy_array.hpp"

namespace gdm {
namespace {

using Json = nlohmann::json;

std::string shape_text(const std::vector<std::size_t>& shape) { return fmt::format("({})", fmt::join(shape, ", ")); }

std::runtime_error missing(const Observable& observable, const std::vector<std::string>& names) {
    const std::string near = nearest_or_known(observable.name, names);
    return std::runtime_error(
        fmt::format("the result has no '{}'{}", observable.name, names.empty() ? "" : "; " + cut_text(near, 120)));
}

/// Python writes NaN, Infinity and -Infinity, which JSON lacks: null takes their place.
std::string with_null_for_nan(std::string_view text) {
    std::string result;
    result.reserve(text.size());
    bool in_string = false;
    while (!text.empty()) {
        std::size_t length = 1;
        if (in_string) {
            if (text[0] == '"') in_string = false;
            if (text[0] == '\\') length = std::min<std::size_t>(2, text.size());
        } else if (text[0] == '"') {
            in_string = true;
        } else {
            const auto word = [&](std::string_view name) {
                if (!text.starts_with(name)) return false;
                result += "null";
                text.remove_prefix(name.size());
                return true;
            };
            if (word("NaN") || word("-Infinity") || word("Infinity")) continue;
        }
        result += text.substr(0, length);
        text.remove_prefix(length);
    }
    return result;
}

Json parse_object(std::string_view text) {
    const std::string cleaned = with_null_for_nan(trim(text));
    const auto attempt = [](std::string_view part) { return Json::parse(part, nullptr, false); };
    Json whole = attempt(cleaned);
    if (whole.is_discarded()) whole = attempt(std::string_view(cleaned).substr(cleaned.find_last_of('\n') + 1));
    if (whole.is_object()) return whole;
    if (cleaned.empty()) throw std::runtime_error("the result is empty, where a JSON object is expected");
    std::string begin = cut_text(cleaned, 40);
    std::replace_if(
        begin.begin(), begin.end(), [](char c) { return c < ' ' || c > '~'; }, '?');
    throw std::runtime_error(fmt::format("the result is no JSON object {{\"{}\": …}} alone: it begins '{}'", "name", begin));
}

/// Nested lists of exactly this shape, slowest axis first.
void flatten(const Json& json, const Observable& observable, std::span<const std::size_t> shape, double*& next) {
    if (shape.empty()) {
        if (json.is_number() || json.is_boolean()) {
            *next++ = json.is_boolean() ? static_cast<double>(json.get<bool>()) : json.get<double>();
        } else if (json.is_null()) {
            *next++ = std::numeric_limits<double>::quiet_NaN();
        } else {
            throw std::runtime_error(fmt::format("{}: {} stands where a number is expected", observable.name,
                                                 json.is_array()    ? "a list"
                                                 : json.is_string() ? "text"
                                                                    : "an object"));
        }
        return;
    }
    if (!json.is_array() || json.size() != shape[0]) {
        throw std::runtime_error(fmt::format("{}: {} where a list of {} is expected", observable.name,
                                             json.is_array() ? fmt::format("a list of {}", json.size()) : "no list",
                                             shape[0]));
    }
    for (const Json& one : json) flatten(one, observable, shape.subspan(1), next);
}

void take(const NumpyArray& array, const Observable& observable, const Layout& layout, const Values& values) {
    const auto& shape = layout.at(observable.name).shape;
    if (array.shape != shape && !(shape.empty() && array.values.size() == 1)) {
        throw std::runtime_error(fmt::format("{}: an array of shape {} where {} is expected", observable.name,
                                             shape_text(array.shape), shape_text(shape)));
    }
    values.set(observable.name, array.values);
}

std::string read_whole(const std::filesystem::path& path) {
    std::error_code error;
    if (!std::filesystem::is_regular_file(path, error)) {
        throw std::runtime_error(fmt::format("the command wrote no file {}", path.filename().string()));
    }
    std::string bytes(std::filesystem::file_size(path, error), '\0');
    std::ifstream file(path, std::ios::binary);
    if (!file.read(bytes.data(), static_cast<std::streamsize>(bytes.size()))) {
        throw std::runtime_error(fmt::format("{} cannot be read: {}", path.filename().string(), std::strerror(errno)));
    }
    return bytes;
}

#ifdef GDM_NPZ
struct ZipCloser {
    void operator()(zip_t* archive) const noexcept { zip_discard(archive); }
    void operator()(zip_file_t* file) const noexcept { zip_fclose(file); }
};

/// A member of an archive, no longer than `most` bytes.
std::string read_member(zip_t* archive, const std::string& name, std::size_t most) {
    zip_stat_t about;
    if (zip_stat(archive, name.c_str(), 0, &about) != 0 || about.size > most) {
        throw std::runtime_error(fmt::format("{} is larger than its declared shape", name));
    }
    std::string bytes(about.size, '\0');
    const std::unique_ptr<zip_file_t, ZipCloser> file(zip_fopen(archive, name.c_str(), 0));
    if (!file || zip_fread(file.get(), bytes.data(), bytes.size()) != static_cast<zip_int64_t>(bytes.size())) {
        throw std::runtime_error(fmt::format("{} of the archive cannot be read", name));
    }
    return bytes;
}

void read_npz(const std::filesystem::path& path, const std::vector<Observable>& observables, const Layout& layout,
              const Values& values) {
    int error = 0;
    const std::unique_ptr<zip_t, ZipCloser> archive(zip_open(path.c_str(), ZIP_RDONLY, &error));
    if (!archive) throw std::runtime_error(fmt::format("{} is no archive of NumPy", path.filename().string()));
    std::vector<std::string> names;
    for (zip_int64_t i = 0; i < std::min<zip_int64_t>(zip_get_num_entries(archive.get(), 0), 1000); ++i) {
        std::string name = zip_get_name(archive.get(), static_cast<zip_uint64_t>(i), 0);
        if (name.ends_with(".npy")) names.push_back(name.substr(0, name.size() - 4));
    }
    for (const Observable& observable : observables) {
        if (std::find(names.begin(), names.end(), observable.name) == names.end()) throw missing(observable, names);
        const std::size_t most = 65536 + 16 * layout.at(observable.name).size;
        take(parse_npy(read_member(archive.get(), observable.name + ".npy", most)), observable, layout, values);
    }
}
#else
void read_npz(const std::filesystem::path&, const std::vector<Observable>&, const Layout&, const Values&) {
    throw std::runtime_error("this program was built without libzip, and reads no .npz");
}
#endif

}  // namespace

void read_json_result(std::string_view text, const std::vector<Observable>& observables, const Layout& layout,
                      const Values& values) {
    const Json object = parse_object(text);
    for (const Observable& observable : observables) {
        const auto found = object.find(observable.name);
        if (found == object.end()) {
            std::vector<std::string> names;
            for (const auto& [name, value] : object.items()) names.push_back(name);
            throw missing(observable, names);
        }
        double* next = values[observable.name].data();
        flatten(*found, observable, layout.at(observable.name).shape, next);
    }
}

void read_result_file(const std::filesystem::path& path, ResultFormat format, const std::vector<Observable>& observables,
                      const Layout& layout, const Values& values) {
    if (format == ResultFormat::npz) {
        std::error_code error;
        if (!std::filesystem::exists(path, error)) read_whole(path);
        return read_npz(path, observables, layout, values);
    }
    const std::string bytes = read_whole(path);
    if (format == ResultFormat::json) return read_json_result(bytes, observables, layout, values);
    take(parse_npy(bytes), observables.front(), layout, values);
}

bool reads_npz() noexcept {
#ifdef GDM_NPZ
    return true;
#else
    return false;
#endif
}

}  // namespace gdm
