// SPDX-License-Identifier: Apache-2.0
// Reads pprof: a protobuf, mostly gzipped. Samples have no moments; a thread is known by the labels "thread", "tid"
// and "pid" where there are such.
//
// Refused: what is no protobuf, an index or id that points nowhere, a negative value (the difference of two profiles).
#include <algorithm>
#include <array>
#include <limits>
#include <optional>
#include <protozero/pbf_reader.hpp>
#include <ranges>
#include <string>
#include <unordered_map>
#include <vector>

#include "perfopt/core/error.hpp"
#include "perfopt/core/timestamp.hpp"
#include "perfopt/model/profile_formats/assembly.hpp"
#include "perfopt/model/profile_formats/format.hpp"
#include "perfopt/model/profile_formats/gzip.hpp"
#include "perfopt/model/profile_formats/pprof_fields.hpp"

namespace perfopt::model::profile_formats {
namespace {

using protozero::pbf_reader;
using protozero::pbf_wire_type;

constexpr std::uint32_t varint(std::uint32_t tag) {
  return protozero::tag_and_type(tag, pbf_wire_type::varint);
}
constexpr std::uint32_t bytes(std::uint32_t tag) {
  return protozero::tag_and_type(tag, pbf_wire_type::length_delimited);
}

struct Function {
  std::uint64_t name = 0;
  std::uint64_t file = 0;
  std::uint64_t first_line = 0;
};
struct Line {
  std::uint64_t function = 0;
  std::uint64_t number = 0;
};
struct Mapping {
  std::uint64_t start = 0;
  std::uint64_t offset = 0;
  std::uint64_t file = 0;
};
struct SampleType {
  std::uint64_t type = 0;
  std::uint64_t unit = 0;
};

// The values of a message whose fields are all varints, by tag.
template <std::size_t N>
std::array<std::uint64_t, N + 1> varints_of(pbf_reader message) {
  std::array<std::uint64_t, N + 1> values{};
  while (message.next()) {
    if (message.wire_type() == pbf_wire_type::varint && message.tag() <= N) {
      values[message.tag()] = message.get_uint64();
    } else {
      message.skip();
    }
  }
  return values;
}

// A repeated number, packed or not.
bool append(pbf_reader& message, std::uint32_t tag, std::vector<std::uint64_t>& into) {
  if (message.tag_and_type() == varint(tag)) {
    into.push_back(message.get_uint64());
    return true;
  }
  if (message.tag_and_type() != bytes(tag)) return false;
  for (const std::uint64_t value : message.get_packed_uint64()) into.push_back(value);
  return true;
}

class Reader {
 public:
  Reader(std::string_view data, std::string_view origin)
      : data_(data), origin_(origin), assembly_("pprof", origin, Times::none) {}

  // Tables stand behind what refers to them: the file is gone through twice.
  Profile read() {
    tables();
    declare_measures();
    pbf_reader message(data_.data(), data_.size());
    while (message.next()) {
      if (message.tag_and_type() == bytes(pprof::profile::kSample)) {
        sample(message.get_message());
        ++samples_;
      } else {
        message.skip();
      }
    }
    facts();
    return assembly_.take(primary());
  }

 private:
  [[noreturn]] void refuse(const std::string& what) const { throw BadInput(origin_ + ": " + what); }

  const std::string& text(std::uint64_t index, const char* field) const {
    if (index >= strings_.size()) {
      refuse(std::string(field) + " " + std::to_string(index) + " of a table of " + std::to_string(strings_.size()) +
             " strings");
    }
    return strings_[index];
  }

  void tables() {
    pbf_reader message(data_.data(), data_.size());
    while (message.next()) table_entry(message);
    if (strings_.empty() || !strings_.front().empty()) refuse("no table of strings, or its first is not ''");
  }

