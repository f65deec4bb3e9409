#include "gdm/physics/machines/row_batches.hpp"

#include <algorithm>
#include <numeric>
#include <utility>
#include <vector>

namespace gdm {

BinaryData batch_of(const BinaryData& data, std::size_t size, std::uint64_t update, const RandomStream& random) {
    const std::size_t rows = data.rows();
    const std::uint64_t batches = (rows + size - 1) / size;
    std::vector<std::size_t> order(rows);
    std::iota(order.begin(), order.end(), std::size_t{0});
    RandomSequence sequence(random, Purpose::noise, 0, static_cast<std::uint32_t>(update / batches));
    const std::size_t first = static_cast<std::size_t>(update % batches) * size, last = std::min(rows, first + size);
    for (std::size_t i = 0; i < last; ++i) std::swap(order[i], order[i + sequence.below(rows - i)]);
    BinaryData batch{data.visible, {}};
    for (std::size_t i = first; i < last; ++i) {
        const auto row = data.row(order[i]);
        batch.units.insert(batch.units.end(), row.begin(), row.end());
    }
    return batch;
}

UnitPanels panels_of(const BinaryData& rows, std::size_t units) {
    UnitPanels panels(units, rows.rows());
    for (std::size_t r = 0; r < rows.rows(); ++r)
        for (std::size_t i = 0; i < rows.visible; ++i) panels.at(r, i) = rows.row(r)[i];
    return panels;
}

}  // namespace gdm
