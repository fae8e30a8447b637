// SPDX-License-Identifier: Apache-2.0
#include "perfopt/optim/io/buffered_writer.hpp"

#include <fcntl.h>

#include <cstring>

#include "perfopt/core/error.hpp"

namespace perfopt::optim {

BufferedWriter::BufferedWriter(const std::filesystem::path& path, std::size_t buffer_bytes)
    : path_(path),
      fd_(open_file(path, O_WRONLY | O_CREAT | O_TRUNC)),
      capacity_(buffer_bytes),
      buffer_(std::make_unique_for_overwrite<char[]>(buffer_bytes)) {}

BufferedWriter::~BufferedWriter() {
  try {
    flush();
  } catch (const SystemError&) {
    return;  // a destructor cannot report it; the head of the header says so
  }
}

void BufferedWriter::throw_if_failed() const {
  if (error_number_ != 0) throw SystemError(error_number_, "write " + path_.string() + " (an earlier call failed)");
}

template <class Call>
void BufferedWriter::guarded(Call call) {
  try {
    call();
  } catch (const SystemError& error) {
    error_number_ = error.error_number();
    throw;
  }
}

void BufferedWriter::write_out() {
  guarded([&] { write_all(fd_.get(), std::string_view(buffer_.get(), used_), path_); });
  used_ = 0;
}

void BufferedWriter::append(std::string_view record) {
  Lock lock(mutex_);
  throw_if_failed();
  if (record.size() > capacity_ - used_) write_out();
  if (record.size() > capacity_) {
    guarded([&] { write_all(fd_.get(), record, path_); });
  } else {
    std::memcpy(buffer_.get() + used_, record.data(), record.size());
    used_ += record.size();
  }
  ++appended_;
  if (commit_every_ != 0 && appended_ % commit_every_ == 0) sync(lock);
}

void BufferedWriter::flush() {
  const Lock lock(mutex_);
  throw_if_failed();
  write_out();
}

void BufferedWriter::sync() {
  Lock lock(mutex_);
  sync(lock);
}

// One caller syncs for all whose records were written out before; the others wait for it, or become the next one.
void BufferedWriter::sync(Lock& lock) {
  const std::uint64_t mine = appended_;
  synced_.wait(lock, [&] { return !syncing_ || durable_ >= mine || error_number_ != 0; });
  throw_if_failed();
  if (durable_ >= mine) return;
  write_out();
  const std::uint64_t written = appended_;
  syncing_ = true;
  lock.unlock();
  int error_number = 0;
  try {
    sync_file(fd_.get(), path_);
  } catch (const SystemError& error) {
    error_number = error.error_number();
  }
  lock.lock();
  syncing_ = false;
  ++syncs_;
  if (error_number == 0) {
    durable_ = written;
  } else if (error_number_ == 0) {
    error_number_ = error_number;
  }
  synced_.notify_all();
  throw_if_failed();
}

void BufferedWriter::commit_every(std::size_t records) {
  const Lock lock(mutex_);
  commit_every_ = records;
}

std::uint64_t BufferedWriter::syncs() const {
  const Lock lock(mutex_);
  return syncs_;
}

}  // namespace perfopt::optim
