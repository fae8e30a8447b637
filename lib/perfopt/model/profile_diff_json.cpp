// SPDX-License-Identifier: Apache-2.0
#include "perfopt/model/profile_diff_json.hpp"

#include "perfopt/model/document.hpp"
#include "perfopt/model/environment_fields.hpp"

namespace perfopt::model {

template <>
struct EnumNames<FunctionVerdict> {
  static constexpr const char* kNames[] = {"slower", "faster", "shifted", "same"};
};

template <class A>
void fields(A& a, FunctionShare& v) {
  a("base", v.base);
  a("changed", v.changed);
  a("base_share", v.base_share);
  a("changed_share", v.changed_share);
  a("change", v.change);
  a("absolute", v.absolute);
  a("p", v.p);
  a("q", v.q);
  a.required("verdict", v.verdict);
}

template <class A>
void fields(A& a, FunctionChange& v) {
  a.required("function", v.function);
  a("module", v.module);
  a("file", v.file);
  a.required("verdict", v.verdict);
  a.required("self", v.self);
  a.required("total", v.total);
}

template <class A>
void fields(A& a, DiffedProfile& v) {
  a.required("origin", v.origin);
  a("command", v.command);
  a("backend", v.backend);
  a("started", v.started);
  a("elapsed_s", v.elapsed_s);
  a("cpu_s", v.cpu_s);
  a("sum", v.sum);
  a("effective_samples", v.effective_samples);
}

template <class A>
void fields(A& a, ProfileDiff& v) {
  a.required("measure", v.measure);
  a("unit", v.unit);
  a.required("base", v.base);
  a.required("changed", v.changed);
  a("false_alarms", v.false_alarms);
  a("detectable", v.detectable);
  a("tested", v.tested);
  a("doubts", v.doubts);
  a.required("functions", v.functions);
}

namespace {

constexpr DocumentKind kKind = {ProfileDiff::kSchema, ProfileDiff::kSchemaVersion, "profile_diff",
                                "perfprof diff --format json"};

}  // namespace

std::string to_json_text(const ProfileDiff& diff) {
  return write_document(kKind, diff);
}

ProfileDiff profile_diff_from_json(std::string_view text, std::string_view origin) {
  return read_document<ProfileDiff>(kKind, text, origin);
}

}  // namespace perfopt::model
