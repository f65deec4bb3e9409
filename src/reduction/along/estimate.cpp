#include "gdm/reduction/along/estimate.hpp"

#include <algorithm>
#include <cmath>
#include <set>

#include "gdm/base/not_a_number.hpp"
#include "gdm/base/statistics.hpp"
#include "gdm/reduction/derive.hpp"

namespace gdm {
namespace {

/// Values of all numbers on many resamples, and their differences to the other rules.
struct Resampled {
    std::vector<std::vector<double>> value;                    ///< number, resample
    std::vector<std::vector<std::vector<double>>> difference;  ///< other rule, number, resample

    Resampled(std::size_t numbers, std::size_t others)
        : value(numbers), difference(others, std::vector<std::vector<double>>(numbers)) {}
    void add(const along::Outcome& outcome) {
        for (std::size_t j = 0; j < value.size(); ++j) {
            const double one = j < outcome.value.size() ? outcome.value[j] : not_a_number;
            value[j].push_back(one);
            for (std::size_t o = 0; o < difference.size(); ++o)
                difference[o][j].push_back(o < outcome.others.size() ? one - outcome.others[o][j] : not_a_number);
        }
    }
};

/// Variances of all numbers, and of their differences.
struct Variances {
    std::vector<double> value;
    std::vector<std::vector<double>> difference;

    Variances(std::size_t numbers, std::size_t others)
        : value(numbers, 0.0), difference(others, std::vector<double>(numbers, 0.0)) {}
    template <class Error>
    void add(const Resampled& resampled, const Error& error) {
        for (std::size_t j = 0; j < value.size(); ++j) {
            value[j] += std::pow(error(resampled.value[j]), 2);
            for (std::size_t o = 0; o < difference.size(); ++o)
                difference[o][j] += std::pow(error(resampled.difference[o][j]), 2);
        }
    }
};

class Estimator {
  public:
    Estimator(const Along& along, const along::Nodes& nodes, std::span<const ResampledPoint> points)
        : along_(along),
          nodes_(nodes),
          points_(points),
          method_(along::make_method(along.kind, nodes)),
          owner_(nodes.x.size()) {
        for (std::size_t p = 0; p < points.size(); ++p)
            for (std::size_t k = 0; k < points[p].width; ++k) owner_[points[p].first + k] = p;
        std::set<std::size_t> seen;
        for (const std::size_t node : method_.used)
            if (seen.insert(owner_[node]).second) groups_[points[owner_[node]].group].push_back(owner_[node]);
    }

    [[nodiscard]] AlongEstimate run(bool by_group) {
        const std::size_t numbers = along::numbers_of(along_.kind, nodes_.sizes);
        AlongEstimate estimate;
        estimate.value.assign(numbers, not_a_number);
        estimate.error = estimate.systematic = estimate.value;
        estimate.error_missing.resize(numbers);
        estimate.failure = method_.failure;
        if (!method_.evaluate) return estimate;
        estimate.used = method_.used;
        const along::Outcome whole = method_.evaluate(nodes_.value);
        estimate.value = whole.value;
        Variances variances(numbers, whole.others.size());
        if (enough_rows()) {
            along_.error == ErrorMethod::jackknife ? jackknife(variances, estimate)
                                                   : bootstrap(variances, estimate, by_group);
            add_rest(variances);
        } else {
            std::fill(variances.value.begin(), variances.value.end(), not_a_number);
        }
        double widened = 1;
        if (along::is_fit(along_.kind) && independent()) {
            estimate.chi2 = whole.freedom > 0 ? whole.chi2 / whole.freedom : not_a_number;
            estimate.freedom = whole.freedom;
            if (estimate.chi2 > 1 + 2 * std::sqrt(2 / whole.freedom)) widened = estimate.chi2;
        }
        for (auto& [group, variance] : estimate.variances) variance *= widened;
        for (std::size_t j = 0; j < numbers; ++j) {
            double squares = whole.others.empty() ? not_a_number : 0;
            for (std::size_t o = 0; o < whole.others.size(); ++o) {
                const double beyond = std::pow(whole.value[j] - whole.others[o][j], 2) - 4 * variances.difference[o][j];
                squares += std::isnan(beyond) ? beyond : std::max(0.0, beyond);
            }
            estimate.systematic[j] = std::isnan(whole.value[j]) ? not_a_number : std::sqrt(squares);
            estimate.error[j] = std::sqrt(widened * variances.value[j] + squares);
            if (std::isfinite(whole.value[j]) && !std::isfinite(estimate.error[j]))
                estimate.error_missing[j] = why_missing(variances.value[j]);
        }
        return estimate;
    }

  private:
    [[nodiscard]] bool enough_rows() const {
        return std::all_of(groups_.begin(), groups_.end(), [&](const auto& group) {
            return std::all_of(group.second.begin(), group.second.end(),
                               [&](std::size_t p) { return points_[p].units.size() > 1; });
        });
    }
    /// Every node from random numbers of its own.
    [[nodiscard]] bool independent() const {
        return std::all_of(groups_.begin(), groups_.end(), [&](const auto& group) {
            return group.second.size() == 1 && points_[group.second.front()].width == 1;
        });
    }
    [[nodiscard]] std::string why_missing(double variance) const {
        if (!enough_rows()) return "fewer than 2 replicas";
        if (std::isfinite(variance)) return "the part of it that more replicas do not reduce is not known";
        return along_.error == ErrorMethod::jackknife ? "it does not exist without some of the replicas"
                                                      : "it does not exist in more than a third of the resamples";
    }
    /// Puts resample number `row` of a point in the place of its values.
    void put(std::vector<double>& value, std::size_t p, std::size_t row) const {
        const ResampledPoint& point = points_[p];
        const auto from = point.resamples.begin() + static_cast<std::ptrdiff_t>(row * point.width);
        std::copy(from, from + static_cast<std::ptrdiff_t>(point.width),
                  value.begin() + static_cast<std::ptrdiff_t>(point.first));
    }

