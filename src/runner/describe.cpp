#include "gdm/runner/describe.hpp"

#include <fmt/format.h>
#include <sys/resource.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <iterator>
#include <mutex>
#include <optional>
#include <thread>

#include "gdm/base/text.hpp"
#include "gdm/storage/sweep_creation.hpp"

namespace gdm {
namespace {

std::string unit_text(const std::string& unit) { return unit == "1" || unit.empty() ? "" : fmt::format(" [{}]", unit); }

std::string axes_text(const std::vector<std::string>& axes) {
    return axes.empty() ? "" : fmt::format("({})", join(axes, ", "));
}

std::string allowed_text(const Parameter& parameter) {
    if (parameter.kind == Kind::word) return "one of " + join(parameter.words, ", ");
    if (parameter.kind == Kind::dataset) return "FILE.h5:/NAME";
    return (parameter.kind == Kind::integer ? "whole, " : "") + parameter.range.text();
}

template <class Item>
std::string missing_text(const Item&) {
    return {};
}
std::string missing_text(const Observable& observable) {
    return observable.may_be_missing.when.empty() ? "" : fmt::format("; missing: {}", observable.may_be_missing.when);
}

template <class Items>
void add_quantities(std::string& text, const char* title, const Items& items) {
    if (items.empty()) return;
    text += fmt::format("\n{}\n", title);
    for (const auto& item : items) {
        text += fmt::format("  {:<28} {}{}{}\n", item.name + axes_text(item.axes), item.description, unit_text(item.unit),
                            missing_text(item));
    }
}

/// Seconds that one replica takes, or nothing if it takes longer than `patience`.
std::optional<double> seconds_of_replica(const Job& job, const Inputs& inputs, const Context& context, std::size_t p,
                                         double patience) {
    const Layout layout = job.header.layout();
    std::vector<double> block(layout.size());
    Values values(layout, block);
    const Point point = job.header.point(p);
    std::atomic<bool> over{false};
    std::condition_variable wake;
    std::mutex mutex;
    bool finished = false;
    std::thread clock([&] {
        std::unique_lock lock(mutex);
        if (!wake.wait_for(lock, std::chrono::duration<double>(patience), [&] { return finished; })) over.store(true);
    });
    const auto start = std::chrono::steady_clock::now();
    std::optional<double> seconds;
    std::exception_ptr failure;
    try {
        job.experiment->run(point, context, RandomStream(point_key(job, point, inputs), 0), Stop(&over), values);
        seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    } catch (const Stopped&) {
    } catch (...) {
        failure = std::current_exception();
    }
    {
        const std::lock_guard lock(mutex);
        finished = true;
    }
    wake.notify_one();
    clock.join();
    if (failure) std::rethrow_exception(failure);
    return seconds;
}

}  // namespace

std::string list_text(const std::vector<Experiment>& experiments) {
    std::string text;
    for (const auto& experiment : experiments) text += fmt::format("{:<22} {}\n", experiment.name, experiment.question);
    return text;
}

std::string describe_text(const Experiment& experiment) {
    std::string text = fmt::format("{} (version {})\n{}\nSource: {}\n", experiment.name, experiment.version,
                                   experiment.question, experiment.source);
    const auto add_parameters = [&](Role role, const char* title) {
        bool first = true;
        for (const auto& parameter : experiment.parameters) {
            if (parameter.role != role) continue;
            if (std::exchange(first, false)) text += fmt::format("\n{}\n", title);
            text += fmt::format("  {:<28} {}{}; {}; default {}\n", parameter.name, parameter.description,
                                unit_text(parameter.unit), allowed_text(parameter),
                                parameter.default_value.empty() ? "none" : parameter.default_value);
            for (const auto& other : parameter.alternatives) {
                text += fmt::format("    or {:<23} {}{}; {}\n", other.name, other.description, unit_text(other.unit),
                                    other.range.text());
            }
        }
    };
    add_parameters(Role::grid, "Grid parameters (scattered over ranks)");
    add_parameters(Role::inner, "Inner axes (evaluated inside each replica)");
    add_parameters(Role::setting, "Settings (one value)");
    add_quantities(text, "Observables (measured by each replica)", experiment.observables);
    add_quantities(text, "Derived by gdm-reduce, with errors", experiment.derived);
    add_quantities(text, "Theory beside them", experiment.theory);
    return text;
}

std::string dry_run_text(const Job& job, const Inputs& inputs, const std::string& output, int ranks) {
    const SweepHeader& header = job.header;
    const auto costs = costs_of(job, 0, job.header.points);
    Context context;
    if (job.experiment->prepare) context = job.experiment->prepare(header.point(0), inputs);
    // The first replica pays for page faults and tables; the second one is measured.
    const auto cheapest = static_cast<std::size_t>(std::min_element(costs.begin(), costs.end()) - costs.begin());
    const auto dearest = static_cast<std::size_t>(std::max_element(costs.begin(), costs.end()) - costs.begin());
    constexpr double patience = 5;
    double rate = 1e-9;  // costs count nanoseconds; to be measured where that does not take long
    const bool quick = seconds_of_replica(job, inputs, context, cheapest, patience).has_value();
    if (quick) {
        if (const auto seconds = seconds_of_replica(job, inputs, context, cheapest, patience))
            rate = *seconds / costs[cheapest];
        if (rate * costs[dearest] < 3) {
            if (const auto seconds = seconds_of_replica(job, inputs, context, dearest, patience))
                rate = *seconds / costs[dearest];
        }
    }
    double sum = 0;
    for (const double cost : costs) sum += cost;
    const double core_seconds = sum * rate * static_cast<double>(header.replicas);

    std::string text = fmt::format("experiment     {}\noutput         {}\n", header.experiment, output);
    std::vector<std::string> axes;
    for (const auto& axis : header.axes) {
        if (axis.role == Role::grid) axes.push_back(fmt::format("{} {}", axis.values.size(), axis.name));
    }
    text += fmt::format("points         {} = {}\n", header.points, join(axes, " × "));
    text += fmt::format("replicas       {} ({} of each point)\n", header.rows(), header.replicas);
    text += fmt::format("file size      {}\n", bytes_text(sweep_file_bytes(header)));
    const double row_bytes = 8.0 * static_cast<double>(header.layout().size());
    const double memory =
        9.0 * static_cast<double>(header.rows()) + 64.0 * static_cast<double>(header.points) + (8 << 20) + row_bytes;
    text += fmt::format("memory         {} a rank beside the experiment's own\n", bytes_text(memory));
    double shared = 0;
    for (const auto& [name, array] : inputs) {
        double bytes = sizeof(double);
        for (const std::size_t n : array.shape) bytes *= static_cast<double>(n);
        shared += bytes;
        text += fmt::format("{:<14} {} shared by the ranks of a node\n", name, bytes_text(bytes));
    }
    text += fmt::format("longest        {} a replica (estimated)\n", duration_text(rate * costs[dearest]));
    text += fmt::format("core-hours     {:.3g} (estimated), {} on {} rank{}\n", core_seconds / 3600,
                        duration_text(core_seconds / ranks), ranks, ranks == 1 ? "" : "s");
    // The replicas measured above have shown what the experiment itself needs.
    rusage used{};
    getrusage(RUSAGE_SELF, &used);
    const double peak = std::max(1024.0 * static_cast<double>(used.ru_maxrss) - shared, 0.0) + memory;
    text += fmt::format(
        "for scripts    replicas={} core_seconds={:.4g} longest_seconds={:.4g} rank_bytes={:.0f} node_bytes={:.0f}\n",
        header.rows(), core_seconds, rate * costs[dearest], peak, shared);
    return text;
}

}  // namespace gdm
