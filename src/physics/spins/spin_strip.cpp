#include "gdm/physics/spins/spin_strip.hpp"

#include <algorithm>
#include <bit>
#include <cmath>
#include <stdexcept>

namespace gdm {
namespace {

double spin(std::size_t state, std::size_t row) { return (state >> row & 1) != 0 ? 1 : -1; }

/// Σ s s' of neighbours within a column.
double bonds_inside(const SpinStrip& strip, std::size_t state) {
    double sum = 0;
    for (std::size_t row = 0; row + 1 < strip.width; ++row) sum += spin(state, row) * spin(state, row + 1);
    if (strip.periodic_columns()) sum += spin(state, strip.width - 1) * spin(state, 0);
    return sum;
}

double most_bonds_inside(const SpinStrip& strip) {
    return static_cast<double>(strip.periodic_columns() ? strip.width : strip.width - 1);
}

/// The place of a uniform number in the cumulated weights.
template <class Weight>
std::size_t draw_state(RandomSequence& random, std::size_t states, const Weight& weight) {
    double total = 0;
    for (std::size_t state = 0; state < states; ++state) total += weight(state);
    double left = random.uniform() * total;
    for (std::size_t state = 0; state + 1 < states; ++state) {
        left -= weight(state);
        if (left < 0) return state;
    }
    return states - 1;
}

}  // namespace

std::vector<std::pair<std::size_t, std::size_t>> SpinStrip::bonds() const {
    std::vector<std::pair<std::size_t, std::size_t>> all;
    for (std::size_t column = 0; column < length; ++column) {
        for (std::size_t row = 0; row < width; ++row) {
            const std::size_t site = row + width * column;
            if (row + 1 < width || periodic_columns()) all.emplace_back(site, (row + 1) % width + width * column);
            if (column + 1 < length || periodic_length()) all.emplace_back(site, row + width * ((column + 1) % length));
        }
    }
    return all;
}

TransferMatrix::TransferMatrix(const SpinStrip& strip)
    : strip_(strip), states_(std::size_t{1} << strip.width), opposite_(std::exp(-2 * strip.coupling)) {
    const std::size_t widest = strip.boundary == Boundary::torus ? 8 : 16;
    if (strip.width < 1 || strip.width > widest)
        throw std::invalid_argument("a transfer matrix spans 1 to 16 sites, 8 on a torus");
    starts_ = strip.periodic_length() ? states_ : 1;
    inside_.resize(states_);
    for (std::size_t state = 0; state < states_; ++state)
        inside_[state] = std::exp(strip.coupling * (bonds_inside(strip, state) - most_bonds_inside(strip)));
    weight_.resize(strip.length);
    forward_.resize(strip.length);
    backward_.resize(strip.length);
    forward_log_.resize(strip.length);
    backward_log_.resize(strip.length);
    set_fields(std::vector<double>(strip.sites(), 0.0));
}

std::vector<double> TransferMatrix::column_weight(std::size_t column) const {
    std::vector<double> weight(states_, 1.0);
    for (std::size_t row = 0; row < strip_.width; ++row) {
        const double field = fields_[row + strip_.width * column];
        const double against = std::exp(-2 * std::abs(field));
        const std::size_t half = std::size_t{1} << row;
        // Doubles the table: its upper half has the spin of this row up.
        for (std::size_t state = 0; state < half; ++state) {
            weight[state + half] = weight[state] * (field < 0 ? against : 1);
            if (field > 0) weight[state] *= against;
        }
    }
    for (std::size_t state = 0; state < states_; ++state) weight[state] *= inside_[state];
    return weight;
}

void TransferMatrix::multiply(std::vector<double>& states, const std::vector<double>& weight) const {
    for (std::size_t state = 0; state < states_; ++state)
        for (std::size_t start = 0; start < starts_; ++start) states[state * starts_ + start] *= weight[state];
}

/// The bonds from a column to the next, one row after the other.
void TransferMatrix::cross(std::vector<double>& states) const {
    for (std::size_t row = 0; row < strip_.width; ++row) {
        const std::size_t half = (std::size_t{1} << row) * starts_;
        for (std::size_t base = 0; base < states.size(); base += 2 * half) {
            double* const down = states.data() + base;
            double* const up = down + half;
            for (std::size_t k = 0; k < half; ++k) {
                const double a = down[k], b = up[k];
                down[k] = a + opposite_ * b;
                up[k] = opposite_ * a + b;
            }
        }
    }
}

double TransferMatrix::rescale(std::vector<double>& states) const {
    const double largest = *std::max_element(states.begin(), states.end());
    for (double& value : states) value /= largest;
    return std::log(largest);
}

void TransferMatrix::set_fields(std::span<const double> fields) {
    fields_.assign(fields.begin(), fields.end());
    const std::size_t last = strip_.length - 1;
    for (std::size_t column = 0; column <= last; ++column) weight_[column] = column_weight(column);

    std::vector<double> states(states_ * starts_, starts_ == 1 ? 1.0 : 0.0);
    if (starts_ > 1) {
        for (std::size_t state = 0; state < states_; ++state) states[state * starts_ + state] = 1;
    }
    std::vector<double> ends = states;
    for (std::size_t column = 0; column <= last; ++column) {
        if (column > 0) cross(states);
        multiply(states, weight_[column]);
        forward_log_[column] = (column > 0 ? forward_log_[column - 1] : 0) + rescale(states);
        forward_[column] = states;
    }
    if (starts_ > 1) cross(ends);  // the bonds from the last column to the first
    backward_log_[last] = rescale(ends);
    backward_[last] = ends;
    for (std::size_t column = last; column-- > 0;) {
        multiply(ends, weight_[column + 1]);
        cross(ends);
        backward_log_[column] = backward_log_[column + 1] + rescale(ends);
        backward_[column] = ends;
    }
    double total = 0;
    for (std::size_t k = 0; k < states.size(); ++k) total += forward_[last][k] * backward_[last][k];
    log_partition_ = std::log(total) + forward_log_[last] + backward_log_[last] +
                     strip_.coupling * static_cast<double>(strip_.bonds().size());
    for (const double field : fields_) log_partition_ += std::abs(field);
}

std::vector<double> TransferMatrix::column_law(std::size_t column) const {
    std::vector<double> law(states_, 0.0);
    double total = 0;
    for (std::size_t state = 0; state < states_; ++state) {
        for (std::size_t k = state * starts_; k < (state + 1) * starts_; ++k)
            law[state] += forward_[column][k] * backward_[column][k];
        total += law[state];
    }
    for (double& probability : law) probability /= total;
    return law;
}

void TransferMatrix::means(std::span<double> values) const {
    for (std::size_t column = 0; column < strip_.length; ++column) {
        std::vector<double> law = column_law(column);
        // Sums the highest row out of the table, and then the next one.
        for (std::size_t row = strip_.width; row-- > 0;) {
            const std::size_t half = std::size_t{1} << row;
            double up = 0, down = 0;
            for (std::size_t state = 0; state < half; ++state) {
                down += law[state];
                up += law[state + half];
                law[state] += law[state + half];
            }
            values[row + strip_.width * column] = (up - down) / (up + down);
        }
    }
}

/// ⟨Σ s s'⟩ of the bonds from a column to the next.
double TransferMatrix::bond_mean(std::size_t column) const {
    const std::size_t next = (column + 1) % strip_.length;
    const std::vector<double>& before = forward_[column];
    double total = 0, sum = 0;
    if (next == 0) {
        for (std::size_t state = 0; state < states_; ++state) {
            for (std::size_t start = 0; start < starts_; ++start) {
                const double p = before[state * starts_ + start] * backward_[column][state * starts_ + start];
                total += p;
                sum += p * (static_cast<double>(strip_.width) - 2 * std::popcount(state ^ start));
            }
        }
        return sum / total;
    }
    for (std::size_t row = 0; row <= strip_.width; ++row) {  // the last one is the norm
        std::vector<double> after = backward_[next];
        multiply(after, weight_[next]);
        const auto sign = [&](std::size_t state) { return row < strip_.width ? spin(state, row) : 1; };
        for (std::size_t k = 0; k < after.size(); ++k) after[k] *= sign(k / starts_);
        cross(after);
        double here = 0;
        for (std::size_t k = 0; k < after.size(); ++k) here += before[k] * sign(k / starts_) * after[k];
        (row < strip_.width ? sum : total) += here;
    }
    return sum / total;
}

/// The mean of ln of the relative weights of the columns and of the bonds between them.
double TransferMatrix::log_weight_of_columns(std::size_t first, std::size_t count) const {
    double mean = 0;
    for (std::size_t column = first; column < first + count; ++column) {
        const std::vector<double> law = column_law(column);
        for (std::size_t state = 0; state < states_; ++state) {
            if (law[state] > 0) mean += law[state] * std::log(weight_[column][state]);
        }
        if (column > first) mean += strip_.coupling * (bond_mean(column - 1) - static_cast<double>(strip_.width));
    }
    return mean;
}

double TransferMatrix::columns_entropy(std::size_t first, std::size_t count) const {
    if (count == 0) return 0;
    const std::size_t last = first + count - 1;
    // p(block) = [what lies before and the first column] [bonds and columns up to the last] [what lies behind] / Z.
    double mean = log_weight_of_columns(first, count);
    double log_norm = 0;
    for (std::size_t k = 0; k < states_ * starts_; ++k) log_norm += forward_[last][k] * backward_[last][k];
    log_norm = std::log(log_norm) + forward_log_[last] + backward_log_[last];
    const auto mean_log = [&](const std::vector<double>& p, const std::vector<double>& q, const std::vector<double>& of) {
        double total = 0, sum = 0;
        for (std::size_t k = 0; k < p.size(); ++k) {
            const double weight = p[k] * q[k];
            if (weight > 0) sum += weight * std::log(of[k]), total += weight;
        }
        return sum / total;
    };
    mean += mean_log(forward_[last], backward_[last], backward_[last]) + backward_log_[last];
    if (first > 0) {
        mean += mean_log(forward_[first], backward_[first], forward_[first]) + forward_log_[first];
        const std::vector<double> law = column_law(first);  // the first column is part of what lies before
        for (std::size_t state = 0; state < states_; ++state) {
            if (law[state] > 0) mean -= law[state] * std::log(weight_[first][state]);
        }
    }
    return log_norm - mean;
}

double TransferMatrix::arc_entropy(std::size_t column, std::size_t first, std::size_t count) const {
    const std::vector<double> law = column_law(column);
    std::vector<double> arc(std::size_t{1} << count, 0.0);
    for (std::size_t state = 0; state < states_; ++state) arc[state >> first & (arc.size() - 1)] += law[state];
    return entropy_of(arc);
}

void TransferMatrix::draw(RandomSequence& random, std::span<double> spins) const {
    std::vector<double> like(strip_.width + 1);  // weight of the bonds of two columns that differ in so many rows
    for (std::size_t k = 0; k <= strip_.width; ++k) like[k] = std::exp(-2 * strip_.coupling * static_cast<double>(k));
    const std::vector<double> law = column_law(0);
    std::size_t state = draw_state(random, states_, [&](std::size_t one) { return law[one]; });
    const std::size_t start = starts_ > 1 ? state : 0;
    for (std::size_t column = 0; column < strip_.length; ++column) {
        if (column > 0) {
            const std::size_t before = state;
            state = draw_state(random, states_, [&](std::size_t one) {
                return like[std::popcount(one ^ before)] * weight_[column][one] * backward_[column][one * starts_ + start];
            });
        }
        for (std::size_t row = 0; row < strip_.width; ++row) spins[row + strip_.width * column] = spin(state, row);
    }
}

double entropy_of(std::span<const double> probabilities) {
    double sum = 0;
    for (const double p : probabilities) {
        if (p > 0) sum -= p * std::log(p);
    }
    return sum;
}

}  // namespace gdm
