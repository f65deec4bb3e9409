#pragma once

#include <cstddef>
#include <functional>
#include <map>
#include <mutex>
#include <vector>

namespace gdm {

/// Values of a pure function by its numeric arguments, each computed once. Holds at most `most` of them; when full it
/// forgets all. For several threads; two that ask for the same value at once may both compute it.
template <class Value>
class Memo {
  public:
    explicit Memo(std::size_t most = 4096) : most_(most) {}

    [[nodiscard]] Value at(const std::vector<double>& arguments, const std::function<Value()>& compute) {
        {
            const std::lock_guard lock(mutex_);
            if (const auto found = values_.find(arguments); found != values_.end()) return found->second;
        }
        Value value = compute();
        const std::lock_guard lock(mutex_);
        if (values_.size() >= most_) values_.clear();
        values_.insert_or_assign(arguments, value);
        return value;
    }

  private:
    std::size_t most_;
    std::map<std::vector<double>, Value> values_;
    std::mutex mutex_;
};

}  // namespace gdm
