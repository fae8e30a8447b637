// SPDX-License-Identifier: Apache-2.0
// Writes pprof, gzipped: all measures, with one of them as the default, and the thread of a sample as its labels.
//
// Moments are lost: pprof has none. A frame and those inlined into it are one location.
#include <map>
#include <protozero/pbf_writer.hpp>
#include <string>
#include <tuple>
#include <unordered_map>
#include <vector>

#include "perfopt/core/timestamp.hpp"
#include "perfopt/model/frame_name.hpp"
#include "perfopt/model/profile_formats/format.hpp"
#include "perfopt/model/profile_formats/gzip.hpp"
#include "perfopt/model/profile_formats/pprof_fields.hpp"

namespace perfopt::model::profile_formats {
namespace {

using protozero::pbf_writer;

class Writer {
 public:
  explicit Writer(const Profile& profile) : profile_(profile), message_(out_) { string(""); }

  std::string write(std::size_t measure) {
    for (const Measure& one : profile_.measures) {
      pbf_writer type(message_, pprof::profile::kSampleType);
      add_type(type, one);
    }
    samples();
    facts(measure);
    for (const std::string* text : texts_) message_.add_string(pprof::profile::kString, *text);
    return gzip(out_);
  }

 private:
  std::int64_t string(const std::string& text) {
    const auto [found, fresh] = strings_.try_emplace(text, static_cast<std::int64_t>(texts_.size()));
    if (fresh) texts_.push_back(&found->first);
    return found->second;
  }

  void add_type(pbf_writer& type, const Measure& measure) {
    std::string name = measure.name;
    for (const pprof::TypeName& known : pprof::kTypes) {
      if (known.ours == name) name = known.pprof;
    }
    type.add_int64(pprof::value_type::kType, string(name));
    type.add_int64(pprof::value_type::kUnit, string(measure.unit == "ns" ? "nanoseconds" : measure.unit));
  }

  // Rows that differ in time, activity or object alone are one sample.
  void samples() {
    std::map<std::pair<std::uint32_t, std::uint32_t>, std::vector<std::uint64_t>> sums;
    const Samples& rows = profile_.samples;
    for (std::size_t i = 0; i < rows.size(); ++i) {
      std::vector<std::uint64_t>& sum = sums[{rows.stack[i], rows.thread[i]}];
      sum.resize(profile_.measures.size());
      for (std::size_t m = 0; m < sum.size(); ++m) sum[m] += rows.values[m][i];
    }
    for (const auto& [key, values] : sums) {
      const std::vector<std::uint64_t> ids = locations(key.first);
      pbf_writer sample(message_, pprof::profile::kSample);
      sample.add_packed_uint64(pprof::sample::kLocation, ids.begin(), ids.end());
      sample.add_packed_int64(pprof::sample::kValue, values.begin(), values.end());
      labels(sample, profile_.threads[key.second]);
    }
  }

  void labels(pbf_writer& sample, const ProfiledThread& thread) {
    const auto number = [&](const char* key, std::uint32_t value) {
      if (value == 0) return;
      pbf_writer label(sample, pprof::sample::kLabel);
      label.add_int64(pprof::label::kKey, string(key));
      label.add_int64(pprof::label::kNumber, value);
    };
    number("pid", thread.pid);
    number("tid", thread.tid);
    if (thread.name.empty()) return;
    pbf_writer label(sample, pprof::sample::kLabel);
    label.add_int64(pprof::label::kKey, string("thread"));
    label.add_int64(pprof::label::kText, string(thread.name));
  }

  // Of a stack, the innermost first.
  std::vector<std::uint64_t> locations(std::uint32_t node) {
    std::vector<std::uint64_t> ids;
    std::vector<std::uint32_t> lines;  // an inlined frame up to the one that it stands in
    for (; node != StackNode::kRoot; node = profile_.stacks[node].parent) {
      lines.push_back(profile_.stacks[node].frame);
      if (profile_.frames[lines.back()].inlined && profile_.stacks[node].parent != StackNode::kRoot) continue;
      ids.push_back(location(lines));
      lines.clear();
    }
    return ids;
  }

