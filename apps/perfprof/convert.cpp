// SPDX-License-Identifier: Apache-2.0
#include "convert.hpp"

#include "perfopt/cli/terminal.hpp"
#include "perfopt/core/error.hpp"
#include "perfopt/core/file.hpp"
#include "perfopt/model/profile_formats.hpp"
#include "perfopt/store/suite_file.hpp"
#include "profile_input.hpp"

namespace perfprof {
namespace {

namespace cli = perfopt::cli;
namespace model = perfopt::model;

constexpr const char* kGroup = "Convert";
constexpr const char* kFormats = "speedscope|pprof|collapsed|firefox|callgrind|json";

constexpr const char* kFooter =
    "FORMATS\n"
    "  read      perfprof's own JSON, perf.data, perf script text, collapsed stacks, pprof, speedscope, .cpuprofile,\n"
    "            Chrome trace with a CPU profile, callgrind; told apart by content\n"
    "  written   json (.json), speedscope (.speedscope.json), firefox (.firefox.json), pprof (.pb.gz),\n"
    "            collapsed (.collapsed), callgrind (.callgrind); without --to the suffix of --output decides\n"
    "EXAMPLES\n"
    "  perfprof convert profile.json --output profile.speedscope.json\n"
    "  perfprof convert profile.json --to collapsed --output - | flamegraph.pl > flame.svg\n"
    "  perf script | perfprof convert - --output profile.pb.gz && go tool pprof -top profile.pb.gz\n"
    "EXIT STATUS\n"
    "  0    done\n"
    "  2    the request or an input is wrong\n"
    "  4    a fault of perfprof itself\n";

// By its name, else by the suffix of what is written.
const model::ProfileWriter& chosen_writer(const std::string& name, const std::string& output) {
  if (!name.empty()) return model::profile_writer(name);
  if (cli::to_file(output)) {
    if (const model::ProfileWriter* const writer = model::profile_writer_of(output)) return *writer;
  }
  throw perfopt::BadInput("which format? Give --to (" + std::string(kFormats) + "), or --output with a suffix of one");
}

}  // namespace

Convert::Convert(CLI::App& program)
    : Subcommand(program, "convert", "read a profile of any tool that is known, write it for another one", kFormats) {
  app().add_option("INPUT", input_, "profile to read; - for standard input")->type_name("FILE")->group(kGroup);
  cli::add_text_option(app(), "--to", to_, kFormats, "format to write", kGroup);
  cli::add_text_option(app(), "--measure", measure_, "NAME",
                       "what to write where a format holds one measure alone, and what comes first elsewhere", kGroup);
  common_.format_doc = "the same as --to";
  share_options();
  app().footer(kFooter);
}

int Convert::run() {
  if (input_.empty()) throw perfopt::BadInput("INPUT is missing: perfprof convert INPUT --output FILE");
  if (common().output.empty()) throw perfopt::BadInput("--output is missing: a file, or - for standard output");
  const model::ProfileWriter& writer = chosen_writer(to_.empty() ? common().format : to_, common().output);
  if (cli::to_file(common().output)) perfopt::store::require_writable(common().output);
  const model::Profile profile = read_input(input_);
  const std::size_t measure = chosen_measure(profile, measure_, input_);
  if (!common().quiet) {
    for (const model::Doubt& doubt : profile.doubts) {
      cli::write_error("perfprof: " + cli::one_line(input_ + ": " + doubt.finding) + "\n");
    }
    if (profile.samples.size() == 0) {
      cli::write_error("perfprof: " + cli::one_line(input_) + ": holds no samples: what is written has none either\n");
    }
  }
  if (common().dry_run) {
    cli::write_output("would write " + std::to_string(profile.samples.size()) + " rows of " +
                      cli::one_line(profile.measures[measure].name) + " as " + std::string(writer.name) + "\n");
    return 0;
  }
  const std::string text = writer.write(profile, measure);
  if (cli::to_file(common().output)) {
    perfopt::write_atomically(common().output, text);
  } else {
    cli::write_output(text);
  }
  return 0;
}

}  // namespace perfprof
