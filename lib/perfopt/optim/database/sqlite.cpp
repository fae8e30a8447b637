// SPDX-License-Identifier: Apache-2.0
#include "perfopt/optim/database/sqlite.hpp"

#include <sys/resource.h>

#include <cerrno>

#include "perfopt/optim/database/error.hpp"

namespace perfopt::optim::db {
namespace {

constexpr int kBusyMs = 5000;

std::string_view code_name(int code) {
  switch (code & 0xFF) {
    case SQLITE_BUSY:
      return "SQLITE_BUSY";
    case SQLITE_CANTOPEN:
      return "SQLITE_CANTOPEN";
    case SQLITE_CONSTRAINT:
      return "SQLITE_CONSTRAINT";
    case SQLITE_CORRUPT:
      return "SQLITE_CORRUPT";
    case SQLITE_IOERR:
      return "SQLITE_IOERR";
    case SQLITE_LOCKED:
      return "SQLITE_LOCKED";
    case SQLITE_MISMATCH:
      return "SQLITE_MISMATCH";
    case SQLITE_MISUSE:
      return "SQLITE_MISUSE";
    case SQLITE_NOTADB:
      return "SQLITE_NOTADB";
    case SQLITE_RANGE:
      return "SQLITE_RANGE";
    case SQLITE_READONLY:
      return "SQLITE_READONLY";
    default:
      return "SQLITE_ERROR";
  }
}

// SQLite tells a full disk from other failed writes, but not EFBIG, and forgets the errno.
bool file_sizes_are_limited() {
  rlimit limit{};
  return ::getrlimit(RLIMIT_FSIZE, &limit) == 0 && limit.rlim_cur != RLIM_INFINITY;
}

// The errno of a shortage of the machine, 0 for anything else.
int shortage(sqlite3* handle) {
  switch (sqlite3_errcode(handle)) {
    case SQLITE_FULL:
      return ENOSPC;
    case SQLITE_NOMEM:
      return ENOMEM;
    case SQLITE_IOERR:
      return sqlite3_extended_errcode(handle) == SQLITE_IOERR_WRITE && file_sizes_are_limited() ? EFBIG : 0;
    default:
      return 0;
  }
}

}  // namespace

void throw_sqlite(sqlite3* handle, std::string_view what) {
  const int number = shortage(handle);
  if (number != 0) throw SystemError(number, "SQLite: " + std::string(what));
  throw SqlError("SQLite: " + std::string(what) + ": " + sqlite3_errmsg(handle), code_name(sqlite3_errcode(handle)));
}

Sqlite::Sqlite(const std::string& path) {
  sqlite3* opened = nullptr;
  const int result =
      sqlite3_open_v2(path.c_str(), &opened, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX, nullptr);
  handle_.reset(opened);
  if (opened == nullptr) throw SystemError(ENOMEM, "SQLite: open " + path);
  if (result != SQLITE_OK) throw_sqlite(opened, "open " + path);
  sqlite3_busy_timeout(opened, kBusyMs);
}

void Sqlite::execute(const std::string& sql) {
  if (sqlite3_exec(handle(), sql.c_str(), nullptr, nullptr, nullptr) != SQLITE_OK) throw_sqlite(handle(), sql);
}

bool Sqlite::healthy() noexcept {
  return !in_transaction() && sqlite3_exec(handle(), "SELECT 1", nullptr, nullptr, nullptr) == SQLITE_OK;
}

SqliteStatement::SqliteStatement(const Sqlite& database, std::string_view sql) {
  sqlite3_stmt* prepared = nullptr;
  const int result =
      sqlite3_prepare_v2(database.handle(), sql.data(), static_cast<int>(sql.size()), &prepared, nullptr);
  handle_.reset(prepared);
  if (result != SQLITE_OK) throw_sqlite(database.handle(), sql);
  if (prepared == nullptr) throw SqlError("SQLite: an empty statement", "SQLITE_MISUSE");
}

void SqliteStatement::require(int result, std::string_view what) const {
  if (result != SQLITE_OK) throw_sqlite(sqlite3_db_handle(handle_.get()), what);
}

void SqliteStatement::bind(int index, std::nullptr_t) {
  require(sqlite3_bind_null(handle_.get(), index), "bind NULL");
}
void SqliteStatement::bind(int index, std::int64_t value) {
  require(sqlite3_bind_int64(handle_.get(), index, value), "bind an integer");
}
void SqliteStatement::bind(int index, double value) {
  require(sqlite3_bind_double(handle_.get(), index, value), "bind a double");
}
// A null pointer would mean NULL: an empty text is not.
void SqliteStatement::bind(int index, std::string_view value) {
  const char* data = value.data() == nullptr ? "" : value.data();
  require(sqlite3_bind_text64(handle_.get(), index, data, value.size(), SQLITE_STATIC, SQLITE_UTF8), "bind a text");
}
void SqliteStatement::bind(int index, std::span<const std::byte> value) {
  const void* data = value.data() == nullptr ? static_cast<const void*>("") : value.data();
  require(sqlite3_bind_blob64(handle_.get(), index, data, value.size(), SQLITE_STATIC), "bind bytes");
}

bool SqliteStatement::step() {
  const int result = sqlite3_step(handle_.get());
  if (result == SQLITE_ROW) return true;
  if (result != SQLITE_DONE) {
    const std::string sql = sqlite3_sql(handle_.get());
    sqlite3* database = sqlite3_db_handle(handle_.get());
    reset();  // keeps the error of the step
    throw_sqlite(database, sql);
  }
  reset();
  return false;
}

std::string_view SqliteStatement::text(int column) const noexcept {
  const auto* data = reinterpret_cast<const char*>(sqlite3_column_text(handle_.get(), column));
  if (data == nullptr) return {};
  return {data, static_cast<std::size_t>(sqlite3_column_bytes(handle_.get(), column))};
}

}  // namespace perfopt::optim::db
