#include "gdm/experiments/networks/signal_propagation.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <string>
#include <utility>
#include <vector>

#include "gdm/base/error.hpp"
#include "gdm/base/named.hpp"
#include "gdm/physics/networks/finite_width.hpp"
#include "support/continuation.hpp"
#include "support/replicas.hpp"

namespace gdm {
namespace {

Point point_of(const std::string& activation, const std::string& architecture, double sw2, double sb2) {
    Point point;
    point.set("activation", activation == "tanh" ? 0 : activation == "erf" ? 1 : 2, activation);
    point.set("architecture", architecture == "resnet", architecture);
    point.set("width", 48);
    point.set("sb2", sb2);
    point.set("sw2", sw2);
    point.set("c0", 0.5);
    point.set("q0", 0);
    point.set("branch", 1);
    point.set("networks", 16);
    point.set("thermalisation", 16);
    point.set_axis("layer", {1, 4, 16, 128});
    return point;
}

std::vector<double> theory(const std::string& name, const Point& point, std::size_t size) {
    std::vector<double> value(size);
    for (const Theory& one : signal_propagation().theory)
        if (one.name == name) one.compute(point, value);
    return value;
}

TEST(SignalPropagation, ExponentAndLengthsToFirstOrder) {
    EXPECT_NO_THROW(signal_propagation().validate());
    for (const char* activation : {"tanh", "erf"}) {
        const Point point = point_of(activation, "mlp", 2.2, 0.2);
        const auto replicas = test::run_replicas(signal_propagation(), point, 32);
        const RunningMoments lyapunov = replicas.moments("lyapunov"), length = replicas.moments("mean_length");
        const double second_order = 3 / 48. / 48.;
        EXPECT_NEAR(lyapunov.mean(), theory("lyapunov_first_order", point, 1)[0],
                    4 * lyapunov.standard_error() + second_order);
        const RandomLayer layer{activation_words.at(activation), 2.2, 0.2};
        EXPECT_NEAR(length.mean(), fixed_length(layer) + finite_width(layer).length_shift / 48,
                    4 * length.standard_error() + second_order);
    }
}

TEST(SignalPropagation, ResnetsFollowTheMapsOfInfiniteWidth) {
    Point point = point_of("erf", "resnet", 1, 0.5);
    point.set("width", 1024);
    const auto replicas = test::run_replicas(signal_propagation(), point, 4);
    for (const auto& [name, limits] :
         {std::pair{"length", "length_limit"}, {"rho_mean", "rho_limit"}, {"log_growth", "log_growth_limit"}}) {
        const auto limit = theory(limits, point, 4);
        for (std::size_t k = 0; k < 4; ++k) {
            const RunningMoments measured = replicas.moments(name, k);
            EXPECT_NEAR(measured.mean(), limit[k], 5 * measured.standard_error() + 0.01 * std::abs(limit[k])) << name << k;
        }
    }
    // ln|J|² ≈ 2σ_w²√l/√(π(σ_w² + σ_b²)), slowly
    EXPECT_NEAR(theory("log_growth_limit", point, 4)[3] / std::sqrt(128.), 0.921, 0.06);
}

/// ρ is 1 in k of n networks and 0 in the others: the error is that of a count, √(k + 1)/n but for 1/(n − 1), and NaN where
/// k is below 4.
TEST(SignalPropagation, MeansThatFewNetworksMakeHaveTheErrorOfACount) {
    const Experiment experiment = signal_propagation();
    const Derived* rho = find_named(experiment.derived, "rho");
    ASSERT_NE(rho, nullptr);
    Point point = point_of("tanh", "mlp", 2, 0.1);
    point.set_axis("layer", {1});
    const Layout layout = make_layout(experiment, {{"layer", 1}});
    for (const double alive : {0., 1., 20., 63., 64., 200.}) {
        constexpr double networks = 200;
        std::vector<double> block(layout.size());
        Values values(layout, block);
        values.set("networks_measured", networks);
        values.set("rho_mean", alive / networks);
        values.set("rho_squared", alive / networks);
        std::vector<double> value(1), systematic(1, 0);
        rho->compute(point, Combined(layout, block), value, systematic);
        EXPECT_EQ(value[0], alive / networks);
        if (alive > 0 && alive < 64) {
            EXPECT_TRUE(std::isnan(systematic[0])) << alive;
        } else {
            EXPECT_NEAR(systematic[0], alive > 0 ? 1 / networks : 0, 1e-15) << alive;
        }
    }
}

TEST(SignalPropagation, GoesOnFromASavedStateToTheSameBits) {
    const Experiment experiment = signal_propagation();
    for (const char* architecture : {"mlp", "resnet"}) {
        Point point = point_of("tanh", architecture, 2, 0.1);
        point.set_axis("layer", {1, 4, 16, 1024});
        test::expect_same_bits_after({1}, experiment, point, 2);
    }
}

TEST(SignalPropagation, RefusesWhatHasNoMeaning) {
    const auto refused = [](Point point, const char* name, double value) {
        point.set(name, value);
        EXPECT_THROW(signal_propagation().check(point, {}), UsageError) << name << value;
    };
    refused(point_of("tanh", "mlp", 2, 0.1), "thermalisation", 128);
    refused(point_of("relu", "mlp", 2, 0), "width", 16);
    refused(point_of("relu", "mlp", 2, 0), "sw2", 2000);
    refused(point_of("relu", "mlp", 2, 0.1), "sw2", std::nan(""));
    refused(point_of("tanh", "mlp", 2, 0), "sw2", 1e-6);
    Point halves = point_of("tanh", "mlp", 2, 0.1);
    halves.set_axis("layer", {1, 2.5, 64});
    EXPECT_THROW(signal_propagation().check(halves, {}), UsageError);
}

}  // namespace
}  // namespace gdm
