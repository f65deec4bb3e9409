#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "gdm/experiment/code_file.hpp"
#include "gdm/user/command/command_template.hpp"

namespace gdm {

/// A command whose files were found.
struct CommandProgram {
    std::string path;             ///< of the program
    std::vector<CodeFile> files;  ///< hashes of the program and of the words that name files
};

/// Finds the program: with a / in the present folder or that of the job, otherwise along PATH. Words that name files of one
/// of the two folders, and look like it by a . or /, stand for these; all their paths are made absolute if the command will
/// work elsewhere. Hashed are those files, `more`, and the program, if it is not the system's (an interpreter of /usr/bin,
/// say). Throws UsageError: no such program, not executable.
[[nodiscard]] CommandProgram find_program(CommandTemplate& command, const std::vector<std::string>& more,
                                          const std::filesystem::path& job_folder, bool works_elsewhere);

}  // namespace gdm
