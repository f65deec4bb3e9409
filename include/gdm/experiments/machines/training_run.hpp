#pragma once

#include "gdm/base/stop.hpp"
#include "gdm/experiment/checkpoint.hpp"
#include "gdm/experiment/values.hpp"

namespace gdm {

/// Takes a training run of a machine to the last of its updates, from its saved state if there is one, records it where it
/// asks for that, and writes what it measured. A Run tells `updates()`, `done()`, `bytes()`, and does `load`, `record`,
/// `update`, `write`.
template <class Run>
void run_training(Run& training, const Stop& stop, Checkpoint& checkpoint, Values& values) {
    if (!checkpoint.saved().empty()) training.load(checkpoint.saved());
    const double last = training.updates().back();
    if (training.done() == 0) training.record(stop);
    while (static_cast<double>(training.done()) < last) {
        if (checkpoint.due()) checkpoint.save(training.bytes(), static_cast<double>(training.done()) / last);
        training.update();
        training.record(stop);
    }
    checkpoint.end(training.bytes());
    training.write(values);
}

}  // namespace gdm
