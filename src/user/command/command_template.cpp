#include "gdm/user/command/command_template.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "gdm/base/error.hpp"
#include "gdm/base/text.hpp"

namespace gdm {
namespace {

bool is_name(std::string_view text) {
    const auto letter = [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); };
    return !text.empty() && letter(text.front()) &&
           std::all_of(text.begin(), text.end(), [&](char c) { return letter(c) || (c >= '0' && c <= '9') || c == '_'; });
}

/// Reads a command from left to right.
class WordSplitter {
  public:
    explicit WordSplitter(std::string_view text) : text_(text) {}

    std::vector<CommandTemplate::Word> words() {
        while (at_ < text_.size()) step();
        if (quote_ != 0) throw UsageError(fmt::format("the quote {} is never closed", quote_));
        end_word();
        return std::move(words_);
    }

  private:
    void step() {
        const char c = text_[at_++];
        if (c == '\n' || c == '\0') throw UsageError("a command is one line of text");
        if (c == '{' || c == '}') return brace(c);
        if (quote_ == '\'') return c == quote_ ? close() : put(c);
        if (c == '\\') return escape();
        if (quote_ == '"') return c == quote_ ? close() : put(c);
        if (c == '\'' || c == '"') {
            quote_ = c;
            in_word_ = true;
            return;
        }
        if (c == ' ' || c == '\t') return end_word();
        if (constexpr std::string_view operators = "|&;<>$`"; operators.find(c) != std::string_view::npos) {
            throw UsageError(
                fmt::format("no shell runs the command, so that {} means nothing; quote it, or write "
                            "sh -c '… \"$1\" …' sh {{name}}",
                            c));
        }
        if (c == '~' && !in_word_) throw UsageError("no shell runs the command: write the path in full in the place of ~");
        put(c);
    }

    void escape() {
        if (at_ == text_.size()) throw UsageError("nothing follows the last \\");
        const char next = text_[at_++];
        if (quote_ == '"' && std::string_view("\"\\$`").find(next) == std::string_view::npos) put('\\');
        put(next);
    }

    /// {name}, {{ or }}, inside quotes too.
    void brace(char c) {
        if (at_ < text_.size() && text_[at_] == c) {
            ++at_;
            return put(c);
        }
        const auto end = text_.find('}', at_);
        const std::string_view name = c == '{' && end != std::string_view::npos ? text_.substr(at_, end - at_) : "";
        if (!is_name(name)) {
            throw UsageError(
                fmt::format("'{}' is no placeholder: {{name}} is one, of letters, digits and _; {{{{ and }}}} "
                            "stand for braces",
                            cut_text(std::string(text_.substr(at_ - 1)), 24)));
        }
        word_.push_back({std::string(name), true});
        in_word_ = true;
        at_ = end + 1;
    }

    void put(char c) {
        if (word_.empty() || word_.back().placeholder) word_.emplace_back();
        word_.back().text += c;
        in_word_ = true;
    }
    void close() { quote_ = 0; }
    void end_word() {
        if (in_word_) words_.push_back(std::move(word_));
        word_.clear();
        in_word_ = false;
    }

    std::string_view text_;
    std::size_t at_ = 0;
    char quote_ = 0;  ///< the open one
    bool in_word_ = false;
    CommandTemplate::Word word_;
    std::vector<CommandTemplate::Word> words_;
};

}  // namespace

CommandTemplate::CommandTemplate(std::string_view text) : words_(WordSplitter(text).words()) {
    if (words_.empty()) throw UsageError("the command has no word");
    for (const Word& word : words_) {
        for (const Piece& piece : word) {
            if (piece.placeholder && !uses(piece.text)) names_.push_back(piece.text);
        }
    }
}

bool CommandTemplate::uses(std::string_view name) const {
    return std::find(names_.begin(), names_.end(), name) != names_.end();
}

std::string CommandTemplate::text_after(std::string_view name) const {
    for (const Word& word : words_) {
        for (std::size_t i = 0; i < word.size(); ++i) {
            if (!word[i].placeholder || word[i].text != name) continue;
            return i + 1 < word.size() && !word[i + 1].placeholder ? word[i + 1].text : "";
        }
    }
    return {};
}

std::string CommandTemplate::literal(std::size_t word) const {
    const Word& pieces = words_[word];
    return pieces.size() == 1 && !pieces.front().placeholder ? pieces.front().text : "";
}

std::vector<std::string> CommandTemplate::filled(const std::function<std::string(const std::string& name)>& value) const {
    std::vector<std::string> all;
    all.reserve(words_.size());
    for (const Word& word : words_) {
        std::string& text = all.emplace_back();
        for (const Piece& piece : word) text += piece.placeholder ? value(piece.text) : piece.text;
    }
    return all;
}

std::string argument_text(double value) {
    if (value == std::floor(value) && std::abs(value) < 1e18) return fmt::format("{:.0f}", value + 0.0);
    return number_text(value);
}

}  // namespace gdm
