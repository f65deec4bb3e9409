#include "support/test_experiments.hpp"

#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cmath>
#include <cstdlib>
#include <filesystem>
#include <functional>
#include <numeric>
#include <sstream>
#include <stdexcept>
#include <string>
#include <thread>

#include "gdm/base/statistics.hpp"
#include "support/happen.hpp"
#include "support/setting.hpp"

namespace gdm::test {
namespace {

/// The exit status of a command. (std::system would have this process ignore SIGINT meanwhile, which may be the event.)
int run_in_shell(const std::string& command) {
    std::string shell = "sh", option = "-c", text = command;
    char* const arguments[] = {shell.data(), option.data(), text.data(), nullptr};
    pid_t child = 0;
    if (posix_spawn(&child, "/bin/sh", nullptr, nullptr, arguments, environ) != 0) return -1;
    int status = 0;
    while (waitpid(child, &status, 0) < 0) {
        if (errno != EINTR) return -1;
    }
    return status;
}

void run_normal(const Point& point, const Context&, const RandomStream& random, const Stop&, Values& values) {
    RandomSequence sequence(random, Purpose::test);
    const auto samples = point.integer("samples");
    RunningMoments x, squared;
    std::vector<double> all;
    const auto s = point.axis("s");
    const auto u = point.axis("u");
    const std::span<double> cosine = values["cosine"];
    const std::span<double> below = values["below"];
    const std::span<double> histogram = values["histogram"];
    for (const auto& zeroed : {cosine, below, histogram}) std::fill(zeroed.begin(), zeroed.end(), 0.);
    for (std::int64_t sample = 0; sample < samples; ++sample) {
        const double value = point["p"] + sequence.normal();
        all.push_back(value);
        x.add(value);
        squared.add(value * value);
        for (std::size_t i = 0; i < s.size(); ++i) cosine[i] += std::cos(s[i] * value) / static_cast<double>(samples);
        for (std::size_t i = 0; i < u.size(); ++i) below[i] += (value < u[i] ? 1. : 0.) / static_cast<double>(samples);
        const double bin = std::floor(value + 4);
        if (bin >= 0 && bin < 8) histogram[static_cast<std::size_t>(bin)] += 1;
    }
    values.set("x", x.mean());
    values.set("x_squared", squared.mean());
    values.set("log_exp", log_mean_exp(all));
    values.set("first", all.front());
}

double seconds_of(clockid_t clock) {
    timespec now{};
    clock_gettime(clock, &now);
    return static_cast<double>(now.tv_sec) + 1e-9 * static_cast<double>(now.tv_nsec);
}

}  // namespace

void happen(double p, std::uint64_t replica, const Stop& stop) {
    static const char *const waiting = std::getenv("TOY_WAIT"), *const event = std::getenv("TOY_EVENT");
    const auto rest = [&](const std::function<bool()>& over) {
        while (!over()) {
            stop.check();
            std::this_thread::sleep_for(std::chrono::milliseconds(1));
        }
    };
    if (waiting != nullptr) {
        std::istringstream words(waiting);
        double from = 0;
        std::string file;
        words >> from >> file;
        if (p >= from) rest([&] { return std::filesystem::exists(file); });
    }
    if (event == nullptr) return;
    std::istringstream words(event);
    double at = 0;
    std::uint64_t number = 0;
    std::string command;
    std::getline(words >> at >> number, command);
    if (p != at || replica != number) return;
    const int status = run_in_shell(command);
    if (WIFEXITED(status) && WEXITSTATUS(status) == 75) rest([] { return false; });
    if (status != 0) throw std::runtime_error("the event did not come off");
}

/// One write, so that lines of many processes do not mix, and none is lost when the process is killed right after it.
void log_finished(double p, std::uint32_t replica) {
    static const char* const path = std::getenv("TOY_LOG");
    static const int log = path != nullptr ? open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0666) : -1;
    if (path == nullptr) return;
    const FinishedReplica record{seconds_of(CLOCK_MONOTONIC), p, replica};
    if (write(log, &record, sizeof record) != sizeof record) throw std::runtime_error("cannot write TOY_LOG");
}

