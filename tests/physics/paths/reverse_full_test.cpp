#include "gdm/physics/paths/reverse_full.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <vector>

#include "gdm/base/statistics.hpp"

namespace gdm {
namespace {

constexpr Scheme all_schemes[] = {Scheme::euler_maruyama, Scheme::heun, Scheme::exact};

std::vector<ReverseStep> path(const GaussianMixture& mixture, Scheme scheme) {
    std::vector<ReverseStep> steps;
    for (const auto& [t, u] : {std::pair(1.5, 0.5), std::pair(0.5, 0.0)})
        append_reverse_steps(mixture, t, u, scheme, 0.15, steps);
    return steps;
}

std::vector<double> run_full(const GaussianMixture& mixture, Scheme scheme, std::size_t n, const RandomStream& stream) {
    std::vector<double> x(static_cast<std::size_t>(mixture.d) * n);
    start_full(x, n, mixture.mu * std::exp(-1.5), std::sqrt(mixture.variance(1.5)),
               {NoiseKey(stream, Purpose::initial_state)});
    advance_full(x, n, path(mixture, scheme), scheme, {NoiseKey(stream, Purpose::noise)});
    return x;
}

std::vector<double> run_axis(const GaussianMixture& mixture, Scheme scheme, std::size_t n, const RandomStream& stream) {
    std::vector<double> a(n);
    start_axis(a, mixture.axis_mean(1.5), std::sqrt(mixture.variance(1.5)), {NoiseKey(stream, Purpose::initial_state)});
    advance_axis(a, path(mixture, scheme), scheme, {NoiseKey(stream, Purpose::noise)});
    return a;
}

TEST(ReverseFull, OneDimensionIsTheReducedDynamics) {
    const GaussianMixture mixture{0.8, 0.4, 1};
    for (const Scheme scheme : all_schemes) {
        const RandomStream stream(3, 3);
        const auto x = run_full(mixture, scheme, 53, stream);
        const auto a = run_axis(mixture, scheme, 53, stream);
        for (std::size_t i = 0; i < a.size(); ++i) ASSERT_NEAR(x[i], a[i], 1e-12);
    }
}

TEST(ReverseFull, FourDimensionsAgreeWithTheReducedDynamics) {
    const GaussianMixture mixture{0.35, 0.4, 4};
    constexpr std::size_t n = 100000;
    for (const Scheme scheme : all_schemes) {
        const auto x = run_full(mixture, scheme, n, RandomStream(5, 0));
        const auto reduced = run_axis(mixture, scheme, n, RandomStream(6, 0));
        std::vector<double> a(n), squares(n);
        axis_projection(x, n, a);
        transverse_squares(x, n, a, squares);
        RunningMoments full_2, reduced_2, full_abs, reduced_abs, across, product;
        for (std::size_t i = 0; i < n; ++i) {
            full_2.add(a[i] * a[i]);
            reduced_2.add(reduced[i] * reduced[i]);
            full_abs.add(std::abs(a[i]));
            reduced_abs.add(std::abs(reduced[i]));
            across.add(squares[i] / 3);
            product.add((a[i] * a[i] - mixture.axis_2(0)) * (squares[i] / 3 - mixture.sigma2));
        }
        EXPECT_NEAR(full_2.mean(), reduced_2.mean(), 4 * std::hypot(full_2.standard_error(), reduced_2.standard_error()));
        EXPECT_NEAR(full_abs.mean(), reduced_abs.mean(),
                    4 * std::hypot(full_abs.standard_error(), reduced_abs.standard_error()));
        const double expected = transverse_variance(mixture.variance(1.5), path(mixture, scheme), scheme);
        EXPECT_NEAR(across.mean(), expected, 4 * across.standard_error());
        // χ²_3/3 has variance 2/3 of the squared mean.
        EXPECT_NEAR(across.variance(), 2.0 / 3 * expected * expected, 0.03 * expected * expected);
        const double bias = (full_2.mean() - mixture.axis_2(0)) * (across.mean() - mixture.sigma2);
        EXPECT_NEAR(product.mean(), bias, 4 * product.standard_error());  // axis and transverse parts are independent
    }
}

TEST(ReverseFull, BlocksAndSegmentsLeaveNoTrace) {
    const GaussianMixture mixture{0.3, 0.2, 3};
    constexpr std::size_t n = 41;
    for (const Scheme scheme : all_schemes) {
        const RandomStream stream(8, 1);
        const auto whole = run_full(mixture, scheme, n, stream);
        const auto steps = path(mixture, scheme);
        for (std::size_t first = 0; first < n; first += 7) {
            const std::size_t count = std::min<std::size_t>(7, n - first);
            std::vector<double> part(3 * count);
            const auto sample = static_cast<std::uint32_t>(first);
            start_full(part, count, mixture.mu * std::exp(-1.5), std::sqrt(mixture.variance(1.5)),
                       {NoiseKey(stream, Purpose::initial_state), 0, 0, sample});
            for (std::size_t k = 0; k < steps.size(); ++k)
                advance_full(part, count, std::span(steps).subspan(k, 1), scheme,
                             {NoiseKey(stream, Purpose::noise), 0, static_cast<std::uint32_t>(k), sample});
            for (std::size_t j = 0; j < 3; ++j)
                for (std::size_t i = 0; i < count; ++i) ASSERT_EQ(part[j * count + i], whole[j * n + first + i]);
        }
    }
}

}  // namespace
}  // namespace gdm
