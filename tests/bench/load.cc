// Calls gRPC servers and measures the CPU time that each of them spends.
//
//   bench-load METHOD REQUEST answer ADDRESS                          writes one answer to stdout
//   bench-load METHOD REQUEST rounds N CALLS IN_FLIGHT PID@ADDRESS...
//
// REQUEST is a file. `rounds` makes N rounds of CALLS calls to each server in turn, after one that
// does not count, and prints a line per round: microseconds of CPU per call, server by server. Any
// call that fails, and any answer of another size than the first, ends it.
#include <grpcpp/generic/generic_stub.h>
#include <grpcpp/grpcpp.h>
#include <time.h>

#include <atomic>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <future>
#include <memory>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "files.h"

namespace gateway::bench {
namespace {

constexpr std::chrono::seconds kTimeout{30};
// What a server does after its last answer (its log, closing connections) belongs to its calls.
constexpr std::chrono::milliseconds kSettling{30};

[[noreturn]] void Give(const std::string& reason) {
  std::fprintf(stderr, "bench-load: %s\n", reason.c_str());
  std::exit(1);
}

// A server and the calls to it.
class Client {
 public:
  Client(std::string method, std::string_view request, const std::string& address)
      : method_(std::move(method)),
        stub_(grpc::CreateChannel(address, grpc::InsecureChannelCredentials())) {
    const grpc::Slice slice(request.data(), request.size());
    request_ = grpc::ByteBuffer(&slice, 1);
  }

  // Returns when all are answered.
  void Call(int calls, int in_flight) {
    answered_ = std::make_shared<std::promise<void>>();
    auto all_answered = answered_->get_future();
    unanswered_ = calls;
    unsent_ = calls;
    for (int i = 0; i < in_flight; ++i) SendNext();
    all_answered.wait();
  }

  std::string Answer() {
    Call(1, 1);
    std::vector<grpc::Slice> slices;
    static_cast<void>(last_answer_.Dump(&slices));
    std::string text;
    for (const grpc::Slice& slice : slices) {
      text.append(reinterpret_cast<const char*>(slice.begin()), slice.size());
    }
    return text;
  }

 private:
  struct Exchange {
    grpc::ClientContext context;
    grpc::ByteBuffer answer;
  };

  void SendNext() {
    if (unsent_.fetch_sub(1) <= 0) return;
    auto exchange = std::make_shared<Exchange>();
    exchange->context.set_deadline(std::chrono::system_clock::now() + kTimeout);
    stub_.UnaryCall(&exchange->context, method_, {}, &request_, &exchange->answer,
                    [this, exchange](const grpc::Status& status) { OnAnswer(*exchange, status); });
  }

  void OnAnswer(Exchange& exchange, const grpc::Status& status) {
    if (!status.ok()) Give(method_ + ": " + status.error_message());
    const std::size_t size = exchange.answer.Length();
    std::size_t expected = 0;
    if (!answer_size_.compare_exchange_strong(expected, size) && expected != size) {
      Give("an answer has " + std::to_string(size) + " bytes, the first had " +
           std::to_string(expected));
    }
    SendNext();
    // The next Call may begin before set_value returns.
    const auto answered = answered_;
    if (unanswered_.fetch_sub(1) > 1) return;
    last_answer_ = exchange.answer;
    answered->set_value();
  }

  const std::string method_;
  grpc::GenericStub stub_;
  grpc::ByteBuffer request_;
  std::shared_ptr<std::promise<void>> answered_;
  std::atomic<int> unsent_{0};
  std::atomic<int> unanswered_{0};
  std::atomic<std::size_t> answer_size_{0};
  grpc::ByteBuffer last_answer_;
};

struct Load {
  int rounds;
  int calls;
  int in_flight;
};

// CPU time of all threads of a process.
class CpuClock {
 public:
  explicit CpuClock(int pid) {
    if (clock_getcpuclockid(pid, &clock_) != 0) Give("no process " + std::to_string(pid));
  }
  double Microseconds() const {
    timespec time{};
    if (clock_gettime(clock_, &time) != 0) Give("a measured process has ended");
    return static_cast<double>(time.tv_sec) * 1e6 + static_cast<double>(time.tv_nsec) / 1e3;
  }

 private:
  clockid_t clock_{};
};

struct Server {
  CpuClock cpu;
  Client client;

  double MicrosecondsPerCall(const Load& load) {
    const double before = cpu.Microseconds();
    client.Call(load.calls, load.in_flight);
    std::this_thread::sleep_for(kSettling);
    return (cpu.Microseconds() - before) / load.calls;
  }
};

void Measure(const Load& load, std::vector<std::unique_ptr<Server>>& servers) {
  for (int round = 0; round <= load.rounds; ++round) {
    for (std::size_t i = 0; i < servers.size(); ++i) {
      const double cost = servers[i]->MicrosecondsPerCall(load);
      if (round > 0) std::printf("%s%.3f", i == 0 ? "" : " ", cost);
    }
    if (round > 0) std::puts("");
  }
}

std::unique_ptr<Server> ServerOf(const std::string& method, const std::string& request,
                                 const std::string& target) {
  const std::size_t at = target.find('@');
  if (at == std::string::npos) Give(target + " is not PID@ADDRESS");
  return std::unique_ptr<Server>(new Server{CpuClock(std::stoi(target.substr(0, at))),
                                            {method, request, target.substr(at + 1)}});
}

int Run(const std::vector<std::string>& words) {
  const std::string request = ReadFile(words[1]);
  if (words[2] == "answer") {
    const std::string answer = Client(words[0], request, words[3]).Answer();
    std::fwrite(answer.data(), 1, answer.size(), stdout);
    return 0;
  }
  std::vector<std::unique_ptr<Server>> servers;
  for (std::size_t i = 6; i < words.size(); ++i) {
    servers.push_back(ServerOf(words[0], request, words[i]));
  }
  Measure({std::stoi(words[3]), std::stoi(words[4]), std::stoi(words[5])}, servers);
  return 0;
}

}  // namespace
}  // namespace gateway::bench

int main(int argc, char** argv) {
  const std::vector<std::string> words(argv + 1, argv + argc);
  const bool good =
      (words.size() == 4 && words[2] == "answer") || (words.size() > 6 && words[2] == "rounds");
  if (good) return gateway::bench::Run(words);
  std::fputs(
      "usage: bench-load METHOD REQUEST answer ADDRESS\n"
      "       bench-load METHOD REQUEST rounds N CALLS IN_FLIGHT PID@ADDRESS...\n",
      stderr);
  return 2;
}
