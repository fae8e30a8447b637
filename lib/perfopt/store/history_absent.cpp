// SPDX-License-Identifier: Apache-2.0
// Of a build without databases.
#include "perfopt/core/error.hpp"
#include "perfopt/store/history_database.hpp"

namespace perfopt::store {
namespace {

constexpr const char* kReason = "history: this build has no databases; configure it with -DPERFOPT_DATABASE=ON";

}  // namespace

std::unique_ptr<HistoryDatabase> open_sqlite_history(const std::string&, bool, std::span<const std::string_view>) {
  throw Unavailable(kReason);
}

std::unique_ptr<HistoryDatabase> open_postgres_history(const std::string&, bool, std::span<const std::string_view>) {
  throw Unavailable(kReason);
}

}  // namespace perfopt::store
