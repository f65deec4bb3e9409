#include "gdm/experiments/networks/convolutional_replica.hpp"

#include <algorithm>
#include <cmath>
#include <string>

#include "gdm/base/not_a_number.hpp"
#include "gdm/experiments/networks/decay_exponents.hpp"

namespace gdm {
namespace {

using Exponents = DirectedPercolationExponents;
/// |h − h̃|²/C above which a site is active.
constexpr double active_above = 0.01;

enum Series : std::size_t { log_rho, active_fraction, q, log_tangent, reference_density, series_count };

/// A lattice that nobody asked for is as small as can be.
DirectedPercolation reference_of(const Point& point) {
    const bool wanted = point["reference"] > 0;
    DirectedPercolation reference(Exponents::critical_bond, wanted ? static_cast<std::size_t>(point.integer("L")) : 64,
                                  wanted ? static_cast<std::size_t>(point.integer("reference")) : 1);
    reference.fill();
    return reference;
}

}  // namespace

ConvolutionalNetwork network_of(const Point& point) {
    return {.channels = static_cast<std::size_t>(point.integer("channels")),
            .kernel = static_cast<std::size_t>(point.integer("kernel")),
            .sites = static_cast<std::size_t>(point.integer("L")),
            .weight_variance = point["sw2"],
            .bias_variance = point["sb2"],
            .activation = activation_words.at(point.word("activation")),
            .shared_weights = point["shared_weights"] != 0};
}

double scaled_layer(const Point& point) { return scaled_time(point["scale"], point["L"], Exponents::z); }

ConvolutionalReplica::ConvolutionalReplica(const Point& point, const RandomStream& random)
    : layers_(point.axis("layer").begin(), point.axis("layer").end()),
      scaled_layer_(scaled_layer(point)),
      with_reference_(point["reference"] > 0),
      signal_(network_of(point), point["q_0"], point["rho_0"], random),
      reference_(reference_of(point)),
      series_(series_count * layers_.size(), not_a_number),
      picture_(picture_blocks * layers_.size(), not_a_number),
      scaled_rho_(not_a_number) {}

void ConvolutionalReplica::step(const RandomStream& random) {
    if (with_reference_) reference_.step(random, signal_.layer());
    signal_.step(random);
    const double now = signal_.layer();
    if (now == scaled_layer_) scaled_rho_ = std::exp(signal_.log_rho());
    const auto next = std::lower_bound(layers_.begin(), layers_.end(), now);
    if (next != layers_.end() && *next == now) record(static_cast<std::size_t>(next - layers_.begin()));
}

void ConvolutionalReplica::record(std::size_t place) {
    double* const series = series_.data() + place * series_count;
    series[log_rho] = signal_.log_rho();
    series[active_fraction] = signal_.active_fraction(active_above);
    series[q] = signal_.mean_square();
    series[log_tangent] = signal_.log_tangent();
    if (with_reference_) series[reference_density] = reference_.density();
    signal_.log_differences(std::span(picture_).subspan(place * picture_blocks, picture_blocks));
}

void ConvolutionalReplica::write(const Values& values, bool with_picture) const {
    const auto write_one = [&](const std::string& name, Series of, double (*function)(double),
                               const std::string& squared = "") {
        std::vector<double> all(layers_.size());
        for (std::size_t k = 0; k < all.size(); ++k) all[k] = function(series_[k * series_count + of]);
        values.set(name, all);
        if (squared.empty()) return;
        for (double& one : all) one *= one;
        values.set(squared, all);
    };
    const auto same = [](double x) { return x; };
    write_one(
        "rho_mean", log_rho, [](double x) { return std::exp(x); }, "rho_squared");
    write_one("log_rho", log_rho, same, "log_rho_squared");
    write_one("active_fraction_mean", active_fraction, same, "active_fraction_squared");
    write_one("q", q, same);
    write_one("log_tangent", log_tangent, same);
    write_one("reference_density", reference_density, same);
    const auto from =
        static_cast<std::size_t>(std::lower_bound(layers_.begin(), layers_.end() - 1, layers_.back() / 8) - layers_.begin());
    const std::size_t first = from + 1 < layers_.size() || from == 0 ? from : from - 1, last = layers_.size() - 1;
    // A single layer has no slope: then the tangent's growth from a root mean square near 1.
    const double rise =
        series_[last * series_count + log_tangent] - (first < last ? series_[first * series_count + log_tangent] : 0.0);
    values.set("lyapunov", rise / (layers_[last] - (first < last ? layers_[first] : 0.0)));
    values.set("networks_measured", 1.0);
    values.set("scaled_rho", scaled_rho_);
    values.set("log_difference", with_picture ? picture_ : std::vector<double>(picture_.size(), 0.0));
}

std::size_t ConvolutionalReplica::state_size(const Point& point) {
    ByteWriter lattices;
    reference_of(point).save(lattices);
    const std::size_t numbers = (series_count + picture_blocks) * point.axis("layer").size() + 1;
    return ConvolutionalSignal::state_size(network_of(point)) + lattices.bytes().size() + numbers * sizeof(double);
}

std::vector<std::byte> ConvolutionalReplica::bytes() const {
    ByteWriter writer;
    signal_.save(writer);
    reference_.save(writer);
    writer.put(std::span<const double>(series_));
    writer.put(std::span<const double>(picture_));
    writer.put(scaled_rho_);
    return writer.take();
}

void ConvolutionalReplica::load(std::span<const std::byte> state) {
    ByteReader reader(state);
    signal_.load(reader);
    reference_.load(reader);
    reader.get(std::span<double>(series_));
    reader.get(std::span<double>(picture_));
    reader.get(scaled_rho_);
}

void run_convolutional_replica(const Point& point, const Context&, const RandomStream& random, const Stop&,
                               Checkpoint& checkpoint, Values& values) {
    const double last = point.axis("layer").back();
    ConvolutionalReplica replica(point, random);
    if (!checkpoint.saved().empty()) replica.load(checkpoint.saved());
    // Some ms of work.
    const double site = point["channels"] * (point["channels"] * point["kernel"] + 4);
    const auto often = static_cast<std::uint32_t>(std::clamp(1e7 / (site * point["L"]), 1.0, 1e4));
    while (replica.layer() < last) {
        if (replica.layer() % often == 0 && checkpoint.due()) checkpoint.save(replica.bytes(), replica.layer() / last);
        replica.step(random);
    }
    checkpoint.end(replica.bytes());
    replica.write(values, random.replica() == 0);
}

}  // namespace gdm
