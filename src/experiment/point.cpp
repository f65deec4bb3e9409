#include "gdm/experiment/point.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <stdexcept>
#include <utility>

namespace gdm {
namespace {

std::size_t find(const std::vector<std::string>& names, std::string_view name) {
    return static_cast<std::size_t>(std::find(names.begin(), names.end(), name) - names.begin());
}

}  // namespace

Point::Point() {
    static const auto none = std::make_shared<const Names>();
    names_ = none;
}

std::size_t Point::place(std::string_view name) const {
    const std::size_t found = find(names_->numbers, name);
    if (found >= numbers_.size()) throw std::out_of_range(fmt::format("the point has no parameter '{}'", name));
    return found;
}

std::size_t Point::axis_place(std::string_view name) const {
    const std::size_t found = find(names_->axes, name);
    if (found == axes_.size()) throw std::out_of_range(fmt::format("the point has no inner axis '{}'", name));
    return found;
}

double Point::operator[](std::string_view name) const { return numbers_[place(name)].value; }

std::int64_t Point::integer(std::string_view name) const { return std::llround((*this)[name]); }

const std::string& Point::word(std::string_view name) const {
    static const std::string none;
    const SharedWord& word = numbers_[place(name)].word;
    return word == nullptr ? none : *word;
}

std::span<const double> Point::axis(std::string_view name) const { return *axes_[axis_place(name)]; }

bool Point::has(std::string_view name) const { return find(names_->numbers, name) < numbers_.size(); }

void Point::set(const std::string& name, double value) { set(name, value, {}); }

void Point::set(const std::string& name, double index, std::string word) {
    std::size_t at = find(names_->numbers, name);
    if (at >= numbers_.size()) {
        if (at > numbers_.size() || at == names_->numbers.size()) {
            auto names = std::make_shared<Names>(*names_);
            names->numbers.resize(numbers_.size());
            names->numbers.push_back(name);
            names_ = std::move(names);
        }
        at = numbers_.size();
        numbers_.emplace_back();
    }
    put(at, index, word.empty() ? nullptr : std::make_shared<const std::string>(std::move(word)));
}

void Point::set_axis(const std::string& name, std::vector<double> values) {
    const std::size_t at = find(names_->axes, name);
    if (at == axes_.size()) {
        auto names = std::make_shared<Names>(*names_);
        names->axes.push_back(name);
        names_ = std::move(names);
        axes_.emplace_back();
    }
    axes_[at] = std::make_shared<const std::vector<double>>(std::move(values));
}

void Point::put_axis(std::size_t place, std::span<const double> values) {
    axes_[place] = std::make_shared<const std::vector<double>>(values.begin(), values.end());
}

}  // namespace gdm