    void jackknife(Variances& variances, AlongEstimate& estimate) const {
        std::vector<double> value = nodes_.value;
        for (const auto& [group, members] : groups_) {
            std::map<std::uint64_t, std::vector<std::pair<std::size_t, std::size_t>>> units;  // points with their rows
            for (const std::size_t p : members)
                for (std::size_t row = 0; row < points_[p].units.size(); ++row)
                    units[points_[p].units[row]].emplace_back(p, row);
            Resampled resampled(variances.value.size(), variances.difference.size());
            for (const auto& [unit, rows] : units) {
                for (const auto& [p, row] : rows) put(value, p, row);
                resampled.add(method_.evaluate(value));
                for (const auto& [p, row] : rows) restore(value, p);
            }
            const double before = variances.value.front();
            variances.add(resampled, [](const std::vector<double>& all) { return jackknife_error(all); });
            estimate.variances[group] = variances.value.front() - before;
        }
    }

    void bootstrap(Variances& variances, AlongEstimate& estimate, bool by_group) const {
        const auto draw = [&](const std::vector<std::size_t>& members, std::size_t resample) {
            along::Nodes drawn = nodes_;
            for (const std::size_t p : members) {
                const auto n = static_cast<double>(points_[p].units.size());
                put(drawn.value, p, resample);
                for (std::size_t i = points_[p].first; i < points_[p].first + points_[p].width; ++i)
                    drawn.value[i] = nodes_.value[i] + (drawn.value[i] - nodes_.value[i]) * std::sqrt(n / (n - 1));
            }
            const auto method = along::make_method(along_.kind, drawn);
            return method.evaluate ? method.evaluate(drawn.value) : along::Outcome();
        };
        const auto error = [](const std::vector<double>& all) { return bootstrap_error(all); };
        const auto resample = [&](const std::vector<std::size_t>& members) {
            Resampled resampled(variances.value.size(), variances.difference.size());
            for (std::size_t b = 0; b < bootstrap_resamples; ++b) resampled.add(draw(members, b));
            return resampled;
        };
        // Which points are used may change from one resample to the next: all are drawn.
        std::vector<std::size_t> all;
        for (std::size_t p = 0; p < points_.size(); ++p)
            if (points_[p].units.size() > 1) all.push_back(p);
        variances.add(resample(all), error);
        if (!by_group) return;
        for (const auto& [group, members] : groups_) {
            Variances alone(variances.value.size(), variances.difference.size());
            alone.add(resample(members), error);
            estimate.variances[group] = alone.value.front();
        }
    }

    void restore(std::vector<double>& value, std::size_t p) const {
        for (std::size_t i = points_[p].first; i < points_[p].first + points_[p].width; ++i) value[i] = nodes_.value[i];
    }

    /// What the errors of the nodes hold beyond the spread of their rows.
    void add_rest(Variances& variances) const {
        std::vector<double> value = nodes_.value, column;
        for (const std::size_t node : method_.used) {
            const ResampledPoint& point = points_[owner_[node]];
            column.clear();
            for (std::size_t row = node - point.first; row < point.resamples.size(); row += point.width)
                column.push_back(point.resamples[row]);
            const auto n = static_cast<double>(point.units.size());
            const double spread = along_.error == ErrorMethod::jackknife ? jackknife_error(column)
                                                                         : std::sqrt(n / (n - 1)) * bootstrap_error(column);
            const double rest = std::pow(nodes_.error[node], 2) - spread * spread;
            if (!(rest > 0.01 * std::pow(nodes_.error[node], 2))) continue;
            value[node] = nodes_.value[node] + std::sqrt(rest);
            const auto above = method_.evaluate(value);
            value[node] = nodes_.value[node] - std::sqrt(rest);
            const auto below = method_.evaluate(value);
            value[node] = nodes_.value[node];
            for (std::size_t j = 0; j < variances.value.size(); ++j) {
                variances.value[j] += std::pow((above.value[j] - below.value[j]) / 2, 2);
                for (std::size_t o = 0; o < variances.difference.size(); ++o) {
                    const double up = above.value[j] - above.others[o][j], down = below.value[j] - below.others[o][j];
                    variances.difference[o][j] += std::pow((up - down) / 2, 2);
                }
            }
        }
    }

    const Along& along_;
    const along::Nodes& nodes_;
    std::span<const ResampledPoint> points_;
    along::Method method_;
    std::vector<std::size_t> owner_;                            ///< the point of each node
    std::map<std::uint64_t, std::vector<std::size_t>> groups_;  ///< points with used nodes
};

}  // namespace

AlongEstimate estimate_along(const Along& along, const along::Nodes& nodes, std::span<const ResampledPoint> points,
                             bool by_group) {
    return Estimator(along, nodes, points).run(by_group);
}

}  // namespace gdm
