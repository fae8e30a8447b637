// SPDX-License-Identifier: Apache-2.0
// What outlives a case: servers, emulated links, ranks. Each is started when a strategy first asks for it, shared by
// all that ask, and stopped when the run ends.
#pragma once

#include <filesystem>
#include <map>
#include <memory>
#include <string>
#include <typeindex>
#include <typeinfo>
#include <utility>
#include <vector>

#include "perfopt/core/error.hpp"

namespace perfopt::bench {

struct ServiceContext {
  std::filesystem::path scratch;  // a directory of the run's own; a service makes its files in one below it
  unsigned connections = 64;      // most that a strategy may hold open
  unsigned ranks = 2;             // of the distributed category
  std::string database_url = {};  // of a PostgreSQL server to use; "": one of our own
};

class Service {
 public:
  Service() = default;
  Service(const Service&) = delete;
  Service& operator=(const Service&) = delete;
  virtual ~Service() = default;
  // Why it no longer works, as "nginx was killed by signal 9 (Killed)"; "" while it does.
  [[nodiscard]] virtual std::string death() = 0;
};

class Services {
 public:
  explicit Services(ServiceContext context) : context_(std::move(context)) {}

  // The running T, made by T(context, variant) when it is asked for the first time. T derives from Service. Throws
  // Unavailable with the reason when it could not be started, and ever after; likewise once it has died: what was
  // measured with it before keeps its meaning, and a second one might die the same way.
  template <class T>
  [[nodiscard]] T& get(const std::string& variant = "") {
    Entry& entry = entries_[{std::type_index(typeid(T)), variant}];
    if (!entry.service && entry.failure.empty()) start<T>(entry, variant);
    if (entry.failure.empty()) entry.failure = entry.service->death();
    if (!entry.failure.empty()) throw Unavailable(entry.failure);
    return static_cast<T&>(*entry.service);
  }

  // Of each service that has died; empty when all that were started work.
  [[nodiscard]] std::vector<std::string> deaths() const;

  [[nodiscard]] const ServiceContext& context() const { return context_; }

 private:
  struct Entry {
    std::unique_ptr<Service> service;
    std::string failure;
  };

  template <class T>
  void start(Entry& entry, const std::string& variant) {
    try {
      entry.service = std::make_unique<T>(context_, variant);
    } catch (const Unavailable& reason) {
      entry.failure = reason.what();
    }
  }

  ServiceContext context_;
  std::map<std::pair<std::type_index, std::string>, Entry> entries_;
};

}  // namespace perfopt::bench
