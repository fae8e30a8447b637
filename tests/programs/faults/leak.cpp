// SPDX-License-Identifier: Apache-2.0
// Sessions that are over are never forgotten; clean: the oldest is.
#include <deque>
#include <memory>
#include <vector>

#include "fault.hpp"

namespace {

using Session = std::vector<unsigned long long>;

[[gnu::noinline]] std::unique_ptr<Session> open_session(unsigned long long x) {
  return std::make_unique<Session>(256, x);
}

}  // namespace

int main(int argc, char** argv) {
  const fault::Run run(argc, argv);
  std::deque<std::unique_ptr<Session>> sessions;
  unsigned long long x = 1;
  while (run.goes_on()) {
    x = fault::crunch(x, 30000);
    sessions.push_back(open_session(x));
    if (run.clean() && sessions.size() > 2000) sessions.pop_front();
  }
  x += sessions.front()->front();
  if (!run.clean()) {
    for (auto& session : sessions) static_cast<void>(session.release());
  }
  return fault::Run::done(x);
}