  void table_entry(pbf_reader& message) {
    switch (message.tag_and_type()) {
      case bytes(pprof::profile::kString):
        strings_.emplace_back(message.get_string());
        break;
      case bytes(pprof::profile::kSampleType): {
        const auto fields = varints_of<2>(message.get_message());
        types_.push_back({fields[pprof::value_type::kType], fields[pprof::value_type::kUnit]});
        break;
      }
      case bytes(pprof::profile::kMapping): {
        const auto fields = varints_of<5>(message.get_message());
        mappings_[fields[pprof::mapping::kId]] = {fields[pprof::mapping::kStart], fields[pprof::mapping::kOffset],
                                                  fields[pprof::mapping::kFile]};
        break;
      }
      case bytes(pprof::profile::kFunction): {
        const auto fields = varints_of<5>(message.get_message());
        const bool named = fields[pprof::function::kName] != 0;
        functions_[fields[pprof::function::kId]] = {
            named ? fields[pprof::function::kName] : fields[pprof::function::kSystemName],
            fields[pprof::function::kFile], fields[pprof::function::kFirstLine]};
        break;
      }
      case bytes(pprof::profile::kLocation): {
        const protozero::data_view view = message.get_view();
        locations_[varints_of<1>(pbf_reader(view))[pprof::location::kId]] = {view, {}};
        break;
      }
      case varint(pprof::profile::kTimeNanos):
        time_ns_ = message.get_int64();
        break;
      case varint(pprof::profile::kDurationNanos):
        duration_ns_ = message.get_int64();
        break;
      case bytes(pprof::profile::kPeriodType):
        period_unit_ = varints_of<2>(message.get_message())[pprof::value_type::kUnit];
        break;
      case varint(pprof::profile::kPeriod):
        period_ = message.get_int64();
        break;
      case varint(pprof::profile::kDefaultSampleType):
        default_type_ = message.get_uint64();
        break;
      default:
        message.skip();
    }
  }

  void declare_measures() {
    if (types_.empty()) refuse("no sample_type");
    for (const SampleType& type : types_) {
      std::string name = text(type.type, "sample_type.type");
      const std::string& unit = text(type.unit, "sample_type.unit");
      for (const pprof::TypeName& known : pprof::kTypes) {
        if (known.pprof == name) name = known.ours;
      }
      const auto* const known =
          std::ranges::find_if(pprof::kUnits, [&](const pprof::UnitName& one) { return one.pprof == unit; });
      const bool is_known = known != std::end(pprof::kUnits);
      if (assembly_.measure(name, is_known ? known->ours : "count") != factors_.size()) {
        refuse("two sample_types '" + name + "'");
      }
      factors_.push_back(is_known ? known->factor : 1);
      if (name == "samples") counter_ = factors_.size() - 1;
    }
  }

  void sample(pbf_reader message) {
    location_ids_.clear();
    values_.clear();
    Thread thread;
    while (message.next()) {
      if (append(message, pprof::sample::kLocation, location_ids_) || append(message, pprof::sample::kValue, values_)) {
        continue;
      }
      if (message.tag_and_type() == bytes(pprof::sample::kLabel)) {
        label(varints_of<4>(message.get_message()), thread);
      } else {
        message.skip();
      }
    }
    const std::string place = "sample[" + std::to_string(samples_) + "]";
    if (values_.size() != factors_.size()) {
      refuse(place + ": " + std::to_string(values_.size()) + " values for " + std::to_string(factors_.size()) +
             " sample_types");
    }
    for (std::size_t i = 0; i < values_.size(); ++i) {
      constexpr std::uint64_t kLargest = std::numeric_limits<std::int64_t>::max();
      if (values_[i] > kLargest) refuse(place + ": a negative value; is this the difference of two profiles?");
      if (values_[i] > kLargest / factors_[i]) refuse(place + ": a value that does not fit 63 bits");
      values_[i] *= factors_[i];
    }
    std::uint32_t stack = StackNode::kRoot;
    for (const auto id : std::views::reverse(location_ids_)) {
      for (const std::uint32_t frame : frames_of(id)) stack = assembly_.child(stack, frame);
    }
    assembly_.add({stack, assembly_.thread(thread.pid, thread.tid, thread.name), 0, Activity::running}, values_,
                  counter_ ? values_[*counter_] : 1);
  }

  struct Thread {
    std::uint32_t pid = 0;
    std::uint32_t tid = 0;
    std::string name;
  };

  void label(const std::array<std::uint64_t, 5>& fields, Thread& thread) const {
    const std::string& key = text(fields[pprof::label::kKey], "label.key");
    const auto number = static_cast<std::uint32_t>(
        std::min<std::uint64_t>(fields[pprof::label::kNumber], std::numeric_limits<std::uint32_t>::max()));
    if (key == "pid") thread.pid = number;
    if (key == "tid" || key == "thread id") thread.tid = number;
    if (key == "thread" || key == "thread name") thread.name = text(fields[pprof::label::kText], "label.str");
  }

