// SPDX-License-Identifier: Apache-2.0
// What a database answers when a statement fails, as one line with its code.
//
// A shortage of the machine (disk full, out of memory, no connection left) is a SystemError with the errno that stands
// for it, a server that cannot be reached is Unavailable; everything else that a database refuses is a SqlError.
//
//   example:
//   const perfopt::optim::db::SqlError error("relation \"t\" does not exist", "42P01");
//   if (error.state() != "42P01") throw std::logic_error("the code is kept");
//   if (std::string(error.what()).find('\n') != std::string::npos) throw std::logic_error("one line");
//   end
#pragma once

#include <stdexcept>
#include <string>
#include <string_view>

#include "perfopt/core/error.hpp"

namespace perfopt::optim::db {

class SqlError : public Error {
 public:
  // `state`: the SQLSTATE of PostgreSQL ("23505"), or SQLite's name of its result ("SQLITE_CONSTRAINT").
  SqlError(const std::string& message, std::string_view state)
      : Error(ExitCode::bad_request, message + " (" + std::string(state) + ")"), state_(state) {}
  [[nodiscard]] const std::string& state() const noexcept { return state_; }

 private:
  std::string state_;
};

}  // namespace perfopt::optim::db
