#include "gdm/experiments/targets/bath_chain.hpp"

#include <algorithm>
#include <cmath>

#include "gdm/physics/targets/point_sets.hpp"

namespace gdm {
namespace {

constexpr std::uint64_t first_window = 64;

/// Beside one average: its binning error and autocorrelation time.
void set_average(const Values& values, const std::string& name, const Binning& average) {
    const BinnedMean mean = average.result(8);
    values.set(name, mean.mean);
    values.set(name + "_binned_error", mean.error);
    values.set(name + "_tau", mean.tau);
    values.set(name + "_tau_error", std::isfinite(mean.tau_error) ? mean.tau_error : 0);  // of a constant chain
}

}  // namespace

BathModel bath_of(const Point& point, const RandomStream& random) {
    BathModel model{.target = bath_target_words.at(point.word("target")),
                    .theta = point["theta"],
                    .h = point["h"],
                    .K = static_cast<std::uint32_t>(point.integer("K")),
                    .d = static_cast<std::size_t>(point.integer("d")),
                    .update = bath_update_words.at(point.word("update"))};
    if (model.target == BathTarget::discrete) {
        model.points = random_points(static_cast<std::size_t>(point.integer("N")), model.d,
                                     point_law_words.at(point.word("point_law")), random);
    }
    return model;
}

bool bath_is_symmetric(const Point& point) { return point["h"] == 0 && point.word("target") != "discrete"; }

BathHistogram::BathHistogram(const Point& point)
    : scale_(std::pow(point["K"], 0.25)),
      half_(point.word("target") == "two_deltas" ? scale_ / point["K"] : 0),
      counts_(point.axis("x").size()) {
    const auto centres = point.axis("x");
    if (centres.size() > 1) width_ = (centres.back() - centres.front()) / static_cast<double>(centres.size() - 1);
    first_ = centres.front() - width_ / 2;
}

void BathHistogram::add(double absolute, double weight) {
    total_ += weight;
    // Half of what is spread around 0 is below it, and counts above.
    const double x = absolute * scale_, low = std::max(0., x - half_), high = x + half_;
    const double last = static_cast<double>(counts_.size()) - 1;
    const double from = std::floor((low - first_) / width_), to = std::min(last, std::floor((high - first_) / width_));
    for (double bin = std::max(0., from); bin <= to; ++bin) {
        const double below = first_ + bin * width_;
        const double share = high > low ? (std::min(high, below + width_) - std::max(low, below)) / (high - low) : 1;
        counts_[static_cast<std::size_t>(bin)] += weight * share;
    }
}

void BathHistogram::write(std::span<double> density) const {
    for (std::size_t bin = 0; bin < counts_.size(); ++bin) density[bin] = counts_[bin] / (total_ * width_);
}

void BathHistogram::save(ByteWriter& bytes) const {
    bytes.put(total_);
    bytes.put(std::span<const double>(counts_));
}

void BathHistogram::load(ByteReader& bytes) {
    bytes.get(total_);
    bytes.get(std::span(counts_));
}

BathChain::BathChain(const Point& point, const RandomStream& random)
    : samples_(static_cast<std::uint64_t>(point.integer("samples"))),
      mirrors_(point.word("mirrors") == "on"),
      symmetric_(bath_is_symmetric(point)),
      thermalisation_(first_window, static_cast<std::uint64_t>(point.integer("thermalisation"))),
      histogram_(point) {
    for (const double lag : point.axis("lag")) lags_.push_back(static_cast<std::size_t>(lag));
    const std::size_t longest = *std::max_element(lags_.begin(), lags_.end());
    const BathModel model = bath_of(point, random);
    const bool opposed = point.word("starts") == "opposed";
    for (std::uint32_t i = 0; i < 2; ++i) {
        Copy& copy = copies_[i];
        copy.bath = generative_bath(model);
        copy.bath->start(i == 0 ? BathStart::ordered : opposed ? BathStart::opposed : BathStart::random, random, i);
        copy.past.resize(longest * copy.bath->mean().size());
        copy.past_absolute.resize(longest);
        copy.products.resize(lags_.size());
        copy.products_absolute.resize(lags_.size());
        copy.sum.resize(copy.bath->mean().size());
    }
}

void BathChain::step(const RandomStream& random) {
    const bool is_thermal = thermalisation_.over();
    const auto number = static_cast<std::uint32_t>(step_++);
    std::array<double, 2> order{};
    for (std::uint32_t i = 0; i < 2; ++i) {
        GenerativeBath& bath = *copies_[i].bath;
        bath.sweep(random, i, number);
        if (mirrors_) bath.mirror(random, i, number);
        if (is_thermal) {
            measure(copies_[i]);
        } else {
            double square = 0;
            for (const double one : bath.mean()) square += one * one;
            order[i] = symmetric_ ? std::sqrt(square) : mirrors_ ? bath.along_field() : bath.along();
        }
    }
    if (!is_thermal) return thermalisation_.add(order);
    // Both have the same number of values, so the last of each are of this sweep.
    const std::size_t last = (absolute_.count()) % copies_[0].past_absolute.size();
    absolute_.add((copies_[0].past_absolute[last] + copies_[1].past_absolute[last]) / 2);
    if (symmetric_) return;
    double along = 0;
    for (const Copy& copy : copies_) along += (mirrors_ ? copy.bath->along_field() : copy.bath->along()) / 2;
    along_.add(along);
}

void BathChain::measure(Copy& copy) {
    const auto mean = copy.bath->mean();
    const std::size_t size = mean.size(), longest = copy.past_absolute.size();
    const std::uint64_t count = copy.absolute.count();
    double square = 0;
    for (std::size_t i = 0; i < size; ++i) {
        square += mean[i] * mean[i];
        copy.sum[i] += mean[i];
    }
    const double absolute = std::sqrt(square);
    for (std::size_t k = 0; k < lags_.size(); ++k) {
        if (count < lags_[k]) continue;
        const std::size_t before = (count - lags_[k]) % longest;
        for (std::size_t i = 0; i < size; ++i) copy.products[k] += mean[i] * copy.past[before * size + i];
        copy.products_absolute[k] += absolute * copy.past_absolute[before];
    }
    std::copy(mean.begin(), mean.end(), copy.past.begin() + static_cast<std::ptrdiff_t>(count % longest * size));
    copy.past_absolute[count % longest] = absolute;
    copy.absolute.add(absolute);
    if (!symmetric_) copy.along.add(mirrors_ ? copy.bath->along_field() : copy.bath->along());
    sums_[0] += square;
    sums_[1] += square * square;
    sums_[2] += copy.bath->participation();
    histogram_.add(absolute, 1);
}

void BathChain::write(const Point& point, const Values& values) const {
    const double count = static_cast<double>(absolute_.count()), both = 2 * count;
    set_average(values, "magnetisation_abs", absolute_);
    const auto z = [](const Binning& a, const Binning& b) { return difference_of_starts(a.result(8), b.result(8)); };
    values.set("magnetisation_abs_start_z", z(copies_[0].absolute, copies_[1].absolute));
    if (!symmetric_) {
        set_average(values, "magnetisation", along_);
        values.set("magnetisation_start_z", z(copies_[0].along, copies_[1].along));
    }
    values.set("magnetisation_squared", sums_[0] / both);
    values.set("magnetisation_fourth", sums_[1] / both);
    if (point.word("target") != "hypersphere") values.set("participation", sums_[2] / both);
    // Products of the means of different copies have no bias.
    double mean_square = 0;
    for (std::size_t i = 0; i < copies_[0].sum.size() && !symmetric_; ++i)
        mean_square += copies_[0].sum[i] / count * copies_[1].sum[i] / count;
    const double absolute_square = copies_[0].absolute.result(8).mean * copies_[1].absolute.result(8).mean;
    values.set("variance_abs", sums_[0] / both - absolute_square);
    if (!mirrors_) values.set("variance", sums_[0] / both - mean_square);
    for (std::size_t k = 0; k < lags_.size(); ++k) {
        const double pairs = 2 * (count - static_cast<double>(lags_[k]));
        const double absolute = copies_[0].products_absolute[k] + copies_[1].products_absolute[k];
        values["covariance_abs"][k] = absolute / pairs - absolute_square;
        if (!mirrors_) values["covariance"][k] = (copies_[0].products[k] + copies_[1].products[k]) / pairs - mean_square;
    }
    values.set("thermalisation_sweeps", static_cast<double>(thermalisation_.steps()));
    histogram_.write(values["density"]);
}

void BathChain::save(ByteWriter& bytes) const {
    bytes.put(step_);
    thermalisation_.save(bytes);
    for (const Copy& copy : copies_) {
        copy.bath->save(bytes);
        for (const auto* part : {&copy.past, &copy.past_absolute, &copy.products, &copy.products_absolute, &copy.sum})
            bytes.put(std::span<const double>(*part));
        copy.along.save(bytes);
        copy.absolute.save(bytes);
    }
    along_.save(bytes);
    absolute_.save(bytes);
    bytes.put(sums_);
    histogram_.save(bytes);
}

void BathChain::load(ByteReader& bytes) {
    bytes.get(step_);
    thermalisation_.load(bytes);
    for (Copy& copy : copies_) {
        copy.bath->load(bytes);
        for (auto* part : {&copy.past, &copy.past_absolute, &copy.products, &copy.products_absolute, &copy.sum})
            bytes.get(std::span(*part));
        copy.along.load(bytes);
        copy.absolute.load(bytes);
    }
    along_.load(bytes);
    absolute_.load(bytes);
    bytes.get(sums_);
    histogram_.load(bytes);
}

}  // namespace gdm
