#include "coverage/table.hpp"

#include <fmt/format.h>

#include "coverage/grids.hpp"

namespace gdm::test {
namespace {

std::string remarks(const std::string& experiment, const std::string& name, const Pulls& pulls, Verdict verdict) {
    std::string text;
    const auto add = [&](const std::string& more) {
        if (!more.empty()) text += (text.empty() ? "" : "; ") + more;
    };
    if (pulls.exact() > 0) add(fmt::format("{} exact", pulls.exact()));
    if (pulls.absent() > 0) add(fmt::format("{} without a value", pulls.absent()));
    for (const auto& [why, count] : pulls.without_error())
        add(fmt::format("{} without an error: {}", count, why.empty() ? "NO REASON GIVEN" : why));
    if (verdict == Verdict::conservative) add(reason_in(conservative_quantities(), experiment, name));
    if (verdict == Verdict::fails) add(reason_in(known_failures(), experiment, name));
    return text;
}

std::string row(const std::string& experiment, const std::string& name, const Pulls& pulls, std::size_t seeds) {
    const Verdict verdict = verdict_on(pulls, seeds);
    const std::string end = fmt::format("{} | {} |\n", to_string(verdict), remarks(experiment, name, pulls, verdict));
    if (pulls.count() == 0) return fmt::format("| {} | {} | 0 | | | | | | {}", experiment, name, end);
    const auto worst = pulls.worst();
    return fmt::format("| {} | {} | {} | {} | {:.2f} | {:.1f} | {:.2f} | {:.2f} ({}) | {}", experiment, name, pulls.count(),
                       pulls.units(), pulls.rms(), 100 * pulls.beyond(2), 100 * pulls.beyond(3), worst.rms, worst.place,
                       end);
}

}  // namespace

std::string markdown(const CoverageTable& table, std::size_t seeds) {
    std::string text = fmt::format(
        "# Are the errors right?\n\n"
        "Every quantity that has a closed form beside it, from {} seeds of small grids that include the edges: the pulls "
        "z = (value − theory)/stderr, as normal\ndeviates of the same probability under Student's law with replicas − 1 "
        "degrees of freedom. A perfect error has rms 1, 4.6 % beyond 2 and 0.27 % beyond 3.\n"
        "`cases` counts all numbers, `independent` points × seeds; numbers along one trajectory count as one. `worst` is "
        "the "
        "single number with the largest rms over the seeds.\n"
        "A quantity is covered if its rms is 0.8 … 1.2 and its shares are not those of a larger one, within three "
        "statistical "
        "deviations, and no single number stands out.\n"
        "Written by `GDM_COVERAGE_TABLE=$PWD/docs/coverage.md ctest --preset coverage`.\n\n"
        "| experiment | quantity | cases | independent | rms | > 2, % | > 3, % | worst | verdict | remarks |\n"
        "|---|---|---|---|---|---|---|---|---|---|\n",
        seeds);
    for (const auto& [experiment, quantities] : table)
        for (const auto& [name, pulls] : quantities) text += row(experiment, name, pulls, seeds);
    text +=
        "\nNot among them, although a closed form of their name stands beside them:\n\n| experiment | quantity | why "
        "|\n|---|---|---|\n";
    for (const auto& one : coverage_exclusions())
        text += fmt::format("| {} | {} | {} |\n", one.experiment, one.quantity, one.reason);
    text += "\nThe grids:\n\n```\n";
    for (const auto& grid : coverage_grids()) text += fmt::format("# {}\n{}\n", grid.why, grid.job);
    return text + "```\n";
}

}  // namespace gdm::test
