#include "gdm/experiments/targets/diffused_ising_replica.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace gdm {
namespace {

constexpr std::size_t most_differences = 64;  // of two chains, from which the eigenvalues of C(x) come

std::uint64_t whole(const Point& point, const char* name) { return static_cast<std::uint64_t>(point.integer(name)); }

template <class One, class Other>
double product(const One& one, const Other& other) {
    double sum = 0;
    for (std::size_t i = 0; i < one.size(); ++i) sum += one[i] * other[i];
    return sum;
}

}  // namespace

template <class Self, class Visit>
void DiffusedIsing::Sums::parts(Self& self, Visit&& visit) {
    for (auto* one : {&self.energy, &self.squared, &self.abs_first, &self.abs_second, &self.mode, &self.pairs, &self.exact,
                      &self.spectrum, &self.paths, &self.path_energy})
        visit(std::span(*one));
    visit(std::span(self.covariance));
}

DiffusedIsing::DiffusedIsing(const Point& point, const Context& context, const RandomStream& random)
    : random_(random),
      n_(static_cast<std::size_t>(point.integer("n"))),
      temperatures_(point.axis("T").begin(), point.axis("T").end()),
      theta_(point.axis("theta").begin(), point.axis("theta").end()),
      exact_(point.word("score") == "exact"),
      uniform_(is_uniform(coupling_kind(point))),
      start_exact_(point.word("start") == "exact"),
      mean_step_(point.word("step") == "mean"),
      thermalisation_(whole(point, "thermalisation")),
      interval_(whole(point, "interval")),
      samples_(exact_ ? 0 : whole(point, "samples")),
      states_(whole(point, "noisy_states")),
      paths_(whole(point, "paths")),
      sweeps_(whole(point, "sweeps")),
      steps_(whole(point, "steps")),
      couplings_(couplings_of(point, context, random)),
      spins_(n_),
      other_(n_) {
    if (exact_ || n_ <= most_compared_spins) {
        all_.emplace(couplings_);
        for (const double T : temperatures_) {
            all_->law(T, {}, law_);
            log_partition_.push_back(law_.log_partition);
        }
    }
    prior_ = ising_prior(point, couplings_, exact_ ? &*all_ : nullptr, random);
    if (prior_->independent()) {
        thermalisation_ = 0;
        interval_ = 1;
    }
    const std::size_t places = temperatures_.size(), pairs = places * theta_.size();
    for (auto* one : {&sums_.energy, &sums_.squared, &sums_.abs_first, &sums_.abs_second, &sums_.path_energy})
        one->assign(places, 0);
    sums_.mode.assign(places * n_, 1 / std::sqrt(static_cast<double>(n_)));
    sums_.pairs.assign(pair_sums * pairs, 0);
    sums_.exact.assign(pair_sums * pairs, 0);
    sums_.paths.assign(path_sums * pairs, 0);
    if (exact_) sums_.spectrum.assign(pairs * n_, 0);
    if (!exact_ && !uniform_) sums_.covariance.assign(2 * places * n_ * n_, 0);
    if (exact_) find_modes();
    units_ = thermalisation_ + samples_ + states_ * pairs + paths_ * places;
}

std::size_t DiffusedIsing::state_size(const Point& point) {
    const std::size_t n = static_cast<std::size_t>(point.integer("n")), places = point.axis("T").size();
    const std::size_t pairs = places * point.axis("theta").size();
    const bool exact = point.word("score") == "exact";
    const CouplingKind kind = coupling_kind(point);
    std::size_t size = 8 * (5 * places + places * n + (2 * pair_sums + path_sums) * pairs + 3);
    if (exact) size += 8 * pairs * n;
    if (!exact && !is_uniform(kind)) size += std::size_t{2} * 4 * places * n * n;
    return size + prior_state_size(point);
}

void DiffusedIsing::move_prior(std::uint64_t steps) {
    for (std::uint64_t k = 0; k < steps; ++k) prior_->advance(random_, static_cast<std::uint32_t>(prior_steps_++));
}

