#include "gdm/experiments/networks/training_points.hpp"

#include <algorithm>
#include <any>
#include <cmath>
#include <span>
#include <tuple>

#include "gdm/experiments/networks/training_memorisation.hpp"
#include "gdm/experiments/shared/mixture_parameters.hpp"
#include "gdm/physics/networks/random_features.hpp"
#include "gdm/physics/process/forward_process.hpp"

namespace gdm {
namespace {

constexpr std::size_t most_tested = 4096;

/// e^{−t} times points of the two classes, from number `first` on.
DenseMatrix draw_points(const GaussianMixture& mixture, double t, std::size_t first, std::size_t count,
                        const RandomStream& random) {
    DenseMatrix points(count, static_cast<std::size_t>(mixture.d));
    const double deviation = std::exp(-t) * std::sqrt(mixture.sigma2);
    for (std::size_t i = 0; i < count; ++i) {
        RandomSequence sequence(random, Purpose::dataset, static_cast<std::uint32_t>(first + i));
        for (double& x : points.row(i)) x = deviation * sequence.normal();
        points(i, 0) += mixture.axis_mean(t) * (sequence.uniform() < 0.5 ? 1 : -1);
    }
    return points;
}

/// e^{−t} times some rows of a dataset.
DenseMatrix take_rows(const UserPoints& data, std::span<const std::uint64_t> rows, double t) {
    DenseMatrix points(rows.size(), data.columns());
    for (std::size_t i = 0; i < rows.size(); ++i) {
        const double* from = data.array.values.get() + rows[i] * data.columns();
        for (std::size_t k = 0; k < data.columns(); ++k)
            points(i, k) = std::exp(-t) * data.scale * (from[k] - data.offset[k]);
    }
    return points;
}

}  // namespace

TrainingPoints::TrainingPoints(const Point& point, const Context& context, const RandomStream& random)
    : point_(point), random_(random), data_(std::any_cast<UserPoints>(&context)) {
    if (data_ != nullptr) std::tie(members_, others_) = choose_rows(data_->rows(), count(), random);
}

std::size_t TrainingPoints::count() const { return static_cast<std::size_t>(trained_points(point_)); }

DenseMatrix TrainingPoints::from(std::size_t first, std::size_t most) const {
    const std::size_t size = std::min(most, count() - first);
    return data_ != nullptr ? take_rows(*data_, std::span(members_).subspan(first, size), point_["t"])
                            : draw_points(mixture_of(point_), point_["t"], first, size, random_);
}

DenseMatrix TrainingPoints::tested() const {
    if (data_ != nullptr)
        return take_rows(*data_, std::span(others_).first(std::min(others_.size(), most_tested)), point_["t"]);
    const double mean = mixture_of(point_).axis_mean(point_["t"]);
    const bool both = activation_words.at(point_.word("activation")) == Activation::relu && mean != 0;
    DenseMatrix means(both ? 2 : 1, static_cast<std::size_t>(point_["d"]));
    means(0, 0) = mean;
    if (both) means(1, 0) = -mean;
    return means;
}

double TrainingPoints::test_noise() const {
    return data_ != nullptr ? noise_variance(point_["t"]) : mixture_of(point_).variance(point_["t"]);
}

}  // namespace gdm
