// SPDX-License-Identifier: Apache-2.0
// Runs a command in which system calls fail, as containers make them fail:
//
//   forbid perf,ptrace,vm COMMAND...    perf_event_open, ptrace, process_vm_readv: any of them, EPERM
//
// Exit code 125 when the filter cannot be installed, 127 when there is no such command; else the command's.
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <vector>

namespace {

constexpr int kNoFilter = 125;
constexpr int kNoCommand = 127;

std::uint16_t code(int bits) {
  return static_cast<std::uint16_t>(bits);
}

bool forbid(const std::vector<long>& numbers) {
  std::vector<sock_filter> filter{{code(BPF_LD | BPF_W | BPF_ABS), 0, 0, offsetof(seccomp_data, nr)}};
  for (const long number : numbers) {
    filter.push_back({code(BPF_JMP | BPF_JEQ | BPF_K), 0, 1, static_cast<std::uint32_t>(number)});
    filter.push_back({code(BPF_RET | BPF_K), 0, 0, SECCOMP_RET_ERRNO | EPERM});
  }
  filter.push_back({code(BPF_RET | BPF_K), 0, 0, SECCOMP_RET_ALLOW});
  const sock_fprog program{.len = static_cast<unsigned short>(filter.size()), .filter = filter.data()};
  return ::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 && ::prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) == 0;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 3) return kNoFilter;
  std::vector<long> numbers;
  if (std::strstr(argv[1], "perf") != nullptr) numbers.push_back(SYS_perf_event_open);
  if (std::strstr(argv[1], "ptrace") != nullptr) numbers.push_back(SYS_ptrace);
  if (std::strstr(argv[1], "vm") != nullptr) numbers.push_back(SYS_process_vm_readv);
  if (!forbid(numbers)) return kNoFilter;
  ::execvp(argv[2], argv + 2);
  return kNoCommand;
}
