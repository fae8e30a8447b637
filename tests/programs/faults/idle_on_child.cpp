// SPDX-License-Identifier: Apache-2.0
// Files compressed by children, one after the other; clean: two at a time.
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <vector>

#include "fault.hpp"

namespace {

pid_t start_child() {
  std::array<const char*, 4> words{"sh", "-c", "i=0; while [ $i -lt 60000 ]; do i=$((i+1)); done", nullptr};
  pid_t child = 0;
  if (::posix_spawnp(&child, "sh", nullptr, nullptr, const_cast<char**>(words.data()), environ) != 0) std::abort();
  return child;
}

[[gnu::noinline]] void wait_for(pid_t child) {
  int status = 0;
  if (::waitpid(child, &status, 0) != child) std::abort();
}

}  // namespace

int main(int argc, char** argv) {
  const fault::Run run(argc, argv);
  unsigned long long children = 0;
  while (run.goes_on()) {
    std::vector<pid_t> running;
    for (int i = 0; i < (run.clean() ? 2 : 1); ++i) running.push_back(start_child());
    for (const pid_t child : running) wait_for(child);
    children += running.size();
  }
  return fault::Run::done(children);
}
