// SPDX-License-Identifier: Apache-2.0
// COPY ... FROM STDIN of one table as a sink of BulkWriter.
//
//   internal
//   source  PostgreSQL 15 documentation, COPY, "Binary Format" and "Text Format"
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "perfopt/optim/database/bulk_writer.hpp"

namespace perfopt::optim::db {

class CopyStream final : public BulkWriter::Sink {
 public:
  CopyStream(Postgres& database, std::string_view table, std::vector<std::string> columns, CopyFormat format);
  ~CopyStream() override;
  void add(std::span<const Value> row, std::uint64_t number) override;
  void finish() override;

 private:
  void add_text(std::span<const Value> row);
  void add_binary(std::span<const Value> row, std::uint64_t number);
  void append_binary(const Value& value, std::size_t column, std::uint64_t number);
  void append_integer(std::int64_t value, std::size_t column, std::uint64_t number);
  void append_real(double value, std::size_t column, std::uint64_t number);
  void append_sized(std::string_view bytes);
  [[noreturn]] void refuse(std::size_t column, std::uint64_t number, std::string_view why) const;
  void send();
  [[noreturn]] void throw_server_error();

  Postgres& database_;
  const std::vector<std::string> columns_;
  const CopyFormat format_;
  std::vector<unsigned> types_;  // OIDs of the columns' types
  std::string buffer_;
  bool copying_ = false;
};

}  // namespace perfopt::optim::db
