#include "completion.hpp"

#include <algorithm>
#include <cctype>

namespace gdm {

std::string shell_quoted(std::string_view text) {
    std::string quoted = "'";
    for (const char one : text) quoted += one == '\'' ? "'\\''" : std::string(1, one);
    return quoted + "'";
}

std::string function_name(const std::string& program) {
    std::string name = program;
    std::replace_if(
        name.begin(), name.end(), [](unsigned char one) { return std::isalnum(one) == 0; }, '_');
    return name;
}

std::string options_of_model(const std::string& after) {
    return R"(sed -nE 's/^([A-Za-z]\w*) *= *(grid|inner|setting)\(.*/--\1)" + after + "/p'";
}

bool names_experiment(const std::string& value) { return value.starts_with("EXPERIMENT"); }

}  // namespace gdm
