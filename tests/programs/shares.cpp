// SPDX-License-Identifier: Apache-2.0
// A program of which it is known where its time goes: 50, 30, 15 and 5 % of the same work in four functions.
//
//   shares ROUNDS           each round is 1.6 million steps of work, about 3 ms
//   shares ROUNDS MS        and a sleep of that long after each
//   shares ROUNDS MS DEPTH  that many calls deep, of about 100 bytes of stack each
//
// The work is done by one leaf function, for which each of the four calls it so many times as its share says: what is
// attributed to the wrong caller shows. Built with and without frame pointers (tests/CMakeLists.txt).
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <ctime>

namespace {

std::uint64_t state = 88172645463325252U;

// Xorshift: each step needs the one before, so that a step takes as long wherever it is called from.
[[gnu::noinline]] void work(unsigned calls) {
#ifdef PERFOPT_FRAMES
  // A leaf that needs no stack is given no frame for -fno-omit-frame-pointer alone.
  asm volatile("" : : "r"(__builtin_frame_address(0)));
#endif
  constexpr unsigned kSteps = 4000;
  std::uint64_t x = state;
  for (unsigned i = 0; i < calls * kSteps; ++i) {
    x ^= x << 13U;
    x ^= x >> 7U;
    x ^= x << 17U;
  }
  state = x;
}

// Something after the call keeps it from being a jump, which would leave no frame.
#define PERFOPT_SHARE(name, share) \
  [[gnu::noinline]] void name() {  \
    work(share);                   \
    state += share;                \
  }

PERFOPT_SHARE(half, 50)
PERFOPT_SHARE(third, 30)
PERFOPT_SHARE(seventh, 15)
PERFOPT_SHARE(twentieth, 5)

void round() {
  // Four times: a round is four of each, in turns.
  for (unsigned turn = 0; turn < 4; ++turn) {
    half();
    third();
    seventh();
    twentieth();
  }
}

[[gnu::noinline]] void deeper(unsigned long depth) {  // NOLINT(misc-no-recursion)
  volatile char frame[64];
  frame[depth % sizeof frame] = 1;
  if (depth == 0) {
    round();
  } else {
    deeper(depth - 1);
  }
  state += static_cast<std::uint64_t>(frame[depth % sizeof frame]);
}

void pause_ms(unsigned long ms) {
  timespec pause{};
  pause.tv_sec = static_cast<time_t>(ms / 1000);
  pause.tv_nsec = static_cast<long>(ms % 1000) * 1'000'000;
  ::nanosleep(&pause, nullptr);
}

unsigned long argument(int argc, char** argv, int index, unsigned long otherwise) {
  return argc > index ? std::strtoul(argv[index], nullptr, 10) : otherwise;
}

}  // namespace

int main(int argc, char** argv) {
  const unsigned long rounds = argument(argc, argv, 1, 100);
  const unsigned long sleep_ms = argument(argc, argv, 2, 0);
  const unsigned long depth = argument(argc, argv, 3, 0);
  for (unsigned long i = 0; i < rounds; ++i) {
    if (depth == 0) {
      round();
    } else {
      deeper(depth);
    }
    if (sleep_ms != 0) pause_ms(sleep_ms);
  }
  std::printf("%llu\n", static_cast<unsigned long long>(state));
  return 0;
}
