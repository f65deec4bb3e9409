#include "gdm/user/command/result_declaration.hpp"

#include <fmt/format.h>

#include <string>
#include <utility>

#include "declaration_text.hpp"
#include "gdm/base/error.hpp"
#include "gdm/base/named.hpp"
#include "gdm/base/suggestion.hpp"
#include "gdm/base/text.hpp"

namespace gdm {
namespace {

constexpr double most_numbers = 1e7;  ///< that a replica may give back
constexpr const char* missing_word = "may_be_missing";

/// Reads a declaration from left to right.
class DeclarationReader {
  public:
    explicit DeclarationReader(std::string_view text) : text_(text) {}

    ResultDeclaration declaration() {
        do item();
        while (text_.accept(','));
        if (!text_.at_end()) text_.refuse("a comma");
        return std::move(result_);
    }

  private:
    void item() {
        Observable one;
        one.name = text_.word();
        if (one.name.empty()) text_.refuse("the name of an observable");
        one.description = one.name;
        if (find_named(result_.observables, one.name) != nullptr) {
            throw UsageError(fmt::format("'{}' is declared twice", one.name));
        }
        if (text_.accept('(')) shape(one);
        if (text_.accept('[')) one.unit = text_.unit();
        for (std::string how = text_.word(); !how.empty(); how = text_.word()) manner(one, how);
        result_.observables.push_back(std::move(one));
    }

    void shape(Observable& one) {
        double size = 1;
        do {
            std::string name, length = text_.word();
            if (text_.accept('=')) name = std::exchange(length, text_.word());
            const auto count = parse_number(length);
            if (!count || length.find_first_not_of("0123456789") != std::string::npos || *count < 1) {
                throw UsageError(
                    fmt::format("{}: '{}' is no length; write {}(16) or {}(r = 16)", one.name, length, one.name, one.name));
            }
            size *= *count;
            if (numbers_ + size > most_numbers) {
                throw UsageError(fmt::format("{}: a replica gives {:.0f} numbers at most", one.name, most_numbers));
            }
            if (name.empty()) {
                name = fmt::format("{}_index{}", one.name, one.axes.empty() ? "" : std::to_string(one.axes.size() + 1));
            }
            add_axis(name, static_cast<std::size_t>(*count), one.name);
            one.axes.push_back(name);
        } while (text_.accept(','));
        if (!text_.accept(')')) text_.refuse("a closing parenthesis");
        numbers_ += size;
    }

    void add_axis(const std::string& name, std::size_t length, const std::string& owner) {
        if (const FixedAxis* there = find_named(result_.axes, name); there != nullptr) {
            if (there->values.size() == length) return;
            throw UsageError(
                fmt::format("{}: the axis {} has {} values before and {} here", owner, name, there->values.size(), length));
        }
        FixedAxis axis{name, "1", name, std::vector<double>(length)};
        for (std::size_t i = 0; i < length; ++i) axis.values[i] = static_cast<double>(i);
        result_.axes.push_back(std::move(axis));
    }

    static void manner(Observable& one, const std::string& word) {
        if (word == missing_word) {
            one.may_be_missing.when = "where the command gives none";
            return;
        }
        const auto combine = combine_words.find(word);
        if (!combine) {
            auto known = combine_words.list();
            known.emplace_back(missing_word);
            throw UsageError(
                fmt::format("{}: '{}' is no way to combine replicas; {}", one.name, word, nearest_or_known(word, known)));
        }
        one.combine = *combine;
    }

    DeclarationText text_;
    double numbers_ = 0;
    ResultDeclaration result_;
};

}  // namespace

ResultDeclaration parse_result_declaration(std::string_view text) { return DeclarationReader(text).declaration(); }

}  // namespace gdm
