// SPDX-License-Identifier: Apache-2.0
#include "perfopt/optim/database/postgres.hpp"

#include <libpq-fe.h>
#include <poll.h>

#include <array>
#include <cerrno>
#include <charconv>
#include <regex>

#include "perfopt/optim/database/error.hpp"

namespace perfopt::optim::db {
namespace {

std::string one_line(std::string_view text) {
  std::string line;
  for (const char c : text) {
    const bool is_space = c == '\n' || c == '\t' || c == '\r' || c == ' ';
    if (!is_space) {
      line += c;
    } else if (!line.empty() && line.back() != ' ') {
      line += ' ';
    }
  }
  while (!line.empty() && line.back() == ' ') line.pop_back();
  return line;
}

// libpq repeats a URL that it cannot read, with the password in it.
std::string without_password(std::string text, const std::string& target) {
  static const std::regex kPassword("://[^/@]*:([^/]*)@|password\\s*=\\s*('(?:[^'\\\\]|\\\\.)*'|[^\\s&]+)");
  for (std::sregex_iterator match(target.begin(), target.end(), kPassword), end; match != end; ++match) {
    const std::string secret = (*match)[1].matched ? (*match)[1].str() : (*match)[2].str();
    if (secret.empty()) continue;
    for (auto at = text.find(secret); at != std::string::npos; at = text.find(secret, at + 3)) {
      text.replace(at, secret.size(), "***");
    }
  }
  return text;
}

std::string field(const PGresult* result, int code) {
  const char* text = PQresultErrorField(result, code);
  return text == nullptr ? "" : one_line(text);
}

int shortage(std::string_view state) {
  if (state == "53100") return ENOSPC;
  if (state == "53200") return ENOMEM;
  if (state == "53300") return EAGAIN;
  return 0;
}

[[noreturn]] void throw_result(const PGresult* result) {
  const std::string state = field(result, PG_DIAG_SQLSTATE);
  std::string text = "PostgreSQL: " + field(result, PG_DIAG_MESSAGE_PRIMARY);
  if (const std::string detail = field(result, PG_DIAG_MESSAGE_DETAIL); !detail.empty()) text += "; " + detail;
  if (const std::string place = field(result, PG_DIAG_CONTEXT); !place.empty()) text += "; " + place;
  if (const int number = shortage(state); number != 0) throw SystemError(number, text);
  throw SqlError(text, state);
}

}  // namespace

void PostgresResult::Clear::operator()(pg_result* result) const noexcept {
  PQclear(result);
}

int PostgresResult::rows() const noexcept {
  return PQntuples(handle_.get());
}

int PostgresResult::columns() const noexcept {
  return PQnfields(handle_.get());
}

bool PostgresResult::is_null(int row, int column) const noexcept {
  return PQgetisnull(handle_.get(), row, column) != 0;
}

std::string_view PostgresResult::text(int row, int column) const noexcept {
  return {PQgetvalue(handle_.get(), row, column), static_cast<std::size_t>(PQgetlength(handle_.get(), row, column))};
}

std::int64_t PostgresResult::integer(int row, int column) const {
  const std::string_view digits = text(row, column);
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
  if (error != std::errc() || end != digits.data() + digits.size()) {
    throw SqlError("row " + std::to_string(row) + ", column " + std::to_string(column) + ": '" + std::string(digits) +
                       "' is no integer of 64 bits",
                   "22003");
  }
  return value;
}

void Postgres::Finish::operator()(pg_conn* connection) const noexcept {
  PQfinish(connection);
}

Postgres::Postgres(const std::string& target) {
  // What stands later wins: a timeout in the target is the user's.
  const std::array<const char*, 4> names{"connect_timeout", "application_name", "dbname", nullptr};
  const std::array<const char*, 4> values{"10", "perfopt", target.c_str(), nullptr};
  handle_.reset(PQconnectdbParams(names.data(), values.data(), 1));
  if (!handle_) throw SystemError(ENOMEM, "connect to PostgreSQL");
  if (PQstatus(handle()) != CONNECTION_OK) {
    throw Unavailable("PostgreSQL: " + without_password(one_line(PQerrorMessage(handle())), target));
  }
  PQsetNoticeReceiver(handle(), [](void*, const PGresult*) {}, nullptr);
}

void Postgres::fail(std::string_view what) const {
  throw SqlError("PostgreSQL: " + std::string(what) + ": " + one_line(PQerrorMessage(handle())), "08006");
}

PostgresResult Postgres::checked(PGresult* result) const {
  PostgresResult owned(result);
  if (result == nullptr) fail("no answer");
  switch (PQresultStatus(result)) {
    case PGRES_COMMAND_OK:
    case PGRES_TUPLES_OK:
    case PGRES_SINGLE_TUPLE:
    case PGRES_COPY_IN:
    case PGRES_COPY_OUT:
    case PGRES_EMPTY_QUERY:
    case PGRES_PIPELINE_SYNC:
      return owned;
    case PGRES_PIPELINE_ABORTED:
      throw SqlError("PostgreSQL: not executed, because a statement before it in the pipeline failed", "25P02");
    default:
      break;
  }
  if (PQresultErrorField(result, PG_DIAG_SQLSTATE) == nullptr) fail("connection lost");
  throw_result(result);
}

PostgresResult Postgres::execute(const std::string& sql) {
  return checked(PQexec(handle(), sql.c_str()));
}

PostgresResult Postgres::execute(const std::string& sql, Values values) {
  return checked(PQexecParams(handle(), sql.c_str(), static_cast<int>(values.size()), nullptr, values.data(), nullptr,
                              nullptr, 0));
}

void Postgres::prepare(const std::string& name, const std::string& sql) {
  (void)checked(PQprepare(handle(), name.c_str(), sql.c_str(), 0, nullptr));
}

PostgresResult Postgres::execute_prepared(const std::string& name, Values values) {
  return checked(
      PQexecPrepared(handle(), name.c_str(), static_cast<int>(values.size()), values.data(), nullptr, nullptr, 0));
}

bool Postgres::healthy() noexcept {
  return PQtransactionStatus(handle()) == PQTRANS_IDLE && PQpipelineStatus(handle()) == PQ_PIPELINE_OFF && !lost();
}

bool Postgres::lost() noexcept {
  if (PQstatus(handle()) != CONNECTION_OK) return true;
  // Nothing is expected: what can be read is a notice, or the end of the connection, maybe behind a last message.
  pollfd socket{PQsocket(handle()), POLLIN, 0};
  while (::poll(&socket, 1, 0) != 0) {
    if (PQconsumeInput(handle()) != 1 || PQstatus(handle()) != CONNECTION_OK) return true;
  }
  return false;
}

std::string Postgres::quoted(std::string_view identifier) const {
  const std::unique_ptr<char, void (*)(void*)> text(PQescapeIdentifier(handle(), identifier.data(), identifier.size()),
                                                    PQfreemem);
  if (!text) fail("quote an identifier");
  return text.get();
}

PostgresPipeline::PostgresPipeline(Postgres& connection) : connection_(connection) {
  if (PQenterPipelineMode(connection_.handle()) != 1) connection_.fail("enter pipeline mode");
}

PostgresPipeline::~PostgresPipeline() {
  if (active_) leave();
}

void PostgresPipeline::send(const std::string& name, Postgres::Values values) {
  if (PQsendQueryPrepared(connection_.handle(), name.c_str(), static_cast<int>(values.size()), values.data(), nullptr,
                          nullptr, 0) != 1) {
    connection_.fail("send a statement");
  }
  ++sent_;
}

void PostgresPipeline::finish(const std::function<void(const PostgresResult&)>& receive) {
  PGconn* handle = connection_.handle();
  if (PQpipelineSync(handle) != 1) connection_.fail("end a pipeline");
  for (std::size_t i = 0; i < sent_; ++i) {
    receive(connection_.checked(PQgetResult(handle)));
    while (PGresult* more = PQgetResult(handle)) PQclear(more);  // a null pointer ends the answer of one statement
  }
  sent_ = 0;
  (void)connection_.checked(PQgetResult(handle));  // of the synchronisation point
  if (PQexitPipelineMode(handle) != 1) connection_.fail("leave pipeline mode");
  active_ = false;
}

// After an error, or when finish() was not called: everything up to a synchronisation point is read away.
void PostgresPipeline::leave() noexcept {
  PGconn* handle = connection_.handle();
  if (PQexitPipelineMode(handle) == 1 || PQpipelineSync(handle) != 1) return;
  for (int in_a_row = 0; PQstatus(handle) == CONNECTION_OK && in_a_row < 2;) {
    PGresult* result = PQgetResult(handle);
    in_a_row = result == nullptr ? in_a_row + 1 : 0;
    PQclear(result);
  }
  PQexitPipelineMode(handle);
}

}  // namespace perfopt::optim::db