Experiment toy_normal() {
    Experiment experiment;
    experiment.name = "toy_normal";
    experiment.question = "What are the moments of a normal variable?";
    experiment.source = "closed forms";
    experiment.parameters = {{.name = "p", .description = "mean", .default_value = "0, 1, 2"},
                             {.name = "s", .description = "wave number", .role = Role::inner, .default_value = "0, 0.5, 1"},
                             {.name = "u",
                              .description = "threshold above the mean",
                              .role = Role::inner,
                              .default_value = "-1, 0, 1, 2",
                              .scale = [](double value, const Point& point) { return value + point["p"]; }},
                             setting("samples", "draws in one replica", "100", {.min = 1})};
    experiment.fixed_axes = {{.name = "bin",
                              .description = "centre of the histogram's bins",
                              .values = {-3.5, -2.5, -1.5, -0.5, 0.5, 1.5, 2.5, 3.5}}};
    experiment.observables = {{.name = "x", .description = "the variable"},
                              {.name = "x_squared", .description = "its square"},
                              {.name = "histogram", .description = "its counts", .axes = {"bin"}, .combine = Combine::sum},
                              {.name = "log_exp", .description = "ln E exp(x)", .combine = Combine::log_mean_exp},
                              {.name = "cosine", .description = "E cos(s x)", .axes = {"s"}},
                              {.name = "below", .description = "P(x < u)", .axes = {"u"}, .bounds = between(0, 1)},
                              {.name = "first", .description = "the first draw", .combine = Combine::stored}};
    experiment.derived = {
        {.name = "variance",
         .description = "E x^2 - (E x)^2",
         .compute = [](const Point&, const Combined& combined, std::span<double> value,
                       std::span<double>) { value[0] = combined.scalar("x_squared") - std::pow(combined.scalar("x"), 2); }},
        {.name = "inverse",
         .description = "1/E x, from a fit",
         .compute = [](const Point& point, const Combined& combined, std::span<double> value, std::span<double> systematic) {
             if (point["p"] == 0) return;
             value[0] = 1 / combined.scalar("x");
             systematic[0] = 0.01;
         }}};
    experiment.theory = {{.name = "x_theory",
                          .description = "p",
                          .compute = [](const Point& point, std::span<double> value) { value[0] = point["p"]; }}};
    experiment.run = run_normal;
    experiment.cost = [](const Point& point) { return 20 * point["samples"]; };
    return experiment;
}

Experiment toy_eight() {
    Experiment experiment;
    experiment.name = "toy_eight";
    experiment.question = "How fast is the runner alone?";
    experiment.source = "none";
    experiment.parameters = {{.name = "p", .description = "offset", .default_value = "linspace(0, 1, 101)"}};
    static const char* const names[] = {"x0", "x1", "x2", "x3", "x4", "x5", "x6", "x7"};
    for (const char* name : names)
        experiment.observables.push_back({.name = name, .description = "p + replica + (i + 1)/8"});
    experiment.run = [](const Point& point, const Context&, const RandomStream& random, const Stop& stop, Values& values) {
        happen(point["p"], random.replica(), stop);
        for (int i = 0; i < 8; ++i) values.set(names[i], point["p"] + random.replica() + (i + 1) / 8.);
    };
    return experiment;
}

Experiment toy_throw() {
    Experiment experiment;
    experiment.name = "toy_throw";
    experiment.question = "What becomes of a replica that throws?";
    experiment.source = "none";
    experiment.parameters = {{.name = "p", .description = "offset", .default_value = "0, 1, 2, 3"},
                             setting("bad_p", "point that throws", "1", {}),
                             setting("bad_replica", "replica that throws; -1: none", "2", {.min = -1})};
    experiment.observables = {{.name = "x", .description = "p + replica/1000"}};
    experiment.run = [](const Point& point, const Context&, const RandomStream& random, const Stop&, Values& values) {
        if (point["p"] == point["bad_p"] && random.replica() == point["bad_replica"]) {
            throw std::runtime_error("the series did not converge");
        }
        values.set("x", point["p"] + random.replica() / 1000.);
    };
    return experiment;
}

