// SPDX-License-Identifier: Apache-2.0
#include "perfopt/bench/database/cache.hpp"

#include <algorithm>
#include <cmath>

#include "perfopt/bench/integrity.hpp"
#include "perfopt/core/random.hpp"
#include "perfopt/optim/database/bulk_writer.hpp"

namespace perfopt::bench {
namespace {

using optim::db::Postgres;

constexpr std::size_t kOperations = 2'000;
constexpr std::uint64_t kOneWriteIn = 100;
constexpr std::size_t kHeld = 1'000;  // values in the cache of this process

// Of the key after so many changes.
std::string value_of(std::size_t key, std::uint64_t version) {
  Random random(key * 1'000'003 + version);
  std::string text = "value " + std::to_string(key) + " version " + std::to_string(version) + ' ';
  while (text.size() < static_cast<std::size_t>(kCacheValueBytes)) {
    text += static_cast<char>('a' + random.below(26));
  }
  return text;
}

std::uint64_t digest_of(const std::string& value) {
  return digest(exact<char>(Element::u8, value));
}

// Keys by rank: the r-th is asked for in proportion to 1/r.
class ZipfKeys {
 public:
  explicit ZipfKeys(std::size_t n) {
    double sum = 0;
    for (std::size_t rank = 1; rank <= n; ++rank) sums_.push_back(sum += 1 / static_cast<double>(rank));
  }
  std::size_t pick(Random& random) const {
    const auto found = std::ranges::upper_bound(sums_, random.unit() * sums_.back());
    return std::min(static_cast<std::size_t>(found - sums_.begin()), sums_.size() - 1);
  }

 private:
  std::vector<double> sums_;
};

std::string hit_rate(const optim::db::CacheCounts& counts) {
  return "hit rate " + std::to_string(std::lround(counts.hit_rate() * 100)) + " %";
}

}  // namespace

KeyedReads::KeyedReads(const Setup& setup, Popularity popularity)
    : PostgresReading(setup), table_(unique_name("cached")), keys_(setup.size) {
  Random random(setup.seed);
  const ZipfKeys zipf(popularity == Popularity::zipf ? keys_ : 1);
  for (std::size_t i = 0; i < kOperations; ++i) {
    const std::size_t key = popularity == Popularity::zipf ? zipf.pick(random) : random.below(keys_);
    operations_.push_back({key, random.below(kOneWriteIn) == 0});
  }
  fill(server_.setup());
}

KeyedReads::~KeyedReads() {
  drop_table(server_, table_);
}

void KeyedReads::fill(Postgres& connection) const {
  (void)connection.execute("CREATE TABLE " + table_ + " (key BIGINT PRIMARY KEY, value TEXT NOT NULL)");
  optim::db::BulkWriter writer(connection, table_, {"key", "value"});
  for (std::size_t key = 0; key < keys_; ++key) {
    const std::string value = value_of(key, 0);
    writer.add({static_cast<std::int64_t>(key), value});
  }
  writer.finish();
}

Work KeyedReads::work() const {
  return {static_cast<double>(kOperations), static_cast<double>(kOperations) * kCacheValueBytes, {}};
}

void KeyedReads::warm() {
  (void)server_.setup().execute("ANALYZE " + table_);
}

// The values are as they were before any write.
void KeyedReads::poison() {
  Reading::poison();
  std::vector<std::size_t> written;
  for (const Operation& operation : operations_) {
    if (operation.is_write) written.push_back(operation.key);
  }
  for (const std::size_t key : written) {
    const std::string value = value_of(key, 0);
    const std::string id = std::to_string(key);
    const char* const values[] = {id.c_str(), value.c_str()};
    (void)server_.setup().execute("UPDATE " + table_ + " SET value = $2 WHERE key = $1 AND value <> $2", values);
  }
}

std::string KeyedReads::query(const std::string& key) {
  const char* const values[] = {key.c_str()};
  const auto found = session_->execute_prepared(table_, values);
  if (found.rows() != 1) throw IntegrityError("key " + key + ": " + std::to_string(found.rows()) + " rows");
  return std::string(found.text(0, 0));
}

void KeyedReads::run() {
  results_.clear();
  session_ = &server_.session();
  session_->prepare(table_, "SELECT value FROM " + table_ + " WHERE key = $1");
  std::vector<std::uint64_t> versions(keys_);
  Postgres& writer = server_.setup();
  for (const Operation& operation : operations_) {
    const std::string key = std::to_string(operation.key);
    if (operation.is_write) {
      const std::string value = value_of(operation.key, ++versions[operation.key]);
      const char* const values[] = {key.c_str(), value.c_str()};
      (void)writer.execute("UPDATE " + table_ + " SET value = $2 WHERE key = $1", values);
      forget(key);
    } else {
      results_.push_back(digest_of(read(key)));
    }
  }
  (void)session_->execute("DEALLOCATE " + table_);
}

std::vector<std::uint64_t> KeyedReads::expected() const {
  std::vector<std::uint64_t> versions(keys_);
  std::vector<std::uint64_t> digests;
  for (const Operation& operation : operations_) {
    if (operation.is_write) {
      ++versions[operation.key];
    } else {
      digests.push_back(digest_of(value_of(operation.key, versions[operation.key])));
    }
  }
  return digests;
}

void InProcess::poison() {
  KeyedReads::poison();
  cache_ = std::make_unique<optim::db::QueryCache<std::string, std::string>>(kHeld);
}

std::string InProcess::read(const std::string& key) {
  return cache_->get(key, [&] { return query(key); });
}

std::string InProcess::note() const {
  return hit_rate(cache_->counts());
}

RedisAside::RedisAside(const Setup& setup, Popularity popularity)
    : KeyedReads(setup, popularity), redis_(setup.services->get<RedisServer>()) {}

void RedisAside::poison() {
  KeyedReads::poison();
  (void)redis_.call({"FLUSHALL"});
  counts_ = {};
}

std::string RedisAside::read(const std::string& key) {
  if (std::optional<std::string> held = redis_.call({"GET", name_of(key)})) {
    ++counts_.hits;
    return *std::move(held);
  }
  ++counts_.misses;
  std::string value = query(key);
  (void)redis_.call({"SET", name_of(key), value});
  return value;
}

std::string RedisAside::note() const {
  return hit_rate(counts_);
}

double cache_memory_bytes(std::size_t n) {
  return static_cast<double>(n) * 16 + 2e6;
}

double cache_file_bytes(std::size_t n) {
  return static_cast<double>(n) * 1'000 + 10e6;
}

}  // namespace perfopt::bench