  std::uint64_t location(const std::vector<std::uint32_t>& frames) {
    const auto [found, fresh] = locations_.try_emplace(frames, locations_.size() + 1);
    if (!fresh) return found->second;
    const Frame& outermost = profile_.frames[frames.back()];
    const std::uint64_t module = mapping(outermost.module);
    std::vector<std::uint64_t> functions;
    for (const std::uint32_t frame : frames) functions.push_back(function(profile_.frames[frame]));
    pbf_writer location(message_, pprof::profile::kLocation);
    location.add_uint64(pprof::location::kId, found->second);
    if (module != 0) location.add_uint64(pprof::location::kMapping, module);
    if (outermost.address != 0) location.add_uint64(pprof::location::kAddress, outermost.address);
    for (std::size_t i = 0; i < frames.size(); ++i) {
      if (functions[i] == 0) continue;  // known by its address alone
      pbf_writer line(location, pprof::location::kLine);
      line.add_uint64(pprof::line::kFunction, functions[i]);
      line.add_int64(pprof::line::kNumber, profile_.frames[frames[i]].line);
    }
    return found->second;
  }

  std::uint64_t mapping(const std::string& module) {
    if (module.empty()) return 0;
    const auto [found, fresh] = mappings_.try_emplace(module, mappings_.size() + 1);
    if (!fresh) return found->second;
    const std::int64_t file = string(module);
    pbf_writer mapping(message_, pprof::profile::kMapping);
    mapping.add_uint64(pprof::mapping::kId, found->second);
    mapping.add_int64(pprof::mapping::kFile, file);
    // All that can be told is told: a reader need not look for the binary.
    for (const auto flag : {pprof::mapping::kHasFunctions, pprof::mapping::kHasFiles, pprof::mapping::kHasLines,
                            pprof::mapping::kHasInlines}) {
      mapping.add_bool(flag, true);
    }
    return found->second;
  }

  // 0 for a frame that only its address names.
  std::uint64_t function(const Frame& frame) {
    if (frame.function.empty() && frame.address != 0) return 0;
    const std::string name = frame.function.empty() && frame.module.empty() ? frame_name(frame) : frame.function;
    if (name.empty()) return 0;
    const auto [found, fresh] = functions_.try_emplace({name, frame.file, frame.first_line}, functions_.size() + 1);
    if (!fresh) return found->second;
    const std::int64_t name_index = string(name);
    const std::int64_t file = string(frame.file);
    pbf_writer function(message_, pprof::profile::kFunction);
    function.add_uint64(pprof::function::kId, found->second);
    function.add_int64(pprof::function::kName, name_index);
    function.add_int64(pprof::function::kSystemName, name_index);
    function.add_int64(pprof::function::kFile, file);
    function.add_int64(pprof::function::kFirstLine, frame.first_line);
    return found->second;
  }

  void facts(std::size_t measure) {
    constexpr std::int64_t kNano = 1'000'000'000;
    if (const auto started = parse_utc(profile_.started))
      message_.add_int64(pprof::profile::kTimeNanos, *started * kNano);
    message_.add_int64(pprof::profile::kDurationNanos, static_cast<std::int64_t>(profile_.elapsed_s * 1e9));
    const Measure& primary = profile_.measures.at(measure);
    if (profile_.rate_hz > 0) {
      {
        pbf_writer type(message_, pprof::profile::kPeriodType);
        add_type(type, {primary.name, "ns"});
      }
      message_.add_int64(pprof::profile::kPeriod, static_cast<std::int64_t>(1e9 / profile_.rate_hz));
    }
    if (!profile_.command.empty()) message_.add_int64(pprof::profile::kComment, string(profile_.command));
    std::string name = primary.name;
    for (const pprof::TypeName& known : pprof::kTypes) {
      if (known.ours == name) name = known.pprof;
    }
    message_.add_int64(pprof::profile::kDefaultSampleType, string(name));
  }

  const Profile& profile_;
  std::string out_;
  pbf_writer message_;
  std::unordered_map<std::string, std::int64_t> strings_;
  std::vector<const std::string*> texts_;
  std::map<std::vector<std::uint32_t>, std::uint64_t> locations_;
  std::unordered_map<std::string, std::uint64_t> mappings_;
  std::map<std::tuple<std::string, std::string, unsigned>, std::uint64_t> functions_;
};

}  // namespace

std::string write_pprof(const Profile& profile, std::size_t measure) {
  return Writer(profile).write(measure);
}

}  // namespace perfopt::model::profile_formats
