#include "gdm/experiment/values.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <stdexcept>

#include "gdm/base/named.hpp"
#include "gdm/base/suggestion.hpp"

namespace gdm {

Layout::Layout(std::vector<Entry> entries) : entries_(std::move(entries)) {
    for (auto& entry : entries_) {
        entry.size = 1;
        for (const std::size_t n : entry.shape) entry.size *= n;
        entry.offset = size_;
        size_ += entry.size;
    }
}

const Layout::Entry& Layout::at(std::string_view name) const {
    if (const Entry* found = find_named(entries_, name); found != nullptr) return *found;
    throw std::logic_error(fmt::format("'{}' is not declared{}", name, did_you_mean(name, names_of(entries_), "; ")));
}

Values::Values(const Layout& layout, std::span<double> block) : layout_(&layout), block_(block) {
    if (block.size() != layout.size()) throw std::logic_error("a block of values does not fit its layout");
    std::fill(block.begin(), block.end(), std::numeric_limits<double>::quiet_NaN());
}

std::span<double> Values::operator[](std::string_view name) const {
    const auto& entry = layout_->at(name);
    return block_.subspan(entry.offset, entry.size);
}

void Values::set(std::string_view name, std::span<const double> values) const {
    const std::span<double> target = (*this)[name];
    if (values.size() != target.size()) {
        throw std::logic_error(
            fmt::format("observable '{}' takes {} numbers, but {} were written", name, target.size(), values.size()));
    }
    std::copy(values.begin(), values.end(), target.begin());
}

void Values::set(std::string_view name, double value) const { set(name, std::span<const double>(&value, 1)); }

std::span<const double> Combined::operator[](std::string_view name) const {
    const auto& entry = layout_->at(name);
    return block_.subspan(entry.offset, entry.size);
}

}  // namespace gdm
