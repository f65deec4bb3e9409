#include "gdm/physics/paths/transverse_entropy.hpp"

#include <Eigen/Eigenvalues>
#include <algorithm>
#include <cmath>
#include <numeric>
#include <utility>

namespace gdm {

namespace {

using Vector = Eigen::VectorXd;

/// The states between the ends of a path, given the ends: precision P = L Lᵀ (tridiagonal) and the form A among them.
struct Bridge {
    Vector precision, coupling;   ///< P_nn, P_{n,n+1}
    Vector diagonal, below;       ///< L_nn, L_{n+1,n}
    Vector square, product;       ///< A_nn, A_{n,n+1}
    double from_start, from_end;  ///< coupling of the first state to x_0, of the last one to x_N

    Bridge(const LinearChain& chain, const ChainForm& form) {
        const auto n = static_cast<Eigen::Index>(chain.steps.size()) - 1;
        precision.resize(n);
        coupling = Vector::Zero(n);
        diagonal.resize(n);
        below = Vector::Zero(n);
        square.resize(n);
        product = Vector::Zero(n);
        for (Eigen::Index i = 0; i < n; ++i) {
            const auto k = static_cast<std::size_t>(i);
            const TransverseGain &into = chain.steps[k], &out = chain.steps[k + 1];
            precision[i] = 1 / (into.noise * into.noise) + std::pow(out.gain / out.noise, 2);
            square[i] = form.square[k + 1];
            if (i + 1 == n) continue;
            coupling[i] = -out.gain / (out.noise * out.noise);
            product[i] = form.product[k + 1];
        }
        for (Eigen::Index i = 0; i < n; ++i) {
            const double before = i == 0 ? 0 : below[i - 1];
            diagonal[i] = std::sqrt(precision[i] - before * before);
            if (i + 1 < n) below[i] = coupling[i] / diagonal[i];
        }
        const TransverseGain &first = chain.steps.front(), &last = chain.steps.back();
        from_start = first.gain / (first.noise * first.noise);
        from_end = last.gain / (last.noise * last.noise);
    }

