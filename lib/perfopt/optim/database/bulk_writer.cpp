// SPDX-License-Identifier: Apache-2.0
#include "perfopt/optim/database/bulk_writer.hpp"

#include <utility>

#include "perfopt/core/error.hpp"
#include "perfopt/optim/database/copy_stream.hpp"
#include "perfopt/optim/database/error.hpp"

namespace perfopt::optim::db {
namespace {

std::string quoted(std::string_view identifier) {
  std::string text = "\"";
  for (const char c : identifier) text += c == '"' ? "\"\"" : std::string(1, c);
  return text + '"';
}

std::string insert_sql(std::string_view table, const std::vector<std::string>& columns) {
  std::string names;
  std::string marks;
  for (const std::string& column : columns) {
    names += (names.empty() ? "" : ", ") + quoted(column);
    marks += marks.empty() ? "?" : ", ?";
  }
  return "INSERT INTO " + quoted(table) + " (" + names + ") VALUES (" + marks + ")";
}

class Transaction final : public BulkWriter::Sink {
 public:
  Transaction(Sqlite& database, std::string_view table, const std::vector<std::string>& columns, std::uint64_t most)
      : database_(database), insert_(database, insert_sql(table, columns)), most_(most) {
    if (database_.in_transaction()) throw BadInput("BulkWriter: a transaction is open; commit it first");
    database_.execute("BEGIN IMMEDIATE");
  }
  ~Transaction() override {
    insert_.reset();
    // SQLite may have rolled back already, as it does when the disk is full.
    if (database_.in_transaction()) sqlite3_exec(database_.handle(), "ROLLBACK", nullptr, nullptr, nullptr);
  }

  void add(std::span<const Value> row, std::uint64_t number) override {
    for (std::size_t i = 0; i < row.size(); ++i) {
      std::visit([&](const auto& value) { insert_.bind(static_cast<int>(i) + 1, value); }, row[i]);
    }
    try {
      insert_.run();
    } catch (const SqlError& error) {
      const std::string text = error.what();
      const std::string suffix = " (" + error.state() + ")";
      throw SqlError("row " + std::to_string(number) + ": " + text.substr(0, text.size() - suffix.size()),
                     error.state());
    }
    if (most_ != 0 && number % most_ == 0) database_.execute("COMMIT; BEGIN IMMEDIATE");
  }
  void finish() override { database_.execute("COMMIT"); }

 private:
  Sqlite& database_;
  SqliteStatement insert_;
  const std::uint64_t most_;
};

}  // namespace

BulkWriter::BulkWriter(Sqlite& database, std::string_view table, const std::vector<std::string>& columns,
                       std::uint64_t rows_per_transaction)
    : sink_(std::make_unique<Transaction>(database, table, columns, rows_per_transaction)), columns_(columns) {}

BulkWriter::BulkWriter(Postgres& database, std::string_view table, const std::vector<std::string>& columns,
                       CopyFormat format)
    : sink_(std::make_unique<CopyStream>(database, table, columns, format)), columns_(columns) {}

BulkWriter::~BulkWriter() = default;

void BulkWriter::add(std::span<const Value> row) {
  if (!sink_) throw BadInput("BulkWriter: a row after the end or after an error; make a new one");
  if (row.size() != columns_.size()) {
    throw BadInput("row " + std::to_string(rows_ + 1) + ": " + std::to_string(row.size()) + " values for " +
                   std::to_string(columns_.size()) + " columns");
  }
  try {
    sink_->add(row, rows_ + 1);
  } catch (...) {
    sink_.reset();
    throw;
  }
  ++rows_;
}

std::uint64_t BulkWriter::finish() {
  if (!sink_) throw BadInput("BulkWriter: finished already, or after an error; make a new one");
  const std::unique_ptr<Sink> sink = std::move(sink_);
  sink->finish();
  return rows_;
}

}  // namespace perfopt::optim::db
