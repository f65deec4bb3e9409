#pragma once

#include <stdexcept>
#include <string>

namespace gdm {

/// Exit codes of the programs; scripts decide by them (docs/programs.md). The rule for what goes wrong with a file: 2 if
/// another command would do (no such file, not of the kind that is asked for, of another job), 74 if the file is the right
/// one and the system, or what has become of it, is in the way.
enum class ExitCode : int {
    complete = 0,
    usage = 2,            ///< the job, the command line or a file that it names is the wrong one
    replicas_failed = 3,  ///< the sweep is done, but some replicas threw; each message is in the file
    input_output = 74,    ///< disk full, missing permission, damaged or vanished file: requeueing would not help
    resumable = 75        ///< stopped before the end; the same command continues
};

/// An error that the user can mend: one line saying what is wrong, where, what is allowed and what to do.
class Error : public std::runtime_error {
  public:
    Error(ExitCode code, const std::string& message) : std::runtime_error(message), code_(code) {}
    [[nodiscard]] ExitCode code() const noexcept { return code_; }

  private:
    ExitCode code_;
};

/// A job, option or value that is not allowed (exit 2).
class UsageError : public Error {
  public:
    explicit UsageError(const std::string& message) : Error(ExitCode::usage, message) {}
};

/// A file or device that does not do what is asked of it (exit 74).
class IoError : public Error {
  public:
    explicit IoError(const std::string& message) : Error(ExitCode::input_output, message) {}
};

/// Thrown by an experiment whose Stop was requested: its replica is dropped, not failed.
class Stopped : public std::exception {
  public:
    [[nodiscard]] const char* what() const noexcept override { return "stopped"; }
};

}  // namespace gdm
