#pragma once

#include <condition_variable>
#include <functional>
#include <mutex>
#include <thread>

#include "gdm/base/stop.hpp"

namespace gdm {

/// For replicas that may not look at a stop (Experiment::grace): a thread that calls `leave`, which is to end the process,
/// if one has not returned `grace` seconds after a stop was requested. With an infinite grace it does nothing.
class LastResort {
  public:
    LastResort(const Stop& stop, double grace, std::function<void()> leave);
    ~LastResort();
    LastResort(const LastResort&) = delete;
    LastResort& operator=(const LastResort&) = delete;

    /// Around each replica. One that returns while `leave` is under way waits for the end of the process.
    class Replica {
      public:
        explicit Replica(LastResort& last_resort) : last_resort_(last_resort) { last_resort_.set(true); }
        ~Replica() { last_resort_.set(false); }
        Replica(const Replica&) = delete;
        Replica& operator=(const Replica&) = delete;

      private:
        LastResort& last_resort_;
    };

  private:
    void set(bool inside);
    void watch();

    Stop stop_;
    double grace_;
    std::function<void()> leave_;
    std::mutex mutex_;
    std::condition_variable over_;
    bool inside_ = false, closing_ = false;
    std::thread thread_;
};

}  // namespace gdm
