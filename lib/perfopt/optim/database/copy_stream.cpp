// SPDX-License-Identifier: Apache-2.0
#include "perfopt/optim/database/copy_stream.hpp"

#include <libpq-fe.h>

#include <array>
#include <bit>
#include <charconv>
#include <limits>
#include <type_traits>
#include <utility>

#include "perfopt/core/error.hpp"
#include "perfopt/optim/database/error.hpp"

namespace perfopt::optim::db {
namespace {

constexpr std::size_t kSendBytes = std::size_t{64} * 1024;
constexpr std::string_view kSignature("PGCOPY\n\377\r\n\0\0\0\0\0\0\0\0\0", 19);
constexpr std::string_view kTrailer("\377\377", 2);

// Of pg_type; they never change.
enum Type : Oid {
  kBool = 16,
  kBytea = 17,
  kInt8 = 20,
  kInt2 = 21,
  kInt4 = 23,
  kText = 25,
  kFloat4 = 700,
  kFloat8 = 701,
  kBpchar = 1042,
  kVarchar = 1043,
};

bool is_text(Oid type) {
  return type == kText || type == kVarchar || type == kBpchar;
}

bool is_known(Oid type) {
  switch (type) {
    case kBool:
    case kBytea:
    case kInt8:
    case kInt2:
    case kInt4:
    case kFloat4:
    case kFloat8:
      return true;
    default:
      return is_text(type);
  }
}

template <class T>
void append_big_endian(std::string& into, T value) {
  std::array<char, sizeof(T)> bytes;
  auto bits = static_cast<std::make_unsigned_t<T>>(value);
  for (std::size_t i = sizeof(T); i-- > 0; bits = static_cast<decltype(bits)>(bits >> 8U)) {
    bytes[i] = static_cast<char>(bits & 0xFFU);
  }
  into.append(bytes.data(), bytes.size());
}

template <class T>
void append_number(std::string& into, T value) {
  std::array<char, 32> digits;
  const auto [end, error] = std::to_chars(digits.data(), digits.data() + digits.size(), value);
  into.append(digits.data(), end);
}

char escape_of(char c) {
  switch (c) {
    case '\\':
      return '\\';
    case '\n':
      return 'n';
    case '\r':
      return 'r';
    case '\t':
      return 't';
    default:
      return '\0';
  }
}

// Characters that need no escape are copied in runs.
void append_escaped(std::string& into, std::string_view text) {
  std::size_t begin = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char escape = escape_of(text[i]);
    if (escape == '\0') continue;
    into.append(text, begin, i - begin);
    into += '\\';
    into += escape;
    begin = i + 1;
  }
  into.append(text, begin);
}

void append_hex(std::string& into, Bytes bytes) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  into += "\\\\x";
  for (const std::byte byte : bytes) {
    into += kDigits[std::to_integer<unsigned>(byte) >> 4U];
    into += kDigits[std::to_integer<unsigned>(byte) & 15U];
  }
}

void append_text(std::string& into, const Value& value) {
  if (const auto* text = std::get_if<std::string_view>(&value)) {
    append_escaped(into, *text);
  } else if (const auto* integer = std::get_if<std::int64_t>(&value)) {
    append_number(into, *integer);
  } else if (const auto* real = std::get_if<double>(&value)) {
    append_number(into, *real);
  } else if (const auto* bytes = std::get_if<Bytes>(&value)) {
    append_hex(into, *bytes);
  } else {
    into += "\\N";
  }
}

}  // namespace

CopyStream::CopyStream(Postgres& database, std::string_view table, std::vector<std::string> columns, CopyFormat format)
    : database_(database), columns_(std::move(columns)), format_(format) {
  std::string names;
  for (const std::string& column : columns_) names += (names.empty() ? "" : ", ") + database_.quoted(column);
  const std::string target = database_.quoted(table);
  if (format_ == CopyFormat::binary) {
    const PostgresResult shape = database_.execute("SELECT " + names + " FROM " + target + " LIMIT 0");
    for (int i = 0; i < shape.columns(); ++i) types_.push_back(PQftype(shape.handle(), i));
    for (std::size_t i = 0; i < types_.size(); ++i) {
      if (!is_known(types_[i])) refuse(i, 0, "its type has no binary form here; use CopyFormat::text");
    }
    buffer_ = kSignature;
  }
  (void)database_.execute("COPY " + target + " (" + names + ") FROM STDIN" +
                          (format_ == CopyFormat::binary ? " (FORMAT binary)" : ""));
  copying_ = true;
  buffer_.reserve(kSendBytes * 2);
}

