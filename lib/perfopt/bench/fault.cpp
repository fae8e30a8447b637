// SPDX-License-Identifier: Apache-2.0
#include "perfopt/bench/fault.hpp"

#include <cerrno>
#include <utility>
#include <vector>

#include "perfopt/bench/integrity.hpp"

namespace perfopt::bench {
namespace {

// Everything but what a fault replaces goes to the real workload.
class Faulty : public Workload {
 public:
  explicit Faulty(std::unique_ptr<Workload> real) : real_(std::move(real)) {}
  Work work() const override { return real_->work(); }
  void warm() override { real_->warm(); }
  void poison() override { real_->poison(); }
  void run() override { real_->run(); }
  Output output() override { return real_->output(); }
  void check(const Output& result) const override { real_->check(result); }
  bool measures_itself() const override { return real_->measures_itself(); }
  RunTime measured() const override { return real_->measured(); }
  std::string conditions() const override { return real_->conditions(); }
  std::string note() const override { return real_->note(); }

 protected:
  std::unique_ptr<Workload> real_;
};

class WrongResult final : public Faulty {
 public:
  using Faulty::Faulty;
  Output output() override {
    const Output right = real_->output();
    bytes_.assign(right.bytes.begin(), right.bytes.end());
    const std::size_t element = element_bytes(right.element);
    const std::size_t first = bytes_.size() / element / 2 * element;
    for (std::size_t i = first; i < first + element && i < bytes_.size(); ++i) bytes_[i] ^= std::byte{0x55};
    return {bytes_, right.element, right.tolerance};
  }

 private:
  std::vector<std::byte> bytes_;
};

class StaleBuffer final : public Faulty {
 public:
  StaleBuffer(std::unique_ptr<Workload> real, std::unique_ptr<Workload> earlier)
      : Faulty(std::move(real)), earlier_(std::move(earlier)) {
    earlier_->poison();
    earlier_->run();
  }
  void run() override {}
  Output output() override { return earlier_->output(); }

 private:
  std::unique_ptr<Workload> earlier_;
};

class NullKernel final : public Faulty {
 public:
  using Faulty::Faulty;
  void run() override {}
};

class ErrorReturn final : public Faulty {
 public:
  using Faulty::Faulty;
  void run() override { throw SystemError(EIO, "injected error"); }
};

}  // namespace

std::unique_ptr<Workload> make_faulty(const Strategy& strategy, const Setup& setup, Fault fault) {
  std::unique_ptr<Workload> real = strategy.make(setup);
  switch (fault) {
    case Fault::none:
      break;
    case Fault::wrong_result:
      return std::make_unique<WrongResult>(std::move(real));
    case Fault::stale_buffer: {
      Setup earlier = setup;
      earlier.seed = ~setup.seed;
      return std::make_unique<StaleBuffer>(std::move(real), strategy.make(earlier));
    }
    case Fault::null_kernel:
      return std::make_unique<NullKernel>(std::move(real));
    case Fault::error_return:
      return std::make_unique<ErrorReturn>(std::move(real));
  }
  return real;
}

}  // namespace perfopt::bench
