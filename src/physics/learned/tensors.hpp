#pragma once

#include <ATen/ATen.h>
#include <ATen/Parallel.h>

#include <algorithm>
#include <span>
#include <stdexcept>

#include "gdm/physics/learned/denoiser.hpp"

/// Spans of numbers as tensors of torch, and back.
namespace gdm {

/// Sums of several threads come in any order.
inline void one_thread() { at::set_num_threads(1); }

inline void check_lengths(const SpinShape& shape, const NoisySpins& noisy) {
    if (noisy.fields.size() != noisy.count() * shape.length() || noisy.temperature.size() != noisy.count()) {
        throw std::invalid_argument("fields, gamma and temperature of noisy spins do not fit each other");
    }
}

/// Without a copy: valid as long as the numbers are.
inline at::Tensor tensor_of(std::span<const float> values) {
    return at::from_blob(const_cast<float*>(values.data()), {static_cast<std::int64_t>(values.size())}, at::kFloat);
}
inline at::Tensor tensor_of(std::span<const float> values, const SpinShape& shape) {
    const auto side = static_cast<std::int64_t>(shape.size);
    return tensor_of(values).view({-1, static_cast<std::int64_t>(shape.components), side, side});
}

inline void copy_to(const at::Tensor& tensor, std::span<float> values) {
    const at::Tensor whole = tensor.contiguous();
    if (static_cast<std::size_t>(whole.numel()) != values.size()) {
        throw std::invalid_argument("a tensor is copied to a place of another length");
    }
    std::copy_n(whole.data_ptr<float>(), values.size(), values.data());
}

/// The mean of independent spins in fields (count, components, …).
inline at::Tensor spins_in(const at::Tensor& fields) {
    if (fields.size(1) == 1) return at::tanh(fields);
    const at::Tensor strength = (fields.square().sum(1, true) + 1e-12).sqrt();
    return fields / strength * at::special_i1e(strength) / at::special_i0e(strength);
}

}  // namespace gdm
