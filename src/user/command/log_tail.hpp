#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace gdm {

/// The end of what a program writes to its log.
class LogTail {
  public:
    void add(std::string_view text) {
        bytes_ += text.size();
        if (text.size() > kept) text.remove_prefix(text.size() - kept);
        tail_ += text;
        if (tail_.size() > 2 * kept) tail_.erase(0, tail_.size() - kept);
    }
    [[nodiscard]] std::size_t bytes() const noexcept { return bytes_; }

    /// As many whole lines from the end as `most` bytes hold, or the end of the last one; printable, " | " between lines.
    [[nodiscard]] std::string lines(std::size_t most) const {
        std::string text;
        std::string_view rest = tail_;
        while (!rest.empty()) {
            const auto before = rest.find_last_of("\r\n");
            const std::string line = printable(rest.substr(before == std::string_view::npos ? 0 : before + 1));
            rest = rest.substr(0, before == std::string_view::npos ? 0 : before);
            if (line.empty()) continue;
            if (text.empty()) {
                text = line.size() <= most ? line : most > 3 ? "..." + line.substr(line.size() - most + 3) : "";
            } else if (text.size() + line.size() + 3 <= most) {
                text.insert(0, line + " | ");
            } else {
                break;
            }
        }
        return text;
    }

  private:
    static constexpr std::size_t kept = 4096;

    static std::string printable(std::string_view line) {
        std::string text;
        for (const char c : line) text += c == '\t' ? ' ' : c >= ' ' && c <= '~' ? c : '?';
        const auto first = text.find_first_not_of(' ');
        return first == std::string::npos ? "" : text.substr(first, text.find_last_not_of(' ') - first + 1);
    }

    std::string tail_;
    std::size_t bytes_ = 0;
};

}  // namespace gdm
