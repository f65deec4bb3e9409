#include "gdm/reduction/along/method.hpp"

#include <algorithm>
#include <cmath>

namespace gdm::along {

Method make_method(const Kind& kind, const Nodes& nodes) {
    return std::visit([&](const auto& one) { return prepare(one, nodes); }, kind);
}

std::size_t numbers_of(const Kind& kind, std::size_t sizes) {
    return 1 + parts_of(kind).size() + (std::holds_alternative<Crossing>(kind) ? sizes : 0);
}

std::vector<std::size_t> usable(const Nodes& nodes) {
    std::vector<std::size_t> places;
    for (std::size_t i = 0; i < nodes.x.size(); ++i) {
        if (std::isfinite(nodes.x[i]) && std::isfinite(nodes.value[i]) && std::isfinite(nodes.error[i]) &&
            nodes.error[i] > 0)
            places.push_back(i);
    }
    std::stable_sort(places.begin(), places.end(), [&](auto a, auto b) { return nodes.x[a] < nodes.x[b]; });
    return places;
}

std::vector<double> pick(std::span<const double> all, std::span<const std::size_t> places) {
    std::vector<double> some;
    some.reserve(places.size());
    for (const std::size_t place : places) some.push_back(all[place]);
    return some;
}

}  // namespace gdm::along
