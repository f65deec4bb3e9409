#include "gdm/physics/networks/random_features.hpp"

#include <algorithm>
#include <cmath>

#include "gdm/physics/networks/symmetric_spectrum.hpp"

namespace gdm {

namespace {

/// What the Hermite series may leave of an entry of U, and its greatest order.
constexpr double series_error = 1e-10;
constexpr std::size_t most_terms = 160;

DenseMatrix rows_of(const DenseMatrix& matrix, std::size_t first, std::size_t count) {
    DenseMatrix part(count, matrix.columns);
    std::copy_n(matrix.values.begin() + static_cast<std::ptrdiff_t>(first * matrix.columns), part.values.size(),
                part.values.begin());
    return part;
}

/// The number of terms after which the rest is below series_error: at most ρ^k (E φ² − Σ_{j<k} c_j²) in the largest
/// correlation ρ of two features, by Cauchy and Schwarz. `means`: of features and some points.
std::size_t terms_of_series(const NoisyActivation& activation, const DenseMatrix& means, std::span<const double> deviations,
                            double correlation) {
    std::vector<double> c(most_terms);
    std::size_t terms = 2;
    for (std::size_t i = 0; i < means.rows; ++i) {
        for (std::size_t j = 0; j < means.columns; ++j) {
            activation.coefficients(means(i, j), deviations[i], c);
            double rest = activation.square(means(i, j), deviations[i]), power = 1;
            std::size_t k = 0;
            for (; k < most_terms && power * rest > series_error; ++k) {
                rest -= c[k] * c[k];
                power *= correlation;
            }
            terms = std::max(terms, k);
        }
    }
    return terms;
}

}  // namespace

FeatureMomentSums::FeatureMomentSums(const NoisyActivation& activation, const DenseMatrix& weights, double noise_variance,
                                     const Stop& stop)
    : activation_(&activation),
      weights_(&weights),
      noise_correlation_(weights.rows, weights.rows),
      deviations_(weights.rows),
      sums_{{weights.rows, weights.rows}, std::vector<double>(weights.rows, 0.0)} {
    const std::size_t p = weights.rows;
    add_product(weights, weights, noise_correlation_, stop, Wanted::lower);
    std::vector<double> length(p);
    for (std::size_t i = 0; i < p; ++i) {
        length[i] = std::sqrt(noise_correlation_(i, i));
        deviations_[i] = std::sqrt(noise_variance / static_cast<double>(weights.columns)) * length[i];
    }
    for (std::size_t i = 0; i < p; ++i) {
        for (std::size_t j = 0; j < i; ++j) {
            noise_correlation_(i, j) /= length[i] * length[j];
            largest_ = std::max(largest_, std::abs(noise_correlation_(i, j)));
        }
    }
}

void FeatureMomentSums::add(const DenseMatrix& points, const Stop& stop) {
    const std::size_t p = weights_->rows, count = points.rows;
    DenseMatrix means = product_with_transposed(*weights_, points, stop);
    for (double& mean : means.values) mean /= std::sqrt(static_cast<double>(weights_->columns));
    if (terms_ == 0) {
        DenseMatrix few(p, std::min<std::size_t>(count, 8));
        for (std::size_t i = 0; i < p; ++i) std::copy_n(means.row(i).data(), few.columns, few.row(i).data());
        terms_ = terms_of_series(*activation_, few, deviations_, largest_);
    }
    std::vector<DenseMatrix> coefficients(terms_, DenseMatrix(p, count));
    std::vector<double> c(terms_);
    for (std::size_t i = 0; i < p; ++i) {
        stop.check();
        for (std::size_t j = 0; j < count; ++j) {
            activation_->coefficients(means(i, j), deviations_[i], c);
            for (std::size_t k = 0; k < terms_; ++k) coefficients[k](i, j) = c[k];
            sums_.slopes[i] += c[1] / deviations_[i];
            sums_.correlations(i, i) += activation_->square(means(i, j), deviations_[i]);
        }
    }
    DenseMatrix series(p, p);
    for (std::size_t k = terms_; k-- > 0;) {  // by Horner's rule
        for (std::size_t i = 0; i < p; ++i)
            for (std::size_t j = 0; j < i; ++j) series(i, j) *= noise_correlation_(i, j);
        add_product(coefficients[k], coefficients[k], series, stop, Wanted::lower);
    }
    for (std::size_t i = 0; i < p; ++i)
        for (std::size_t j = 0; j < i; ++j) sums_.correlations(i, j) += series(i, j);
    points_ += count;
}

FeatureMoments FeatureMomentSums::averages() const {
    FeatureMoments moments = sums_;
    const auto n = static_cast<double>(points_);
    for (std::size_t i = 0; i < weights_->rows; ++i) {
        for (std::size_t j = 0; j <= i; ++j) moments.correlations(i, j) /= n;
        moments.slopes[i] /= n;
    }
    mirror_lower(moments.correlations);
    return moments;
}

void FeatureMomentSums::save(ByteWriter& writer) const {
    writer.put(points_);
    writer.put(terms_);
    for (std::size_t i = 0; i < weights_->rows; ++i) writer.put(sums_.correlations.row(i).first(i + 1));
    writer.put(std::span<const double>(sums_.slopes));
}

void FeatureMomentSums::load(ByteReader& reader) {
    reader.get(points_);
    reader.get(terms_);
    for (std::size_t i = 0; i < weights_->rows; ++i) reader.get(sums_.correlations.row(i).first(i + 1));
    reader.get(std::span(sums_.slopes));
}

FeatureMoments feature_moments(const NoisyActivation& activation, const DenseMatrix& weights, const DenseMatrix& points,
                               double noise_variance, const Stop& stop) {
    FeatureMomentSums sums(activation, weights, noise_variance, stop);
    for (std::size_t first = 0; first < points.rows; first += FeatureMomentSums::block)
        sums.add(rows_of(points, first, std::min(FeatureMomentSums::block, points.rows - first)), stop);
    return sums.averages();
}

RandomFeatureTraining::RandomFeatureTraining(const DenseMatrix& weights, const FeatureMoments& train,
                                             const FeatureMoments& test, double noise_variance, double test_variance,
                                             const Stop& stop)
    : dimension_(weights.columns) {
    const std::size_t p = weights.rows;
    const auto d = static_cast<double>(dimension_);
    rate_ = 2 * noise_variance * d / static_cast<double>(p);
    SymmetricSpectrum spectrum = symmetric_spectrum(train.correlations, stop);
    spectrum_ = std::move(spectrum.values);
    const auto projected = [&](const FeatureMoments& moments, double variance) {  // row k: c_k
        DenseMatrix v(dimension_, p);
        for (std::size_t i = 0; i < p; ++i)
            for (std::size_t k = 0; k < dimension_; ++k)
                v(k, i) = std::sqrt(variance / d) * moments.slopes[i] * weights(i, k);
        return product_with_transposed(spectrum.vectors, v, stop);
    };
    const DenseMatrix c = projected(train, noise_variance), c_test = projected(test, test_variance);
    for (std::size_t k = 0; k < p; ++k) {
        double squared = 0, product = 0;
        for (std::size_t i = 0; i < dimension_; ++i) squared += c(k, i) * c(k, i), product += c(k, i) * c_test(k, i);
        trained_.push_back(squared);
        tested_.push_back(product);
    }
    const DenseMatrix turned = product_with_transposed(spectrum.vectors, test.correlations, stop);
    form_ = DenseMatrix(p, p);
    add_product(turned, spectrum.vectors, form_, stop, Wanted::lower);
    DenseMatrix overlaps(p, p);
    add_product(c, c, overlaps, stop, Wanted::lower);
    for (std::size_t k = 0; k < p; ++k)
        for (std::size_t l = 0; l <= k; ++l) form_(k, l) *= overlaps(k, l);
    mirror_lower(form_);
}

TrainingLosses RandomFeatureTraining::losses(std::span<const double> times, const Stop& stop) const {
    const std::size_t p = spectrum_.size();
    const auto d = static_cast<double>(dimension_);
    // (1 − e^{−sx})/λ, also where λ is 0 but for rounding.
    const auto response = [&](double lambda, double time, double s) {
        const double x = s * rate_ * lambda * time;
        return std::abs(x) < 1e-12 ? s * rate_ * time : -std::expm1(-x) / lambda;
    };
    DenseMatrix f(times.size(), p);
    for (std::size_t t = 0; t < times.size(); ++t)
        for (std::size_t k = 0; k < p; ++k) f(t, k) = response(spectrum_[k], times[t], 1);
    const DenseMatrix turned = product_with_transposed(f, form_, stop);
    TrainingLosses losses;
    for (std::size_t t = 0; t < times.size(); ++t) {
        double train = 0, test = 0;
        for (std::size_t k = 0; k < p; ++k) {
            train -= trained_[k] * response(spectrum_[k], times[t], 2);
            test += f(t, k) * (turned(t, k) - 2 * tested_[k]);
        }
        losses.train.push_back(1 + train / d);
        losses.test.push_back(1 + test / d);
    }
    return losses;
}

}  // namespace gdm