CopyStream::~CopyStream() {
  if (!copying_) return;
  PGconn* handle = database_.handle();
  PQputCopyEnd(handle, "undone by the client");
  while (PGresult* result = PQgetResult(handle)) {
    const bool in_copy = PQresultStatus(result) == PGRES_COPY_IN;
    PQclear(result);
    if (in_copy) break;  // the end could not be sent: the connection is lost
  }
}

void CopyStream::refuse(std::size_t column, std::uint64_t number, std::string_view why) const {
  const std::string row = number == 0 ? "" : "row " + std::to_string(number) + ", ";
  throw BadInput(row + "column " + columns_[column] + ": " + std::string(why));
}

void CopyStream::add(std::span<const Value> row, std::uint64_t number) {
  if (format_ == CopyFormat::binary) {
    add_binary(row, number);
  } else {
    add_text(row);
  }
  if (buffer_.size() >= kSendBytes) send();
}

void CopyStream::add_text(std::span<const Value> row) {
  for (std::size_t i = 0; i < row.size(); ++i) {
    if (i > 0) buffer_ += '\t';
    append_text(buffer_, row[i]);
  }
  buffer_ += '\n';
}

void CopyStream::add_binary(std::span<const Value> row, std::uint64_t number) {
  append_big_endian(buffer_, static_cast<std::int16_t>(row.size()));
  for (std::size_t i = 0; i < row.size(); ++i) append_binary(row[i], i, number);
}

void CopyStream::append_binary(const Value& value, std::size_t column, std::uint64_t number) {
  const Oid type = types_[column];
  if (const auto* integer = std::get_if<std::int64_t>(&value)) {
    append_integer(*integer, column, number);
  } else if (const auto* real = std::get_if<double>(&value)) {
    append_real(*real, column, number);
  } else if (const auto* text = std::get_if<std::string_view>(&value)) {
    if (!is_text(type)) refuse(column, number, "a text for a column of another type");
    append_sized(*text);
  } else if (const auto* bytes = std::get_if<Bytes>(&value)) {
    if (type != kBytea) refuse(column, number, "bytes for a column of another type");
    append_sized({reinterpret_cast<const char*>(bytes->data()), bytes->size()});
  } else {
    append_big_endian(buffer_, std::int32_t{-1});
  }
}

void CopyStream::append_integer(std::int64_t value, std::size_t column, std::uint64_t number) {
  const auto append = [&]<class T>(T) {
    if (!std::in_range<T>(value)) refuse(column, number, std::to_string(value) + " does not fit the column's type");
    append_big_endian(buffer_, std::int32_t{sizeof(T)});
    append_big_endian(buffer_, static_cast<T>(value));
  };
  switch (types_[column]) {
    case kInt8:
      return append(std::int64_t{});
    case kInt4:
      return append(std::int32_t{});
    case kInt2:
      return append(std::int16_t{});
    case kBool:
      if (value != 0 && value != 1) refuse(column, number, std::to_string(value) + " is no bool: 0 or 1");
      return append(std::int8_t{});
    default:
      refuse(column, number, "an integer for a column of another type");
  }
}

void CopyStream::append_real(double value, std::size_t column, std::uint64_t number) {
  if (types_[column] == kFloat8) {
    append_big_endian(buffer_, std::int32_t{sizeof(double)});
    append_big_endian(buffer_, std::bit_cast<std::int64_t>(value));
  } else if (types_[column] == kFloat4) {
    append_big_endian(buffer_, std::int32_t{sizeof(float)});
    append_big_endian(buffer_, std::bit_cast<std::int32_t>(static_cast<float>(value)));
  } else {
    refuse(column, number, "a double for a column of another type");
  }
}

void CopyStream::append_sized(std::string_view bytes) {
  append_big_endian(buffer_, static_cast<std::int32_t>(bytes.size()));
  buffer_ += bytes;
}

void CopyStream::send() {
  if (PQputCopyData(database_.handle(), buffer_.data(), static_cast<int>(buffer_.size())) != 1) throw_server_error();
  buffer_.clear();
}

// What the server said is the better message; without it the connection is lost.
void CopyStream::throw_server_error() {
  copying_ = false;
  PGresult* said = PQgetResult(database_.handle());
  if (said == nullptr || PQresultStatus(said) == PGRES_COPY_IN) {
    PQclear(said);
    database_.fail("send rows");
  }
  (void)database_.checked(said);
  database_.fail("send rows");
}

void CopyStream::finish() {
  if (format_ == CopyFormat::binary) buffer_ += kTrailer;
  send();
  if (PQputCopyEnd(database_.handle(), nullptr) != 1) throw_server_error();
  copying_ = false;
  PGresult* answer = PQgetResult(database_.handle());
  while (PGresult* more = PQgetResult(database_.handle())) PQclear(more);
  (void)database_.checked(answer);
}

}  // namespace perfopt::optim::db
