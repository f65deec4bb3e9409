#include "coverage/coverage.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <boost/math/distributions/chi_squared.hpp>
#include <boost/math/distributions/normal.hpp>
#include <boost/math/distributions/students_t.hpp>
#include <cmath>

#include "coverage/grids.hpp"
#include "gdm/reduction/point_estimator.hpp"
#include "gdm/runner/job/job.hpp"
#include "gdm/runner/job/key.hpp"
#include "gdm/runner/job/text.hpp"
#include "gdm/sweep/points.hpp"

namespace gdm::test {
namespace {

constexpr double rounding = 1e-9;  ///< what closed forms and sums in doubles may differ by, beside 1
constexpr double allowed_rms = 1.2, least_rms = 0.8;
constexpr double farthest = 37;  ///< deviates of probabilities that doubles can hold

/// Blocks of all replicas of one point, without those that fail.
std::vector<double> replicas_of(const Job& job, const Point& point, const Context& context,
                                std::vector<std::string>& failures) {
    const Layout layout = job.header.layout();
    std::vector<double> blocks;
    for (std::size_t replica = 0; replica < job.replicas; ++replica) {
        std::vector<double> block(layout.size());
        Values values(layout, block);
        const RandomStream random(point_key(job, point, {}), static_cast<std::uint32_t>(replica));
        job.experiment->compute(point, context, random, Stop(), values);
        if (const std::string what = not_allowed(job.experiment->observables, layout, point, block); !what.empty())
            failures.push_back(fmt::format("seed {}, replica {}: {}", job.seed, replica, what));
        else
            blocks.insert(blocks.end(), block.begin(), block.end());
    }
    return blocks;
}

void add_number(const std::string& where, std::size_t seed, std::size_t place, double replicas, double value, double error,
                const std::string& why, double theory, Pulls& pulls) {
    if (std::isnan(theory)) return;
    if (std::isnan(value)) return pulls.add_absent();
    if (!std::isfinite(error)) return pulls.add_without_error(why);
    const double deviation = value - theory, scale = rounding * std::max(1.0, std::abs(theory));
    if (std::abs(deviation) <= scale && error <= scale) return pulls.add_exact();
    pulls.add(where, seed, place, normal_deviate(deviation / error, replicas - 1));
}

}  // namespace

double normal_deviate(double z, double degrees_of_freedom) {
    if (!std::isfinite(z)) return farthest;
    const boost::math::students_t law(degrees_of_freedom);
    const double tail = boost::math::cdf(boost::math::complement(law, std::abs(z)));
    if (!(tail > 1e-300)) return farthest;
    return std::copysign(boost::math::quantile(boost::math::complement(boost::math::normal(), tail)), z);
}

void Pulls::add(const std::string& point, std::size_t seed, std::size_t place, double deviate) {
    Unit& unit = units_[{point, seed}];
    Single& single = singles_[{point, place}];
    unit.squares += deviate * deviate;
    unit.beyond_2 += std::abs(deviate) > 2 ? 1 : 0;
    unit.beyond_3 += std::abs(deviate) > 3 ? 1 : 0;
    unit.count += 1;
    single.squares += deviate * deviate;
    single.count += 1;
    ++count_;
}

double Pulls::rms() const {
    double sum = 0;
    for (const auto& [key, unit] : units_) sum += unit.squares / unit.count;
    return std::sqrt(sum / static_cast<double>(units_.size()));
}

double Pulls::beyond(double deviate) const {
    double sum = 0;
    for (const auto& [key, unit] : units_) sum += (deviate < 2.5 ? unit.beyond_2 : unit.beyond_3) / unit.count;
    return sum / static_cast<double>(units_.size());
}

Pulls::Worst Pulls::worst() const {
    Worst worst;
    double most = 0;
    for (const auto& [key, single] : singles_) most = std::max(most, single.count);
    for (const auto& [key, single] : singles_) {
        const double rms = std::sqrt(single.squares / single.count);
        if (rms > worst.rms && 2 * single.count >= most) worst = {rms, fmt::format("{}, number {}", key.first, key.second)};
    }
    return worst;
}

std::string to_string(Verdict verdict) {
    switch (verdict) {
        case Verdict::covered:
            return "covered";
        case Verdict::exact:
            return "exact";
        case Verdict::without_error:
            return "no error";
        case Verdict::conservative:
            return "conservative";
        case Verdict::fails:
            return "FAILS";
    }
    return "";
}

Verdict verdict_on(const Pulls& pulls, std::size_t seeds) {
    if (pulls.without_error().contains("")) return Verdict::fails;
    if (pulls.count() == 0) {
        if (!pulls.without_error().empty()) return Verdict::without_error;
        return pulls.exact() > 0 ? Verdict::exact : Verdict::fails;
    }
    const auto n = static_cast<double>(pulls.units());
    const double widening = 3 / std::sqrt(2 * n);
    const auto too_many = [&](double deviate) {
        const double share = 2 * boost::math::cdf(boost::math::normal(), -deviate / allowed_rms);
        return pulls.beyond(deviate) > share + 3 * std::sqrt(share * (1 - share) / n);
    };
    const auto s = static_cast<double>(seeds);
    const double largest = boost::math::quantile(boost::math::complement(boost::math::chi_squared(s), 1e-6));
    const bool single = pulls.worst().rms > allowed_rms * std::sqrt(largest / s);
    if (pulls.rms() > allowed_rms + widening || too_many(2) || too_many(3) || single) return Verdict::fails;
    return pulls.rms() < least_rms - widening ? Verdict::conservative : Verdict::covered;
}

std::vector<std::string> quantities_with_theory(const Experiment& experiment) {
    std::vector<std::string> names;
    const auto add = [&](const std::string& name) {
        for (const auto& theory : experiment.theory)
            if (theory.name == name + "_theory") names.push_back(name);
    };
    for (const auto& one : experiment.observables)
        if (one.combine != Combine::stored && one.error_of.empty()) add(one.name);
    for (const auto& one : experiment.derived) add(one.name);
    return names;
}

MeasuredCoverage measure_coverage(const Experiment& experiment, std::size_t seeds) {
    const auto names = quantities_with_theory(experiment);
    MeasuredCoverage measured;
    for (const auto& grid : coverage_grids()) {
        const JobEntries entries = read_job_text(grid.job, "grid");
        if (entries.at("experiment").value != experiment.name) continue;
        Job job = make_job(experiment, entries);
        const PointEstimator estimator(experiment, job.header, names);
        const Context context = experiment.prepare ? experiment.prepare(Points(job.header)[0], {}) : Context{};
        for (std::size_t p = 0; p < job.header.points; ++p) {
            const Point point = Points(job.header)[p];
            std::map<std::string, std::vector<double>> theory;
            for (std::size_t seed = 1; seed <= seeds; ++seed) {
                job.seed = seed;
                const auto blocks = replicas_of(job, point, context, measured.failures);
                const auto replicas = static_cast<double>(blocks.size() / job.header.layout().size());
                const auto estimates = estimator.estimate(point, blocks);
                for (std::size_t i = 0; i < names.size(); ++i) {
                    const auto& [value, error, why] = estimates[i];
                    auto& exact = theory[names[i]];
                    if (exact.empty()) {
                        exact.resize(value.size());
                        for (const auto& one : experiment.theory)
                            if (one.name == names[i] + "_theory") one.compute(point, exact);
                    }
                    for (std::size_t j = 0; j < value.size(); ++j)
                        add_number(job.header.point_text(p), seed, j, replicas, value[j], error[j], why[j], exact[j],
                                   measured.pulls[names[i]]);
                }
            }
        }
    }
    return measured;
}

}  // namespace gdm::test
