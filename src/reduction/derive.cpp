#include "gdm/reduction/derive.hpp"

#define XXH_INLINE_ALL
#include <fmt/format.h>
#include <xxhash.h>

#include <algorithm>
#include <cmath>
#include <new>

#include "gdm/base/not_a_number.hpp"
#include "gdm/base/statistics.hpp"

namespace gdm {
namespace {

/// The derived quantities of one point, computed from any combination of its replicas.
class Deriver {
  public:
    Deriver(const std::vector<Derived>& quantities, const std::vector<std::size_t>& widths, const Point& point,
            const Combiner& combiner, std::size_t replicas)
        : quantities_(quantities),
          widths_(widths),
          point_(point),
          combiner_(combiner),
          replicas_(replicas),
          others_(quantities.size()) {
        for (std::size_t i = 0; i < quantities.size(); ++i) others_[i].resize(widths[i]);
    }

    [[nodiscard]] DerivedEstimate compute(std::size_t i, std::span<const double> block) const {
        DerivedEstimate estimate;
        estimate.value.assign(widths_[i], not_a_number);
        estimate.systematic.assign(widths_[i], 0);
        estimate.failure = attempt(
            [&] {
                quantities_[i].compute(point_, Combined(combiner_.layout(), block), estimate.value, estimate.systematic);
            },
            estimate.value);
        return estimate;
    }

    /// Keeps the values of the quantities of this method on another combination of the replicas.
    void keep(ErrorMethod method, std::span<const double> block) {
        for (std::size_t i = 0; i < quantities_.size(); ++i) {
            if (quantities_[i].error != method) continue;
            const auto value = compute(i, block).value;
            for (std::size_t j = 0; j < widths_[i]; ++j) others_[i][j].push_back(value[j]);
        }
    }

    /// From the values that were kept of number `j` of quantity `i`.
    [[nodiscard]] double error(std::size_t i, std::size_t j) const {
        if (quantities_[i].error == ErrorMethod::jackknife) return jackknife_error(others_[i][j]);
        const auto n = static_cast<double>(replicas_);
        return std::sqrt(n / (n - 1)) * bootstrap_error(others_[i][j]);
    }

    [[nodiscard]] bool has(ErrorMethod method) const {
        return std::any_of(quantities_.begin(), quantities_.end(), [&](const auto& one) { return one.error == method; });
    }

  private:
    const std::vector<Derived>& quantities_;
    const std::vector<std::size_t>& widths_;
    const Point& point_;
    const Combiner& combiner_;
    std::size_t replicas_;
    std::vector<std::vector<std::vector<double>>> others_;  ///< quantity, number, combination
};

}  // namespace

std::string attempt(const std::function<void()>& compute, std::span<double> numbers) {
    try {
        compute();
        return {};
    } catch (const std::bad_alloc&) {
        throw;
    } catch (const std::exception& error) {
        std::fill(numbers.begin(), numbers.end(), not_a_number);
        return error.what();
    }
}

const char* to_string(ErrorMethod method) {
    return method == ErrorMethod::bootstrap ? "bootstrap over replicas, 200 resamples" : "jackknife over replicas";
}

void visit_resamples(const Combiner& combiner, std::span<const double> rows, ErrorMethod method, std::uint64_t key,
                     const std::function<void(std::span<const double>)>& visit) {
    if (method == ErrorMethod::jackknife) return combiner.leave_one_out(rows, visit);
    RandomSequence random(RandomStream(key, 0), Purpose::bootstrap);
    const std::size_t count = rows.size() / std::max<std::size_t>(1, combiner.layout().size());
    std::vector<std::size_t> chosen(count);
    for (std::size_t resample = 0; resample < bootstrap_resamples; ++resample) {
        for (std::size_t& row : chosen) row = random.below(count);
        visit(combiner.combine_chosen(rows, chosen));
    }
}

std::vector<DerivedEstimate> derive(const std::vector<Derived>& quantities, const std::vector<std::size_t>& widths,
                                    const Point& point, const Combiner& combiner, std::span<const double> rows,
                                    std::span<const double> combined, std::uint64_t key) {
    const std::size_t replicas = combined.empty() ? 0 : rows.size() / combined.size();
    Deriver deriver(quantities, widths, point, combiner, replicas);
    for (const ErrorMethod method : {ErrorMethod::jackknife, ErrorMethod::bootstrap}) {
        if (replicas < 2 || !deriver.has(method)) continue;
        visit_resamples(combiner, rows, method, key, [&](std::span<const double> others) { deriver.keep(method, others); });
    }
    std::vector<DerivedEstimate> estimates;
    for (std::size_t i = 0; i < quantities.size(); ++i) {
        DerivedEstimate estimate = deriver.compute(i, combined);
        for (std::size_t j = 0; j < widths[i]; ++j) {
            double& systematic = estimate.systematic[j];
            if (std::isnan(estimate.value[j])) systematic = not_a_number;
            estimate.error.push_back(std::hypot(deriver.error(i, j), systematic));
        }
        estimates.push_back(std::move(estimate));
    }
    return estimates;
}

std::uint64_t resampling_key(const Experiment& experiment, const Point& point, bool keyed_alone) {
    std::string text;
    for (const auto& parameter : experiment.parameters) {
        if (parameter.role != Role::grid || (keyed_alone && !parameter.keyed)) continue;
        text += parameter.name + "=";
        // Words by their text: their place in a list may change between versions.
        text += parameter.kind == Kind::word ? point.word(parameter.name) : fmt::format("{:a}", point[parameter.name]);
        text += "\n";
    }
    return XXH3_64bits(text.data(), text.size());
}

}  // namespace gdm
