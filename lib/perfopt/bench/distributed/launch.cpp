// SPDX-License-Identifier: Apache-2.0
#include "perfopt/bench/distributed/launch.hpp"

#include <mpi.h>

#include <array>
#include <charconv>
#include <chrono>
#include <cstdlib>
#include <limits>
#include <string_view>
#include <thread>

#include "perfopt/core/error.hpp"

namespace perfopt::bench {
namespace {

constexpr int kRoot = 0;
constexpr int kLength = 1;
constexpr int kText = 2;

struct Names {
  const char* rank;
  const char* size;
};

// Of mpirun, and of srun with --mpi=pmix or --mpi=pmi2; PMIX_RANK or PMI_RANK alone would also be there for a process
// that only srun itself knows.
constexpr std::array<Names, 3> kLaunchers{{
    {"OMPI_COMM_WORLD_RANK", "OMPI_COMM_WORLD_SIZE"},
    {"PMIX_RANK", "SLURM_NTASKS"},
    {"PMI_RANK", "PMI_SIZE"},
}};

std::optional<unsigned> number(const char* name) {
  const char* text = std::getenv(name);
  if (text == nullptr) return std::nullopt;
  const std::string_view view(text);
  unsigned value = 0;
  const auto [end, error] = std::from_chars(view.data(), view.data() + view.size(), value);
  if (error != std::errc() || end != view.data() + view.size()) return std::nullopt;
  return value;
}

void require(int status, const char* what) {
  if (status == MPI_SUCCESS) return;
  std::array<char, MPI_MAX_ERROR_STRING> text{};
  int length = 0;
  MPI_Error_string(status, text.data(), &length);
  throw Unavailable(std::string("MPI: ") + what + ": " + text.data());
}

class Session {
 public:
  Session() {
    require(MPI_Init(nullptr, nullptr), "start");
    MPI_Comm_set_errhandler(MPI_COMM_WORLD, MPI_ERRORS_RETURN);
  }
  Session(const Session&) = delete;
  Session& operator=(const Session&) = delete;
  ~Session() { MPI_Finalize(); }
};

// A blocking call of MPI would poll at full speed, beside ranks that may still measure.
void wait(MPI_Request& request) {
  int done = 0;
  for (;;) {
    require(MPI_Test(&request, &done, MPI_STATUS_IGNORE), "wait for the other ranks");
    if (done != 0) return;
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
}

int length_of(const std::string& text) {
  if (text.size() > std::numeric_limits<int>::max()) throw Unavailable("a document of more than 2 GiB cannot be sent");
  return static_cast<int>(text.size());
}

void send(const std::string& text) {
  const int length = length_of(text);
  MPI_Request request{};
  require(MPI_Isend(&length, 1, MPI_INT, kRoot, kLength, MPI_COMM_WORLD, &request), "send");
  wait(request);
  require(MPI_Isend(text.data(), length, MPI_CHAR, kRoot, kText, MPI_COMM_WORLD, &request), "send");
  wait(request);
}

std::string receive(int rank) {
  int length = 0;
  MPI_Request request{};
  require(MPI_Irecv(&length, 1, MPI_INT, rank, kLength, MPI_COMM_WORLD, &request), "receive");
  wait(request);
  std::string text(static_cast<std::size_t>(length), '\0');
  require(MPI_Irecv(text.data(), length, MPI_CHAR, rank, kText, MPI_COMM_WORLD, &request), "receive");
  wait(request);
  return text;
}

}  // namespace

std::optional<Launched> launched() {
  for (const Names& names : kLaunchers) {
    const auto rank = number(names.rank);
    const auto size = number(names.size);
    if (rank && size && *size > 0) return Launched{*rank, *size};
  }
  return std::nullopt;
}

std::vector<std::string> gather_texts(const std::string& text) {
  const Session session;
  int rank = 0;
  int size = 1;
  require(MPI_Comm_rank(MPI_COMM_WORLD, &rank), "ask for the rank");
  require(MPI_Comm_size(MPI_COMM_WORLD, &size), "ask for the number of ranks");
  std::vector<std::string> texts;
  if (rank != kRoot) {
    send(text);
    return texts;
  }
  texts.push_back(text);
  for (int other = 1; other < size; ++other) texts.push_back(receive(other));
  return texts;
}

}  // namespace perfopt::bench
