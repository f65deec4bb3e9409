#pragma once

#include <fmt/format.h>

#include <cctype>
#include <string>
#include <string_view>

#include "gdm/base/error.hpp"
#include "gdm/base/text.hpp"

namespace gdm {

/// Where one is in a line of a job that declares names with commas between them.
class DeclarationText {
  public:
    explicit DeclarationText(std::string_view text) : text_(text) {}

    [[noreturn]] void refuse(std::string_view expected) {
        blanks();
        throw UsageError(at_ < text_.size()
                             ? fmt::format("'{}': expected {}", cut_text(std::string(text_.substr(at_)), 24), expected)
                             : fmt::format("expected {} at the end", expected));
    }
    [[nodiscard]] bool at_end() {
        blanks();
        return at_ == text_.size();
    }
    /// Takes a character if it comes next.
    bool accept(char c) {
        if (at_end() || text_[at_] != c) return false;
        ++at_;
        return true;
    }
    /// The letters, digits, underscores and `more` that follow.
    std::string word(std::string_view more = {}) {
        blanks();
        return while_true([&](char c) {
            return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_' || more.find(c) != std::string_view::npos;
        });
    }
    /// What stands before the next comma.
    std::string up_to_comma() {
        return std::string(trim(while_true([](char c) { return c != ','; })));
    }
    /// The unit after an opening bracket, and the closing one.
    std::string unit() {
        if (text_.find(']', at_) == std::string_view::npos) refuse("a unit and ]");
        const std::string unit(trim(while_true([](char c) { return c != ']'; })));
        ++at_;
        return unit.empty() ? "1" : unit;
    }

  private:
    void blanks() {
        while (at_ < text_.size() && std::isspace(static_cast<unsigned char>(text_[at_])) != 0) ++at_;
    }
    template <class Test>
    std::string while_true(const Test& test) {
        const std::size_t begin = at_;
        while (at_ < text_.size() && test(text_[at_])) ++at_;
        return std::string(text_.substr(begin, at_ - begin));
    }

    std::string_view text_;
    std::size_t at_ = 0;
};

}  // namespace gdm
