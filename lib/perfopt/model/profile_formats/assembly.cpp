// SPDX-License-Identifier: Apache-2.0
#include "perfopt/model/profile_formats/assembly.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <utility>

#include "perfopt/core/error.hpp"

namespace perfopt::model::profile_formats {
namespace {

constexpr std::uint64_t kLargestSum = std::numeric_limits<std::int64_t>::max();
constexpr std::uint32_t kMostNodes = std::numeric_limits<std::uint32_t>::max() - 1;

std::string key_of(const Frame& frame) {
  constexpr std::size_t kRest = 32;  // numbers, flags and what stands between
  std::string key;
  key.reserve(frame.function.size() + frame.file.size() + frame.module.size() + kRest);
  key = frame.function;
  for (const std::string* part : {&frame.file, &frame.module}) (key += '\0') += *part;
  for (const std::uint64_t part : {std::uint64_t{frame.line}, std::uint64_t{frame.first_line}, frame.address}) {
    (key += '\0') += std::to_string(part);
  }
  key += static_cast<char>(frame.language);
  key += frame.inlined ? 'i' : 'o';
  return key;
}

template <class T>
void reorder(std::vector<T>& column, std::span<const std::size_t> rows) {
  std::vector<T> chosen;
  chosen.reserve(rows.size());
  for (const std::size_t row : rows) chosen.push_back(column[row]);
  column = std::move(chosen);
}

}  // namespace

Assembly::Assembly(std::string_view format, std::string_view origin, Times times, std::size_t max_rows)
    : origin_(origin), times_(times), max_rows_(max_rows) {
  profile_.backend = "import: " + std::string(format);
  profile_.backend_reason = "read from " + origin_;
  profile_.mode = "cpu";
  profile_.time_resolution_ns = times == Times::none ? 0 : 1;
  profile_.objects.emplace_back();
}

std::size_t Assembly::measure(std::string_view name, std::string_view unit) {
  for (std::size_t i = 0; i < profile_.measures.size(); ++i) {
    if (profile_.measures[i].name == name) return i;
  }
  profile_.measures.push_back({std::string(name), std::string(unit)});
  profile_.samples.values.emplace_back(profile_.samples.size(), 0);
  sums_.push_back(0);
  return sums_.size() - 1;
}

std::uint32_t Assembly::frame(const Frame& frame) {
  const auto [found, fresh] = frames_.try_emplace(key_of(frame), static_cast<std::uint32_t>(profile_.frames.size()));
  if (fresh) profile_.frames.push_back(frame);
  return found->second;
}

std::uint32_t Assembly::child(std::uint32_t parent, std::uint32_t frame) {
  const auto next = static_cast<std::uint32_t>(profile_.stacks.size());
  if (next == kMostNodes) throw BadInput(origin_ + ": more than 4 billion nodes of stacks");
  const auto [found, fresh] = children_.try_emplace(std::uint64_t{parent} << 32U | frame, next);
  if (fresh) profile_.stacks.push_back({parent, frame});
  return found->second;
}

std::uint32_t Assembly::thread(std::uint32_t pid, std::uint32_t tid, std::string_view name, std::string_view process) {
  const auto next = static_cast<std::uint32_t>(profile_.threads.size());
  const auto [found, fresh] = threads_.try_emplace({pid, tid, std::string(name), std::string(process)}, next);
  if (!fresh) return found->second;
  ProfiledThread thread;
  thread.pid = pid;
  thread.tid = tid;
  thread.name = name;
  profile_.threads.push_back(std::move(thread));
  const auto same = [&](const ProfiledProcess& one) { return one.pid == pid; };
  if (std::ranges::none_of(profile_.processes, same)) {
    ProfiledProcess one;
    one.pid = pid;
    one.name = process.empty() ? name : process;
    profile_.processes.push_back(std::move(one));
  }
  return next;
}

void Assembly::doubt(std::string subject, std::string finding, std::string advice) {
  profile_.doubts.push_back({std::move(subject), std::move(finding), std::move(advice)});
}

void Assembly::add(const Row& row, std::span<const std::uint64_t> values, std::uint64_t samples) {
  for (std::size_t i = 0; i < values.size(); ++i) {
    if (values[i] > kLargestSum - sums_[i]) {
      throw BadInput(origin_ + ": the sum of '" + profile_.measures[i].name +
                     "' over all samples does not fit 63 bits");
    }
    sums_[i] += values[i];
  }
  profile_.counts.taken += std::min(samples, kLargestSum - std::min(kLargestSum, profile_.counts.taken));
  if (row.stack == StackNode::kRoot) profile_.counts.no_stack += samples;
  if (times_ == Times::of_samples) {
    if (profile_.samples.size() >= max_rows_) coarsen();
    return append(row, values);
  }
  const Untimed key{row.stack, row.thread, row.activity};
  const auto [found, fresh] = untimed_.try_emplace(key, profile_.samples.size());
  if (fresh) return append({row.stack, row.thread, 0, row.activity}, values);
  for (std::size_t i = 0; i < values.size(); ++i) profile_.samples.values[i][found->second] += values[i];
}

void Assembly::append(const Row& row, std::span<const std::uint64_t> values) {
  Samples& samples = profile_.samples;
  samples.stack.push_back(row.stack);
  samples.thread.push_back(row.thread);
  samples.time_ns.push_back(row.time_ns);
  samples.activity.push_back(row.activity);
  samples.object.push_back(0);
  for (std::size_t i = 0; i < samples.values.size(); ++i) {
    samples.values[i].push_back(i < values.size() ? values[i] : 0);
  }
}

void Assembly::coarsen() {
  Samples& samples = profile_.samples;
  const std::size_t before = samples.size();
  while (samples.size() > before / 2) {
    constexpr std::uint64_t kLongest = std::uint64_t{1} << 62U;
    const bool last = profile_.time_resolution_ns >= kLongest;
    const std::uint64_t step = last ? profile_.time_resolution_ns : 2 * profile_.time_resolution_ns;
    profile_.time_resolution_ns = step;
    for (std::uint64_t& time : samples.time_ns) time = last ? 0 : time / step * step;
    const auto key = [&](std::size_t i) {
      return std::tuple(samples.time_ns[i], samples.thread[i], samples.stack[i], samples.activity[i]);
    };
    std::vector<std::size_t> order(samples.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::ranges::sort(order, [&](std::size_t a, std::size_t b) { return key(a) < key(b); });
    std::vector<std::size_t> kept;
    for (const std::size_t row : order) {
      if (kept.empty() || key(kept.back()) != key(row)) {
        kept.push_back(row);
        continue;
      }
      for (std::vector<std::uint64_t>& column : samples.values) column[kept.back()] += column[row];
    }
    reorder(samples.stack, kept);
    reorder(samples.thread, kept);
    reorder(samples.time_ns, kept);
    reorder(samples.activity, kept);
    reorder(samples.object, kept);
    for (std::vector<std::uint64_t>& column : samples.values) reorder(column, kept);
    if (last) {
      max_rows_ = std::max(max_rows_, 2 * samples.size());  // more stacks than rows: nothing is left to merge
      return;
    }
  }
}

Profile Assembly::take(std::size_t primary) {
  Samples& samples = profile_.samples;
  if (samples.size() == 0) throw BadInput(origin_ + ": the file has no samples");
  profile_.primary = profile_.measures.at(primary).name;
  const auto [first, last] = std::ranges::minmax(samples.time_ns);
  for (std::uint64_t& time : samples.time_ns) time -= first;
  if (profile_.elapsed_s == 0) profile_.elapsed_s = static_cast<double>(last - first) * 1e-9;
  return std::move(profile_);
}

std::uint64_t RunningRound::next(double value, std::string_view place) {
  constexpr double kLargest = 0x1p53;
  if (!std::isfinite(value) || value < 0) {
    throw BadInput(std::string(place) + ": a weight that is negative or no number");
  }
  exact_ += value;
  if (exact_ > kLargest) throw BadInput(std::string(place) + ": the sum of the weights is over 2^53");
  const auto total = static_cast<std::uint64_t>(std::llround(exact_));
  return total - std::exchange(given_, total);
}

Language language_of(std::string_view file, std::string_view module) {
  using Suffix = std::pair<std::string_view, Language>;
  constexpr Suffix kSuffixes[] = {
      {".py", Language::python},      {".js", Language::javascript}, {".mjs", Language::javascript},
      {".cjs", Language::javascript}, {".ts", Language::javascript}, {".sh", Language::shell},
      {".bash", Language::shell},     {".c", Language::native},      {".cc", Language::native},
      {".cpp", Language::native},     {".cxx", Language::native},    {".h", Language::native},
      {".hpp", Language::native},     {".rs", Language::native},     {".go", Language::native},
      {".S", Language::native}};
  if (module.starts_with("[kernel") || module.starts_with("[guest.kernel") || module.ends_with(".ko")) {
    return Language::kernel;
  }
  for (const auto& [suffix, language] : kSuffixes) {
    if (file.ends_with(suffix)) return language;
  }
  const bool library = module.ends_with(".so") || module.find(".so.") != std::string_view::npos;
  return library || module == "[vdso]" ? Language::native : Language::unknown;
}

}  // namespace perfopt::model::profile_formats