void DiffusedIsing::advance(const Stop& stop) {
    const std::size_t places = temperatures_.size(), pairs = places * theta_.size();
    std::uint64_t rest = unit_;
    if (rest < thermalisation_) {
        move_prior(1);
    } else if ((rest -= thermalisation_) < samples_) {
        move_prior(interval_);
        sample(rest >= samples_ / 2);
        if (rest + 1 == samples_ / 2) find_modes();
    } else if ((rest -= samples_) < states_ * pairs) {
        if (rest % pairs == 0) move_prior(interval_);
        measure(rest / pairs, rest % pairs / theta_.size(), rest % theta_.size(), stop);
    } else {
        rest -= states_ * pairs;
        if (rest % places == 0) move_prior(interval_);
        run_path(rest / places, rest % places, stop);
    }
    ++unit_;
}

/// Adds a state of each copy to the sums: the covariance of this half of the samples and, as soon as the mode is known,
/// what the state is along it.
void DiffusedIsing::sample(bool second_half) {
    const std::size_t copies = prior_->copies(), half = copies / 2;
    for (std::size_t place = 0; place < temperatures_.size(); ++place) {
        for (std::size_t copy = 0; copy < copies; ++copy) {
            prior_->spins(copy, place, spins_);
            sums_.energy[place] += couplings_.energy(spins_) / static_cast<double>(copies);
            if (!uniform_) {
                auto* row = sums_.covariance.data() + (second_half ? temperatures_.size() + place : place) * n_ * n_;
                for (std::size_t i = 0; i < n_; ++i, row += n_)
                    for (std::size_t j = 0; j < n_; ++j) row[j] += spins_[i] * spins_[j];
            }
            if (!uniform_ && !second_half) continue;
            const double along = product(mode_of(place), spins_);
            sums_.squared[place] += along * along / static_cast<double>(copies);
            (copy < half ? sums_.abs_first : sums_.abs_second)[place] += std::abs(along) / static_cast<double>(half);
        }
    }
}

/// The leading mode of the covariance of the first half of the samples, or of all states.
void DiffusedIsing::find_modes() {
    if (uniform_) return;
    for (std::size_t place = 0; place < temperatures_.size(); ++place) {
        std::vector<double> covariance(n_ * n_);
        if (exact_) {
            all_->law(temperatures_[place], {}, law_);
            covariance = all_->moments(law_).covariance;
        } else {
            const auto* const counts = sums_.covariance.data() + place * n_ * n_;
            std::copy(counts, counts + n_ * n_, covariance.begin());
        }
        const LeadingMode mode = leading_mode(covariance, n_);
        std::copy(mode.vector.begin(), mode.vector.end(), sums_.mode.begin() + static_cast<std::ptrdiff_t>(place * n_));
    }
}

/// The posterior at the noisy state x = y + √θ z; z is the same for all θ.
void DiffusedIsing::measure(std::size_t state, std::size_t place, std::size_t k, const Stop& stop) {
    prior_->spins(0, place, spins_);
    prior_->spins(prior_->copies() / 2, place, other_);
    RandomSequence noise(random_, Purpose::noise, static_cast<std::uint32_t>(state), static_cast<std::uint32_t>(place));
    std::vector<double> fields(n_);
    for (std::size_t i = 0; i < n_; ++i) fields[i] = spins_[i] / theta_[k] + noise.normal() / std::sqrt(theta_[k]);
    if (!exact_) measure_by_chains(state, place, k, fields, stop);
    if (all_) measure_exactly(place, k, fields);
}

