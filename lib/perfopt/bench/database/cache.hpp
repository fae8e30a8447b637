// SPDX-License-Identifier: Apache-2.0
// Values read by key from PostgreSQL, with and without a cache before it: what the problems on caches share.
//
// The cache is empty at first. One operation in 100 changes a value, and whoever caches must forget it: a stale one is
// seen by the check. Commits do not wait for the disk here, since that would be the same for all.
//
//   size    n, keys; 2,000 operations; values of about 100 bytes
//   table   one an object
//   check   a digest of every value read, against the operations played in memory
//   note    the hit rate
//   errors  Unavailable without a server to write to, and for Redis without redis-server
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "perfopt/bench/database/reading.hpp"
#include "perfopt/bench/database/redis_server.hpp"
#include "perfopt/optim/database/query_cache.hpp"

namespace perfopt::bench {

enum class Popularity : std::uint8_t { zipf, uniform };

class KeyedReads : public PostgresReading {
 public:
  KeyedReads(const Setup& setup, Popularity popularity);
  ~KeyedReads() override;

  [[nodiscard]] Work work() const final;
  void warm() final;
  void poison() override;
  void run() final;

 protected:
  [[nodiscard]] std::vector<std::uint64_t> expected() const final;

  [[nodiscard]] virtual std::string read(const std::string& key) { return query(key); }
  virtual void forget(const std::string& key) = 0;
  // From the table.
  [[nodiscard]] std::string query(const std::string& key);
  [[nodiscard]] const std::string& table() const noexcept { return table_; }

 private:
  struct Operation {
    std::size_t key;
    bool is_write;
  };
  void fill(optim::db::Postgres& connection) const;

  const std::string table_;
  const std::size_t keys_;
  std::vector<Operation> operations_;
  optim::db::Postgres* session_ = nullptr;  // in which the query is prepared; between warm() and the destructor
};

class QueryEachTime : public KeyedReads {
 public:
  using KeyedReads::KeyedReads;

 protected:
  void forget(const std::string&) final {}
};

class InProcess : public KeyedReads {
 public:
  using KeyedReads::KeyedReads;
  void poison() final;
  [[nodiscard]] std::string note() const final;

 protected:
  [[nodiscard]] std::string read(const std::string& key) final;
  void forget(const std::string& key) final { cache_->invalidate(key); }

 private:
  std::unique_ptr<optim::db::QueryCache<std::string, std::string>> cache_;
};

class RedisAside : public KeyedReads {
 public:
  RedisAside(const Setup& setup, Popularity popularity);
  void poison() final;
  [[nodiscard]] std::string note() const final;

 protected:
  [[nodiscard]] std::string read(const std::string& key) final;
  void forget(const std::string& key) final { (void)redis_.call({"DEL", name_of(key)}); }

 private:
  // No other object has the same.
  [[nodiscard]] std::string name_of(const std::string& key) const { return table() + ':' + key; }

  RedisServer& redis_;
  optim::db::CacheCounts counts_;
};

// The problems' common figures.
[[nodiscard]] double cache_memory_bytes(std::size_t n);
[[nodiscard]] double cache_file_bytes(std::size_t n);
inline constexpr std::size_t kCacheKeysMost = 200'000;
inline constexpr double kCacheValueBytes = 100;
inline constexpr Size kCacheSizes[] = {{100, SizeClass::small}, {2'000, SizeClass::medium}, {20'000, SizeClass::large}};

// The problem of each popularity.
template <Popularity kPopularity>
struct CacheOver {
  template <class Reads>
  static std::unique_ptr<Workload> make(const Setup& setup) {
    return std::make_unique<Reads>(setup, kPopularity);
  }

  static constexpr Strategy kStrategies[] = {
      {"query", Level::baseline, "a prepared query each time", "PostgreSQL", "", make<QueryEachTime>},
      {"query_cache", Level::balanced, "optim::db::QueryCache: 1,000 values in this process", "PostgreSQL",
       "memory; changes by others are seen only when they are told or have aged", make<InProcess>},
      {"redis", Level::balanced, "Redis asked first, filled when it has nothing", "PostgreSQL, redis-server",
       "another server; two more round trips for each miss", make<RedisAside>},
  };

  static constexpr Problem problem(std::string_view name, std::string_view title) {
    return {.category = "database",
            .name = name,
            .title = title,
            .unit = "keys",
            .bytes_per_unit = kCacheValueBytes,
            .squared = false,
            .max_size = kCacheKeysMost,
            .sizes = kCacheSizes,
            .strategies = kStrategies,
            .memory_bytes = cache_memory_bytes,
            .file_bytes = cache_file_bytes,
            .weight = 2,
            .one_cpu = true};
  }
};

}  // namespace perfopt::bench
