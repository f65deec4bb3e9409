#pragma once

#include <algorithm>
#include <cstddef>

namespace gdm {

/// A rectangle of (point, replica) rows.
struct RowBox {
    std::size_t point, points, replica, replicas;
    std::size_t offset;  ///< of its first row from the first row of the range
};

/// Cuts rows [first, first + count) of a (P, R) array into at most three rectangles: the rest of the first point, whole
/// points, and the beginning of the last.
template <class Visit>
void for_each_box(std::size_t first, std::size_t count, std::size_t replicas, Visit&& visit) {
    std::size_t done = 0;
    while (done < count) {
        const std::size_t point = (first + done) / replicas;
        const std::size_t replica = (first + done) % replicas;
        const std::size_t left = count - done;
        RowBox box{point, 1, replica, std::min(replicas - replica, left), done};
        if (replica == 0 && left >= replicas) box = {point, left / replicas, 0, replicas, done};
        visit(box);
        done += box.points * box.replicas;
    }
}

}  // namespace gdm
