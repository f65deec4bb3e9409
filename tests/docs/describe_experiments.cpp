/// Prints the declarations of all experiments as one JSON document, of which docs/generate.py makes their pages.

#include <cstdio>
#include <string>

#include "gdm/base/json.hpp"
#include "gdm/experiments/registry.hpp"

namespace {

/// What a job may give: words, or a range of numbers.
std::string allowed(const gdm::Parameter& parameter) {
    if (parameter.kind == gdm::Kind::dataset) return "FILE.h5:/NAME";
    if (parameter.kind == gdm::Kind::file) return "FILE";
    if (parameter.kind != gdm::Kind::word)
        return (parameter.kind == gdm::Kind::integer ? "whole, " : "") + parameter.range.text();
    std::string words;
    for (const auto& word : parameter.words) words += (words.empty() ? "" : ", ") + word;
    return words;
}

template <class Item>
void begin(gdm::JsonWriter& json, const Item& item) {
    json.begin_object().member("name", item.name).member("unit", item.unit).member("description", item.description);
}

void write(gdm::JsonWriter& json, const gdm::Parameter& parameter) {
    begin(json, parameter);
    json.member("role", std::string(gdm::role_words[parameter.role]))
        .member("allowed", allowed(parameter))
        .member("default", parameter.default_value);
    json.key("alternatives").begin_array();
    for (const auto& other : parameter.alternatives) {
        begin(json, other);
        json.member("allowed", other.range.text())
            .member("only_with", other.only_with.parameter.empty() ? "" : other.only_with.text())
            .end_object();
    }
    json.end_array().end_object();
}

std::string missing(const gdm::Observable& observable) { return observable.may_be_missing.when; }
std::string missing(const gdm::Derived&) { return {}; }
std::string missing(const gdm::Theory&) { return {}; }

template <class Item>
void write(gdm::JsonWriter& json, const Item& item) {
    begin(json, item);
    json.member("missing", missing(item)).key("axes").begin_array();
    for (const auto& axis : item.axes) json.value(axis);
    json.end_array().end_object();
}

void write(gdm::JsonWriter& json, const gdm::Along& limit) {
    begin(json, limit);
    json.member("missing", "").key("axes").begin_array().end_array().end_object();
}

template <class Items>
void write_all(gdm::JsonWriter& json, const char* name, const Items& items) {
    json.key(name).begin_array();
    for (const auto& item : items) write(json, item);
    json.end_array();
}

}  // namespace

int main() {
    gdm::JsonWriter json(1);
    json.begin_array();
    for (const gdm::Experiment& experiment : gdm::experiments()) {
        json.begin_object()
            .member("name", experiment.name)
            .member("family", experiment.family)
            .member("question", experiment.question)
            .member("source", experiment.source)
            .member("version", experiment.version);
        write_all(json, "parameters", experiment.parameters);
        write_all(json, "observables", experiment.observables);
        write_all(json, "derived", experiment.derived);
        write_all(json, "theory", experiment.theory);
        write_all(json, "along", experiment.along);
        json.end_object();
    }
    json.end_array();
    std::puts(json.text().c_str());
}