Experiment toy_special() {
    Experiment experiment;
    experiment.name = "toy_special";
    experiment.question = "What becomes of a number that is not finite?";
    experiment.source = "none";
    experiment.parameters = {{.name = "p", .description = "value", .default_value = "0, 1, 2"},
                             setting("bad_p", "point that has it", "1", {}),
                             {.name = "bad",
                              .description = "the number",
                              .role = Role::setting,
                              .kind = Kind::word,
                              .default_value = "nan",
                              .words = {"none", "nan", "inf", "-inf"}},
                             {.name = "where",
                              .description = "the observable whose last number it is",
                              .role = Role::setting,
                              .kind = Kind::word,
                              .default_value = "x",
                              .words = {"x", "y", "z"}}};
    experiment.fixed_axes = {{.name = "i", .description = "place", .values = {0, 1, 2}}};
    experiment.observables = {
        {.name = "x", .description = "p", .axes = {"i"}},
        {.name = "y", .description = "p", .may_be_missing = {"p > 1", [](const Point& point) { return point["p"] > 1; }}},
        {.name = "z", .description = "p", .combine = Combine::log_mean_exp}};
    experiment.run = [](const Point& point, const Context&, const RandomStream& random, const Stop&, Values& values) {
        for (double& x : values["x"]) x = point["p"];
        values.set("y", point["p"]);
        values.set("z", point["p"]);
        const std::string& bad = point.word("bad");
        static const bool mended = std::getenv("TOY_MENDED") != nullptr;
        if (mended || bad == "none" || point["p"] != point["bad_p"] || random.replica() != 1) return;
        values[point.word("where")].back() = std::stod(bad);
    };
    return experiment;
}

Experiment toy_dataset() {
    Experiment experiment;
    experiment.name = "toy_dataset";
    experiment.question = "How certain is the mean of these data?";
    experiment.source = "Efron 1979";
    experiment.parameters = {{.name = "n",
                              .description = "rows drawn in a sample",
                              .kind = Kind::integer,
                              .default_value = "10, 100",
                              .range = {.min = 1}},
                             {.name = "data",
                              .description = "rows of numbers; the first column is used",
                              .role = Role::setting,
                              .kind = Kind::dataset,
                              .default_value = ""}};
    experiment.observables = {{.name = "mean", .description = "mean of a sample"},
                              {.name = "mean_squared", .description = "its square"}};
    experiment.prepare = [](const Point&, const Inputs& inputs) -> Context {
        const Array& data = inputs.at("data");
        if (data.shape.size() != 2 || data.shape[0] == 0) throw UsageError(data.source + " must have rows and columns");
        std::vector<double> column(data.shape[0]);
        for (std::size_t row = 0; row < column.size(); ++row) column[row] = data.values[row * data.shape[1]];
        return column;
    };
    experiment.run = [](const Point& point, const Context& context, const RandomStream& random, const Stop&,
                        Values& values) {
        const auto& column = std::any_cast<const std::vector<double>&>(context);
        RandomSequence sequence(random, Purpose::bootstrap);
        RunningMoments sample;
        for (std::int64_t i = 0; i < point.integer("n"); ++i) sample.add(column[sequence.below(column.size())]);
        values.set("mean", sample.mean());
        values.set("mean_squared", sample.mean() * sample.mean());
    };
    return experiment;
}

Experiment toy_slow() {
    Experiment experiment;
    experiment.name = "toy_slow";
    experiment.question = "How well is uneven work shared out?";
    experiment.source = "none";
    experiment.parameters = {{.name = "p",
                              .description = "ln of the work to base 10",
                              .default_value = "linspace(0, 3, 16)",
                              .range = {.max = 9}}};
    experiment.observables = {{.name = "x", .description = "where the logistic map ends"}};
    experiment.run = [](const Point& point, const Context&, const RandomStream& random, const Stop& stop, Values& values) {
        happen(point["p"], random.replica(), stop);
        double x = RandomSequence(random, Purpose::test).uniform();
        const auto thousands = std::llround(std::pow(10, point["p"]));
        for (long long i = 0; i < thousands; ++i) {
            stop.check();
            for (int step = 0; step < 1000; ++step) x = 3.99 * x * (1 - x);
        }
        values.set("x", x);
    };
    experiment.cost = [](const Point& point) { return 4000 * std::pow(10, point["p"]); };
    return experiment;
}