/// Two chains that are independent given x. The planted one starts at y, a draw from the posterior, so that its mean is
/// right at any length; the blind one at another state of the data, and leaves a quarter of its sweeps out.
void DiffusedIsing::measure_by_chains(std::size_t state, std::size_t place, std::size_t k, const std::vector<double>& fields,
                                      const Stop& stop) {
    const double T = temperatures_[place];
    const auto mode = mode_of(place);
    PosteriorChain from_data(couplings_), blind(couplings_);
    from_data.begin(T, fields, spins_);
    blind.begin(T, fields, other_);
    const auto part = static_cast<std::uint32_t>(2 * at(place, k)),
               step = posterior_steps + static_cast<std::uint32_t>(state);
    RandomSequence one(random_, Purpose::markov_chain, part, step), other(random_, Purpose::markov_chain, part + 1, step);
    const std::uint64_t left_out = sweeps_ / 4, counted = sweeps_ - left_out, late = sweeps_ / 2;
    const std::uint64_t stride = (counted + most_differences - 1) / most_differences;
    std::vector<double> early_mean(n_), late_mean(n_), blind_mean(n_), differences;
    double spread = 0;
    for (std::uint64_t sweep = 0; sweep < sweeps_; ++sweep) {
        stop.check();
        from_data.sweep(one, sweep < late ? early_mean : late_mean);
        blind.sweep(other, sweep < left_out ? std::span<double>() : blind_mean);
        if (sweep < left_out) continue;
        const bool kept = (sweep - left_out) % stride == 0;
        double along = 0;
        for (std::size_t i = 0; i < n_; ++i) {
            const double difference = (from_data.spins()[i] - blind.spins()[i]) / std::sqrt(2.);
            along += mode[i] * difference;
            if (kept) differences.push_back(difference);
        }
        spread += along * along / static_cast<double>(counted);
    }
    const double n = static_cast<double>(n_), sweeps = static_cast<double>(sweeps_);
    std::vector<double> mean(n_);
    for (std::size_t i = 0; i < n_; ++i) {
        mean[i] = (early_mean[i] + late_mean[i]) / sweeps;
        late_mean[i] /= static_cast<double>(sweeps_ - late);
        blind_mean[i] /= static_cast<double>(counted);
    }
    const EigenvalueBracket bracket = bracket_of_samples(differences, n_);
    sums_.pairs[at(overlap, place, k)] += product(mean, blind_mean) / n;
    sums_.pairs[at(planted, place, k)] += product(spins_, late_mean) / n;
    sums_.pairs[at(mode_overlap, place, k)] += product(mode, mean) * product(mode, blind_mean);
    sums_.pairs[at(mode_spread, place, k)] += spread;
    sums_.pairs[at(upper, place, k)] += bracket.upper;
    sums_.pairs[at(lower, place, k)] += bracket.lower;
}

void DiffusedIsing::measure_exactly(std::size_t place, std::size_t k, const std::vector<double>& fields) {
    const auto mode = mode_of(place);
    all_->law(temperatures_[place], fields, law_);
    const auto moments = all_->moments(law_);
    const auto eigenvalues = eigenvalues_of(moments.covariance, n_);
    const double n = static_cast<double>(n_);
    sums_.exact[at(overlap, place, k)] += product(moments.means, moments.means) / n;
    sums_.exact[at(planted, place, k)] += product(spins_, moments.means) / n;
    sums_.exact[at(mode_overlap, place, k)] += std::pow(product(mode, moments.means), 2);
    sums_.exact[at(mode_spread, place, k)] += quadratic_form(moments.covariance, mode);
    sums_.exact[at(upper, place, k)] += eigenvalues.front();
    sums_.exact[at(lower, place, k)] += eigenvalues.front();
    // ln p(x|y)/p(x) = h·y − ln Z(h)/Z(0).
    sums_.exact[at(information, place, k)] += (product(fields, spins_) - law_.log_partition + log_partition_[place]) / n;
    if (!exact_) return;
    for (std::size_t rank = 0; rank < n_; ++rank) sums_.spectrum[at(place, k) * n_ + rank] += eigenvalues[rank];
}

std::vector<std::byte> DiffusedIsing::bytes() const {
    ByteWriter bytes;
    Sums::parts(sums_, [&](auto part) { bytes.put(part); });
    for (const std::uint64_t one : {unit_, units_, prior_steps_}) bytes.put(one);
    prior_->save(bytes);
    return bytes.take();
}

void DiffusedIsing::load(std::span<const std::byte> state) {
    ByteReader bytes(state);
    Sums::parts(sums_, [&](auto part) { bytes.get(part); });
    for (std::uint64_t* one : {&unit_, &units_, &prior_steps_}) bytes.get(*one);
    prior_->load(bytes);
}

}  // namespace gdm