  // Frames of a location, from the outermost: an inlined function stands before the one that it is in.
  const std::vector<std::uint32_t>& frames_of(std::uint64_t id) {
    const auto found = locations_.find(id);
    if (found == locations_.end())
      refuse("sample[" + std::to_string(samples_) + "]: no location " + std::to_string(id));
    Location& location = found->second;
    if (!location.frames.empty()) return location.frames;
    const auto fields = varints_of<3>(pbf_reader(location.message));
    std::vector<Line> lines;
    pbf_reader message(location.message);
    while (message.next()) {
      if (message.tag_and_type() == bytes(pprof::location::kLine)) {
        const auto line = varints_of<2>(message.get_message());
        lines.push_back({line[pprof::line::kFunction], line[pprof::line::kNumber]});
      } else {
        message.skip();
      }
    }
    if (lines.empty()) lines.emplace_back();
    for (std::size_t i = lines.size(); i-- > 0;) {
      location.frames.push_back(assembly_.frame(frame(fields, lines[i], i + 1 < lines.size())));
    }
    return location.frames;
  }

  Frame frame(const std::array<std::uint64_t, 4>& location, const Line& line, bool inlined) const {
    Frame frame;
    Mapping mapping;
    if (const std::uint64_t id = location[pprof::location::kMapping]; id != 0) {
      const auto found = mappings_.find(id);
      if (found == mappings_.end())
        refuse("location " + std::to_string(location[1]) + ": no mapping " + std::to_string(id));
      mapping = found->second;
    }
    frame.module = text(mapping.file, "mapping.filename");
    frame.inlined = inlined;
    frame.line = static_cast<unsigned>(std::min<std::uint64_t>(line.number, std::numeric_limits<unsigned>::max()));
    if (line.function != 0) {
      const auto found = functions_.find(line.function);
      if (found == functions_.end()) refuse("no function " + std::to_string(line.function));
      frame.function = text(found->second.name, "function.name");
      frame.file = text(found->second.file, "function.filename");
      frame.first_line = static_cast<unsigned>(
          std::min<std::uint64_t>(found->second.first_line, std::numeric_limits<unsigned>::max()));
    }
    const std::uint64_t address = location[pprof::location::kAddress];
    if (frame.function.empty()) frame.address = address - mapping.start + mapping.offset;
    frame.language = language_of(frame.file, frame.module);
    return frame;
  }

  void facts() {
    Profile& profile = assembly_.profile();
    constexpr std::int64_t kNano = 1'000'000'000;
    if (time_ns_ > 0) profile.started = utc_text(time_ns_ / kNano);
    if (duration_ns_ > 0) profile.elapsed_s = static_cast<double>(duration_ns_) * 1e-9;
    if (period_ > 0 && text(period_unit_, "period_type.unit") == "nanoseconds") {
      profile.rate_hz = 1e9 / static_cast<double>(period_);
    }
  }

  // pprof itself shows the last type when none is named.
  std::size_t primary() const {
    for (std::size_t i = 0; default_type_ != 0 && i < types_.size(); ++i) {
      if (text(types_[i].type, "sample_type.type") == text(default_type_, "default_sample_type")) return i;
    }
    return types_.size() - 1;
  }

  struct Location {
    protozero::data_view message;
    std::vector<std::uint32_t> frames;  // filled when it is first met
  };

  std::string_view data_;
  std::string origin_;
  Assembly assembly_;
  std::vector<std::string> strings_;
  std::vector<SampleType> types_;
  std::vector<std::uint64_t> factors_;
  std::optional<std::size_t> counter_;  // the measure that counts samples
  std::unordered_map<std::uint64_t, Mapping> mappings_;
  std::unordered_map<std::uint64_t, Function> functions_;
  std::unordered_map<std::uint64_t, Location> locations_;
  std::vector<std::uint64_t> location_ids_;
  std::vector<std::uint64_t> values_;
  std::size_t samples_ = 0;
  std::int64_t time_ns_ = 0;
  std::int64_t duration_ns_ = 0;
  std::int64_t period_ = 0;
  std::uint64_t period_unit_ = 0;
  std::uint64_t default_type_ = 0;
};

}  // namespace

// Plain protobuf begins with a sample_type: a short message of one or two numbers, whose bytes no text has.
bool is_pprof(std::string_view data) {
  if (is_gzip(data)) return true;
  constexpr std::string_view kFirstFields = "\x08\x10";
  return data.size() > 3 && static_cast<unsigned char>(data[0]) == bytes(pprof::profile::kSampleType) && data[1] > 0 &&
         data[1] < ' ' && kFirstFields.find(data[2]) != std::string_view::npos;
}

Profile read_pprof(std::string_view data, std::string_view origin) {
  const std::string unpacked = is_gzip(data) ? gunzip(data, origin) : "";
  try {
    return Reader(is_gzip(data) ? std::string_view(unpacked) : data, origin).read();
  } catch (const protozero::exception& error) {
    throw BadInput(std::string(origin) + ": no pprof profile, or a broken one: " + error.what());
  }
}

}  // namespace perfopt::model::profile_formats
