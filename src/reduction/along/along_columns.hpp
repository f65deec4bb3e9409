#pragma once

#include <functional>
#include <string>
#include <vector>

#include "gdm/experiment/experiment.hpp"
#include "gdm/reduction/column.hpp"
#include "gdm/reduction/combiner.hpp"
#include "gdm/storage/sweep_reader.hpp"
#include "gdm/sweep/points.hpp"

namespace gdm {

/// The functions along axes of a sweep as columns over the axes that remain: NAME and its parts with their errors;
/// NAME_pairs of a crossing over the size axis too; NAME_chi2, NAME_dof of fits; NAME_from, NAME_to, the points used;
/// NAME_theory. Those whose axes the file lacks are left out. Replicas are read again, by planes, so that memory stays
/// bounded by 64 MiB and one plane. The attribute `missing` of NAME says why it has no value. `find`: the column of a
/// quantity, complete.
[[nodiscard]] std::vector<Column> along_columns(const SweepReader& reader, const Experiment& experiment,
                                                const Points& points, const Combiner& combiner,
                                                const std::function<const Column*(const std::string& name)>& find);

}  // namespace gdm
