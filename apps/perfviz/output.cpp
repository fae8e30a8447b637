// SPDX-License-Identifier: Apache-2.0
#include "output.hpp"

#include <unistd.h>

#include <algorithm>
#include <array>
#include <filesystem>
#include <string_view>
#include <system_error>
#include <vector>

#include "perfopt/cli/terminal.hpp"
#include "perfopt/core/cancellation.hpp"
#include "perfopt/core/error.hpp"
#include "perfopt/core/file.hpp"
#include "perfopt/core/units.hpp"
#include "perfopt/store/suite_file.hpp"

namespace perfviz {
namespace {

namespace cli = perfopt::cli;
namespace fs = std::filesystem;
using perfopt::BadInput;

struct Ending {
  std::string_view ending;
  std::string_view form;
};
// The first of a form is the one that files get.
constexpr std::array<Ending, 10> kEndings{{{".html", "html"},
                                           {".htm", "html"},
                                           {".txt", "console"},
                                           {".json", "json"},
                                           {".csv", "csv"},
                                           {".md", "markdown"},
                                           {".markdown", "markdown"},
                                           {".svg", "svg"},
                                           {".png", "png"},
                                           {".term", "console"}}};

std::string_view ending_of(std::string_view form) {
  return std::ranges::find(kEndings, form, &Ending::form)->ending;
}

// Of --format; "" when it was not given.
std::string asked_form(const cli::CommonOptions& common) {
  const std::string& name = common.format;
  if (name.empty()) return name;
  cli::require_choice("--format", name, {"html", "console", "json", "csv", "markdown", "md", "svg", "png", "term"});
  if (name == "md") return "markdown";
  return name == "term" ? "console" : name;
}

// By its ending; "" for one that says nothing: of standard output, and where there is none.
std::string named_form(const std::string& file) {
  const std::string ending = fs::path(file).extension().string();
  const auto* const found = std::ranges::find(kEndings, std::string_view(ending), &Ending::ending);
  return found == kEndings.end() ? "" : std::string(found->form);
}

std::string with_ending(const std::string& file, std::string_view form) {
  return fs::path(file).replace_extension(ending_of(form)).string();
}

// The file that was named; "" for none.
std::string named_file(const Options& options) {
  const std::string& output = options.common.output;
  if (!output.empty() && !options.report.empty() && output != options.report) {
    throw BadInput("--report " + options.report + " and --output " + output + " name two files; give one");
  }
  const std::string& file = output.empty() ? options.report : output;
  return file == "/dev/stdout" ? "-" : file;  // a reader who has left is no error there either
}

void require_page(const Options& options, const std::string& asked, const std::string& named, const std::string& file) {
  const std::string page = options.summary ? "--summary" : "--report";
  if (!asked.empty() && asked != "html") {
    throw BadInput(page + " is a page; leave out --format " + options.common.format +
                   (options.summary ? "" : ", or leave out --report and name the file with --output"));
  }
  if (!named.empty() && named != "html") {
    throw BadInput(page + " is a page, and " + file + " is named as something else; name it " +
                   with_ending(file, "html") + (options.summary ? "" : ", or leave out --report"));
  }
}

std::string form_of(const Options& options, const std::string& file) {
  std::string asked = asked_form(options.common);
  std::string named = named_form(file);
  if (options.wants_report() || options.summary) {
    require_page(options, asked, named, file);
    return "html";
  }
  // Any text can be a .txt.
  if (!asked.empty() && !named.empty() && named != asked && !file.ends_with(".txt")) {
    throw BadInput("--format " + options.common.format + " and --output " + file + " name two forms; leave out " +
                   "--format, or name the file " + with_ending(file, asked));
  }
  if (!asked.empty()) return asked;
  if (!named.empty()) return named;
  const bool is_unknown = cli::to_file(file) && fs::path(file).has_extension();
  if (!is_unknown) return "console";
  throw BadInput("--output " + file +
                 ": its ending names no form; add --format html, console, json, csv, markdown, svg or png");
}

// "results.html" beside results.json; "report.html" beside the first of several.
std::string beside(const std::vector<std::string>& inputs, const std::string& form) {
  if (inputs.empty() || inputs.front() == "-") return "-";
  fs::path path(inputs.front());
  if (inputs.size() > 1) path.replace_filename("report");
  return path.replace_extension(ending_of(form)).string();
}

void tell_written(const Options& options, const Output& output, std::size_t bytes) {
  if (options.common.quiet) return;
  const std::string place = output.is_here() ? "standard output" : cli::one_line(output.target);
  cli::write_error(std::string("perfviz: ") + (options.common.dry_run ? "would write " : "wrote ") + place + " (" +
                   output.form + ", " + perfopt::format_bytes(static_cast<double>(bytes)) + ")\n");
}

void require_other_file(const std::string& input, const std::string& output) {
  std::error_code ignored;
  if (!input.empty() && fs::is_regular_file(output, ignored) && fs::equivalent(input, output, ignored)) {
    throw BadInput("--output " + output + " is the input itself; name another file");
  }
}

}  // namespace

Output output_of(const Options& options) {
  const std::string file = named_file(options);
  Output output{form_of(options, file), file};
  if (options.chart.chart.empty() && output.is_picture()) {
    throw BadInput((options.common.format.empty() ? "--output " + file : "--format " + output.form) +
                   ": a picture is drawn of one chart; name it with --chart");
  }
  const bool is_page = output.form == "html" && options.chart.chart.empty();
  if (file.empty()) output.target = is_page ? beside(options.inputs(), output.form) : "-";
  return output;
}

void require_place(const Options& options, const Output& output) {
  if (output.is_here()) {
    if (output.form == "png" && cli::is_terminal(STDOUT_FILENO)) {
      throw BadInput("--format png is no text for a terminal; name a file with --output");
    }
    return;
  }
  for (const std::string& input : options.inputs()) require_other_file(input, output.target);
  perfopt::store::require_writable(output.target);
}

int deliver(const Options& options, const Output& output, std::string_view text) {
  if (output.is_here() && !options.common.dry_run) {
    output.form == "console" ? cli::write_console(text) : cli::write_output(text);
    return 0;
  }
  if (!options.common.dry_run) {
    // A signal amid the writing would leave the temporary file behind.
    perfopt::Cancellation cancellation;
    const perfopt::SignalGuard guard(cancellation);
    perfopt::write_atomically(output.target, text);
    if (cancellation.requested()) return 128 + perfopt::SignalGuard::received();
  }
  tell_written(options, output, text.size());
  return 0;
}

}  // namespace perfviz