    [[nodiscard]] Eigen::Index size() const { return precision.size(); }
    /// L^{-1} v.
    [[nodiscard]] Vector whiten(Vector v) const {
        for (Eigen::Index i = 0; i < size(); ++i) v[i] = (v[i] - (i > 0 ? below[i - 1] * v[i - 1] : 0)) / diagonal[i];
        return v;
    }
    /// L^{-T} v.
    [[nodiscard]] Vector colour(Vector v) const {
        for (Eigen::Index i = size(); i-- > 0;) v[i] = (v[i] - (i + 1 < size() ? below[i] * v[i + 1] : 0)) / diagonal[i];
        return v;
    }
    [[nodiscard]] Vector apply_form(const Vector& v) const {
        Vector result = square.cwiseProduct(v);
        for (Eigen::Index i = 0; i + 1 < size(); ++i) {
            result[i] += product[i] * v[i + 1];
            result[i + 1] += product[i] * v[i];
        }
        return result;
    }
    /// M v with M = L^{-1} A L^{-T}, the form in coordinates in which the bridge is white.
    [[nodiscard]] Vector apply(const Vector& v) const { return whiten(apply_form(colour(v))); }
};

struct Traces {
    double first = 0, second = 0, third = 0;  ///< tr M, tr M², tr M³
};

/// From ln det(P + kA) = ln det P + k tr M − ½ k² tr M² + ⅓ k³ tr M³ − …, the pivots being power series in k.
Traces traces_of(const Bridge& bridge) {
    Traces traces;
    double pivot = 1, r1 = 0, r2 = 0, r3 = 0;  // pivot (1 + r1 k + r2 k² + r3 k³)
    for (Eigen::Index i = 0; i < bridge.size(); ++i) {
        double next[4] = {bridge.precision[i], bridge.square[i], 0, 0};
        if (i > 0) {
            const double p = bridge.coupling[i - 1], a = bridge.product[i - 1];
            const double inverse[4] = {1, -r1, r1 * r1 - r2, 2 * r1 * r2 - r1 * r1 * r1 - r3};
            for (int k = 0; k < 4; ++k) {
                next[k] -= p * p * inverse[k] / pivot;
                if (k > 0) next[k] -= 2 * p * a * inverse[k - 1] / pivot;
                if (k > 1) next[k] -= a * a * inverse[k - 2] / pivot;
            }
        }
        pivot = next[0];
        r1 = next[1] / pivot;
        r2 = next[2] / pivot;
        r3 = next[3] / pivot;
        traces.first += r1;
        traces.second += r1 * r1 - 2 * r2;
        traces.third += 3 * (r3 - r1 * r2) + r1 * r1 * r1;
    }
    return traces;
}

struct Spectrum {
    std::vector<double> values;  ///< by falling modulus, accurate ones alone
    Eigen::MatrixXd vectors;
};

/// The eigenvalues of largest modulus by Lanczos' method with full reorthogonalisation.
Spectrum largest_eigenvalues(const Bridge& bridge, Eigen::Index iterations) {
    const Eigen::Index n = bridge.size(), m = std::min(n, iterations);
    Eigen::MatrixXd basis(n, m);
    Vector alpha(m), beta = Vector::Zero(m);
    // Any start that is not orthogonal to an eigenvector: a fixed one, rough and without symmetry.
    Vector v(n);
    for (Eigen::Index i = 0; i < n; ++i) v[i] = 1 + 0.5 * std::sin(1.0 + 0.7 * static_cast<double>(i * i % 1009));
    v.normalize();
    Eigen::Index taken = 0;
    double residual = 0;
    for (; taken < m; ++taken) {
        basis.col(taken) = v;
        Vector w = bridge.apply(v);
        alpha[taken] = v.dot(w);
        for (int twice = 0; twice < 2; ++twice) w -= basis.leftCols(taken + 1) * (basis.leftCols(taken + 1).transpose() * w);
        residual = w.norm();
        beta[taken] = residual;
        if (!(residual > 1e-14 * std::abs(alpha[0]))) {
            ++taken;
            break;
        }
        v = w / residual;
    }
    Eigen::SelfAdjointEigenSolver<Eigen::MatrixXd> solver;
    solver.computeFromTridiagonal(alpha.head(taken), beta.head(std::max<Eigen::Index>(taken - 1, 0)));
    std::vector<Eigen::Index> order(static_cast<std::size_t>(taken));
    std::iota(order.begin(), order.end(), Eigen::Index{0});
    const auto modulus = [&](Eigen::Index i) { return std::abs(solver.eigenvalues()[i]); };
    std::sort(order.begin(), order.end(), [&](auto i, auto j) { return modulus(i) > modulus(j); });
    Spectrum spectrum;
    const bool all = taken == n;
    for (const Eigen::Index i : order) {
        // Of the residual of a Ritz pair; the vector is then accurate to this over the gap to its neighbours.
        const double error = residual * std::abs(solver.eigenvectors()(taken - 1, i));
        if (!all && error > 1e-8 * modulus(order.front())) break;
        spectrum.values.push_back(solver.eigenvalues()[i]);
        spectrum.vectors.conservativeResize(n, static_cast<Eigen::Index>(spectrum.values.size()));
        spectrum.vectors.rightCols(1) = basis.leftCols(taken) * solver.eigenvectors().col(i);
    }
    return spectrum;
}

}  // namespace

TransverseEndLaw::TransverseEndLaw(const LinearChain& chain, double coordinates)
    : coordinates_(coordinates), start_variance_(chain.start_variance) {
    double variance = 0;
    for (const auto& [gain, noise] : chain.steps) {
        gain_ *= gain;
        variance = gain * gain * variance + noise * noise;
    }
    deviation_ = std::sqrt(variance);
}

TransverseEnds TransverseEndLaw::draw(RandomSequence& random) const {
    const double start = start_variance_ * random.chi_squared(coordinates_);
    const double radius = std::sqrt(start);
    const double along = gain_ * radius + deviation_ * random.normal();
    const double across = coordinates_ > 1 ? random.chi_squared(coordinates_ - 1) : 0;
    return {start, radius * along, along * along + deviation_ * deviation_ * across};
}

TransverseEnds TransverseEndLaw::mean() const noexcept {
    const double start = coordinates_ * start_variance_;
    return {start, gain_ * start, gain_ * gain_ * start + coordinates_ * deviation_ * deviation_};
}

void InteriorNoise::draw(double coordinates, std::size_t count, RandomSequence& random) {
    rest = random.normal();
    modes.resize(count);
    for (Mode& mode : modes) {
        mode.along = random.normal();
        mode.across = coordinates > 1 ? random.chi_squared(coordinates - 1) : 0;
    }
}

TransverseEntropy::TransverseEntropy(const LinearChain& chain, const ChainForm& form, double coordinates, double tolerance)
    : coordinates_(coordinates) {
    ends_ = {form.square.front(), 0, form.square.back()};
    if (chain.steps.size() < 2) {
        if (!chain.steps.empty()) ends_.product = form.product.front();
        return;
    }
    const Bridge bridge(chain, form);
    const Eigen::Index n = bridge.size();
    // Mean of the bridge x_0 α + x_N β, then the form: its value there, and what multiplies the deviation from it.
    const Vector first = bridge.from_start * Vector::Unit(n, 0), last = bridge.from_end * Vector::Unit(n, n - 1);
    const Vector alpha = bridge.colour(bridge.whiten(first)), beta = bridge.colour(bridge.whiten(last));
    const Vector form_alpha = bridge.apply_form(alpha), form_beta = bridge.apply_form(beta);
    const double to_start = form.product.front(), to_end = form.product.back();
    ends_.start += 2 * to_start * alpha[0] + alpha.dot(form_alpha);
    ends_.end += 2 * to_end * beta[n - 1] + beta.dot(form_beta);
    ends_.product = to_start * beta[0] + to_end * alpha[n - 1] + alpha.dot(form_beta);
    const Vector p = bridge.whiten(form_alpha + to_start * Vector::Unit(n, 0));
    const Vector q = bridge.whiten(form_beta + to_end * Vector::Unit(n, n - 1));
    const Traces traces = traces_of(bridge);
    rest_linear_ = {p.squaredNorm(), p.dot(q), q.squaredNorm()};
    rest_mean_ = traces.first;
    rest_variance_ = traces.second;
    const Vector form_p = bridge.apply(p), form_q = bridge.apply(q);
    double third = traces.third;
    EndForm third_linear{p.dot(form_p), p.dot(form_q), q.dot(form_q)};
    const TransverseEnds typical = TransverseEndLaw(chain, coordinates).mean();
    const auto third_cumulant = [&] { return std::abs(8 * coordinates * third + 24 * third_linear.at(typical)); };
    const double variance = 2 * coordinates * rest_variance_ + 4 * rest_linear_.at(typical);
    const double limit = tolerance * std::max(1.0, std::pow(variance, 1.5));
    neglected_ = third_cumulant();
    for (Eigen::Index iterations = 32; neglected_ > limit; iterations *= 4) {
        const Spectrum spectrum = largest_eigenvalues(bridge, iterations);
        for (std::size_t j = modes_.size(); j < spectrum.values.size() && neglected_ > limit; ++j) {
            const Vector vector = spectrum.vectors.col(static_cast<Eigen::Index>(j));
            const Mode mode{spectrum.values[j], vector.dot(p), vector.dot(q)};
            rest_mean_ -= mode.value;
            rest_variance_ = std::max(0.0, rest_variance_ - mode.value * mode.value);
            third -= mode.value * mode.value * mode.value;
            for (auto [form_of_rest, weight] : {std::pair{&rest_linear_, 1.0}, {&third_linear, mode.value}}) {
                form_of_rest->start -= weight * mode.start * mode.start;
                form_of_rest->product -= weight * mode.start * mode.end;
                form_of_rest->end -= weight * mode.end * mode.end;
            }
            modes_.push_back(mode);
            neglected_ = third_cumulant();
        }
        if (iterations >= n || iterations > 700) break;
    }
}

double TransverseEntropy::value(const TransverseEnds& ends, const InteriorNoise& noise) const {
    const double variance = 2 * coordinates_ * rest_variance_ + 4 * rest_linear_.at(ends);
    double sum = ends_.at(ends) + coordinates_ * rest_mean_ + std::sqrt(std::max(0.0, variance)) * noise.rest;
    for (std::size_t j = 0; j < modes_.size(); ++j) {
        const Mode& mode = modes_[j];
        const double along = noise.modes[j].along;
        const double linear = EndForm{mode.start * mode.start, mode.start * mode.end, mode.end * mode.end}.at(ends);
        sum += mode.value * (along * along + noise.modes[j].across) + 2 * std::sqrt(std::max(0.0, linear)) * along;
    }
    return sum;
}

}  // namespace gdm
