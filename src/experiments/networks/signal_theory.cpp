#include "gdm/experiments/networks/signal_theory.hpp"

#include <cmath>
#include <functional>
#include <numbers>

#include "gdm/base/memo.hpp"
#include "gdm/base/not_a_number.hpp"
#include "gdm/experiments/networks/signal_parameters.hpp"
#include "gdm/experiments/shared/closed_form.hpp"
#include "gdm/physics/networks/finite_width.hpp"

namespace gdm {
namespace {

struct Signal {
    double length, rho, log_growth;
};

/// Layer by layer at infinite width.
class SignalMap {
  public:
    explicit SignalMap(const Point& point)
        : layer_(random_layer(point)),
          resnet_(is_resnet(point)),
          gain_(resnet_ ? std::pow(point["branch"], 2) : 1),
          now_{first_length(point), 1 - point["c0"], 0} {}

    void advance() {
        const double growth = growth_factor(layer_, now_.length),
                     gap = activation_gap(layer_.activation, now_.length, now_.rho), before = now_.length;
        if (resnet_) {
            now_.length += gain_ * next_length(layer_, before);
            now_.rho = (before * now_.rho + gain_ * layer_.weight_variance * gap) / now_.length;
            now_.log_growth += std::log1p(gain_ * growth);
        } else {
            now_.length = next_length(layer_, before);
            now_.rho = layer_.weight_variance * gap / now_.length;
            now_.log_growth += std::log(growth);
        }
    }
    [[nodiscard]] const Signal& now() const { return now_; }

  private:
    RandomLayer layer_;
    bool resnet_;
    double gain_;
    Signal now_;
};

/// Mehler's series for tanh needs lengths of order 1, and time: 0.4 ms where lengths change.
constexpr double most_tanh_layers = 1000;

Theory over_layers(const std::string& name, const std::string& description, double (*part)(const Signal&)) {
    return {.name = name,
            .description = description,
            .axes = {"layer"},
            .compute = [part](const Point& point, std::span<double> value) {
                const auto layers = point.axis("layer");
                SignalMap map(point);
                std::size_t done = 0;
                const bool tanh = point.word("activation") == "tanh";
                for (double layer = 1; done < layers.size(); ++layer) {
                    if (tanh && (is_resnet(point) || layer > most_tanh_layers)) break;
                    map.advance();
                    if (layer == layers[done]) value[done++] = part(map.now());
                }
                for (; done < layers.size(); ++done) value[done] = not_a_number;
            }};
}

Theory over_diffusion(const std::string& name, const std::string& description,
                      double (*part)(const Point&, const DiffusedGap&)) {
    return {.name = name,
            .description = description + " near the critical line, the first of 1/width",
            .axes = {"layer"},
            .compute = [part](const Point& point, std::span<double> value) {
                std::fill(value.begin(), value.end(), not_a_number);
                const double critical = critical_weight_variance(point), width = point["width"];
                // The limit is one of small differences and of many layers.
                if (!has_universal_decay(point) || width * std::abs(point["sw2"] - critical) > 25) return;
                RandomLayer layer = random_layer(point);
                const double growth = std::log(growth_factor(layer, fixed_length(layer)));
                layer.weight_variance = critical;
                const FiniteWidth first = finite_width(layer);
                std::vector<double> times;
                for (const double one : point.axis("layer"))
                    if (one >= 16 && one / width <= 64) times.push_back(one / width);
                if (times.empty()) return;
                static Memo<std::vector<DiffusedGap>> known(256);
                const double curvature = correlation_curvature(layer, fixed_length(layer)),
                             drift = width * growth + 2 * first.lyapunov_shift;
                std::vector<double> arguments{curvature, drift, first.growth_diffusion};
                arguments.insert(arguments.end(), times.begin(), times.end());
                const auto gaps =
                    known.at(arguments, [&] { return diffused_gap(curvature, drift, first.growth_diffusion, times); });
                for (std::size_t i = 0, k = 0; i < value.size(); ++i) {
                    const double one = point.axis("layer")[i];
                    if (one >= 16 && one / width <= 64) value[i] = part(point, gaps[k++]);
                }
            }};
}

FiniteWidth width_effects(const Point& point) {
    if (is_resnet(point)) return {not_a_number, not_a_number, not_a_number, not_a_number};
    return finite_width(random_layer(point));
}

double half_log_growth(const Point& point) {
    if (is_resnet(point)) return not_a_number;
    const RandomLayer layer = random_layer(point);
    const double q = fixed_length(layer);
    if (layer.activation == Activation::relu) return std::log(growth_factor(layer, 1)) / 2;
    return std::log(growth_factor(layer, q)) / 2;
}

}  // namespace

double critical_weight_variance(const Point& point) {
    if (is_resnet(point)) return not_a_number;
    static Memo<double> known;
    const Activation activation = activation_words.at(point.word("activation"));
    const double bias = point["sb2"];
    return known.at({static_cast<double>(activation), bias},
                    [&] { return critical_point(activation, bias).weight_variance; });
}

bool has_universal_decay(const Point& point) {
    return !is_resnet(point) && point.word("activation") != "relu" && point["sb2"] > 0;
}

std::vector<Theory> signal_theory() {
    std::vector<Theory> all{
        over_layers("length_limit", "infinite width", [](const Signal& at) { return at.length; }),
        over_layers("rho_limit", "infinite width", [](const Signal& at) { return at.rho; }),
        over_layers("log_growth_limit", "infinite width, where mean and typical growth agree",
                    [](const Signal& at) { return at.log_growth; }),
        over_diffusion("scaled_rho_diffusion", "mean of width rho",
                       [](const Point&, const DiffusedGap& gap) { return gap.mean; }),
        over_diffusion("scaled_median_diffusion", "median of width rho",
                       [](const Point&, const DiffusedGap& gap) { return gap.median; }),
        over_diffusion("log_rho_diffusion", "mean of ln rho",
                       [](const Point& point, const DiffusedGap& gap) { return gap.mean_log - std::log(point["width"]); }),
        closed_form("lyapunov_limit", "ln(chi)/2, infinite width", half_log_growth),
        closed_form("lyapunov_first_order", "ln(chi)/2 and the term of order 1/width",
                    [](const Point& point) {
                        return half_log_growth(point) + width_effects(point).lyapunov_shift / point["width"];
                    }),
        closed_form("length_variance_limit", "width to infinity",
                    [](const Point& point) { return width_effects(point).length_variance; }),
        closed_form("length_shift_limit", "width to infinity",
                    [](const Point& point) { return width_effects(point).length_shift; }),
        closed_form("growth_diffusion_limit", "width to infinity",
                    [](const Point& point) { return width_effects(point).growth_diffusion; }),
        closed_form("sw2_critical", "sw2 of the critical line chi = 1 at this sb2, infinite width",
                    critical_weight_variance),
        closed_form("correlation_depth_limit", "xi_c = -1/ln f'(c*), infinite width", [](const Point& point) {
            const RandomLayer layer = random_layer(point);
            const bool grows = !(fixed_length(layer) > 0 && std::isfinite(fixed_length(layer)));
            const double depth = is_resnet(point) || grows ? not_a_number : correlation_depth(layer);
            return std::isfinite(depth) ? depth : not_a_number;
        })};
    return all;
}

}  // namespace gdm