Experiment toy_spin() {
    Experiment experiment;
    experiment.name = "toy_spin";
    experiment.question = "What is left of replicas of known duration?";
    experiment.source = "none";
    experiment.parameters = {
        {.name = "p", .description = "offset", .default_value = "arange(0, 100)"},
        {.name = "i", .description = "place in the row", .role = Role::inner, .default_value = "arange(0, 8)"},
        setting("microseconds", "processor time of a replica", "1000")};
    experiment.observables = {{.name = "x", .description = "normal variables of mean p", .axes = {"i"}}};
    experiment.run = [](const Point& point, const Context&, const RandomStream& random, const Stop& stop, Values& values) {
        happen(point["p"], random.replica(), stop);
        static const bool at_once = std::getenv("TOY_AT_ONCE") != nullptr;
        const double seconds = at_once ? 0 : 1e-6 * point["microseconds"];
        if (seconds > 0) {
            const double end = seconds_of(CLOCK_THREAD_CPUTIME_ID) + seconds;
            while (seconds_of(CLOCK_THREAD_CPUTIME_ID) < end) stop.check();
        }
        RandomSequence sequence(random, Purpose::test);
        for (double& x : values["x"]) x = point["p"] + sequence.normal();
        log_finished(point["p"], random.replica());
    };
    experiment.cost = [](const Point& point) { return 200 + 1000 * point["microseconds"]; };
    return experiment;
}

Experiment toy_event() {
    Experiment experiment;
    experiment.name = "toy_event";
    experiment.question = "What if something happens just then?";
    experiment.source = "none";
    experiment.parameters = {{.name = "p", .description = "offset", .default_value = "arange(0, 4)"},
                             setting("milliseconds", "time that every replica takes, without using a core", "0")};
    experiment.observables = {{.name = "x", .description = "p + a uniform number"}};
    experiment.run = [](const Point& point, const Context&, const RandomStream& random, const Stop& stop, Values& values) {
        happen(point["p"], random.replica(), stop);
        if (point["milliseconds"] > 0) {
            std::this_thread::sleep_for(std::chrono::duration<double, std::milli>(point["milliseconds"]));
        }
        values.set("x", point["p"] + RandomSequence(random, Purpose::test).uniform());
    };
    return experiment;
}

Experiment toy_wait() {
    Experiment experiment;
    experiment.name = "toy_wait";
    experiment.question = "What happens meanwhile?";
    experiment.source = "none";
    experiment.parameters = {{.name = "p", .description = "offset", .default_value = "0, 1, 2, 3"},
                             {.name = "wait",
                              .unit = "s",
                              .description = "time that one replica takes, without using a core",
                              .role = Role::setting,
                              .default_value = "0.1",
                              .range = {.min = 0, .max = 1000}}};
    experiment.observables = {{.name = "x", .description = "p + a uniform number"}};
    experiment.run = [](const Point& point, const Context&, const RandomStream& random, const Stop& stop, Values& values) {
        happen(point["p"], random.replica(), stop);
        const auto end = std::chrono::steady_clock::now() + std::chrono::duration<double>(point["wait"]);
        while (std::chrono::steady_clock::now() < end) {
            stop.check();
            std::this_thread::sleep_for(std::chrono::milliseconds(2));
        }
        values.set("x", point["p"] + RandomSequence(random, Purpose::test).uniform());
    };
    experiment.cost = [](const Point& point) { return 1e9 * point["wait"]; };
    return experiment;
}

const std::vector<Experiment>& test_experiments() {
    static const std::vector<Experiment> table = {toy_ar1(),   toy_chain(), toy_dataset(), toy_double_well(), toy_eight(),
                                                  toy_event(), toy_ising(), toy_normal(),  toy_slow(),        toy_special(),
                                                  toy_spin(),  toy_throw(), toy_wait()};
    return table;
}

}  // namespace gdm::test
