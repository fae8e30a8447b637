// SPDX-License-Identifier: Apache-2.0
// What the history needs of a database: statements with $1, $2, ... and rows, the same for SQLite and PostgreSQL.
//
// Statements are prepared once and kept. Private to the module, but for tests.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <variant>

namespace perfopt::store {

// Texts must be valid UTF-8 without zero bytes, and live as long as the call.
using SqlValue = std::variant<std::int64_t, double, std::string_view, std::span<const std::byte>>;

// One row of an answer; columns count from 0. Valid during the call that gets it.
class SqlRow {
 public:
  SqlRow() = default;
  SqlRow(const SqlRow&) = delete;
  SqlRow& operator=(const SqlRow&) = delete;
  virtual ~SqlRow() = default;
  [[nodiscard]] virtual std::int64_t integer(int column) const = 0;
  [[nodiscard]] virtual double real(int column) const = 0;
  [[nodiscard]] virtual std::string text(int column) const = 0;
  [[nodiscard]] virtual std::string bytes(int column) const = 0;
};

class HistoryDatabase {
 public:
  using RowHandler = std::function<void(const SqlRow&)>;

  HistoryDatabase() = default;
  HistoryDatabase(const HistoryDatabase&) = delete;
  HistoryDatabase& operator=(const HistoryDatabase&) = delete;
  virtual ~HistoryDatabase() = default;

  // `sql` must live as long as this object: a literal. Parameters stand in it in the order of their numbers.
  virtual void query(std::string_view sql, std::span<const SqlValue> values, const RowHandler& row) = 0;
  // Runs `body` in one transaction that no other writer overlaps; what it throws undoes all of it.
  virtual void transaction(const std::function<void()>& body) = 0;
};

// The steps that made the tables what they are: step i leads from version i to i + 1, and is never changed once
// released. {id} stands for the type of a key that counts by itself, {real}, {bytes} for types, {clustered} for what
// stores a table in the order of its primary key, where the database can.
[[nodiscard]] std::span<const std::string_view> history_schema();

// Runs the steps that lead from `version` to the end of `steps`; throws BadInput for a version beyond it. `store` names
// it in the message.
void migrate(std::int64_t version, std::span<const std::string_view> steps, const std::string& store,
             const std::function<void(const std::string&)>& execute);

// `text` with each {word} replaced.
struct SqlDialect {
  std::string_view id, real, bytes, clustered;
};
[[nodiscard]] std::string in_dialect(std::string_view text, const SqlDialect& dialect);

// `steps` other than history_schema() are for tests.
[[nodiscard]] std::unique_ptr<HistoryDatabase> open_sqlite_history(
    const std::string& path, bool create, std::span<const std::string_view> steps = history_schema());
[[nodiscard]] std::unique_ptr<HistoryDatabase> open_postgres_history(
    const std::string& url, bool create, std::span<const std::string_view> steps = history_schema());

}  // namespace perfopt::store
