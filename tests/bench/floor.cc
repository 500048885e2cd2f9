// The least that any gateway in C++ must do: takes a gRPC call, posts a body to an HTTP upstream,
// answers. It understands neither: body and answer are the same for every call.
//
//   bench-floor URL BODY ANSWER      prints the port it listens on, then serves until it is killed
#include <curl/curl.h>
#include <grpcpp/generic/async_generic_service.h>
#include <grpcpp/grpcpp.h>

#include <cstdio>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

#include "files.h"

namespace gateway::bench {
namespace {

class Answering {
 public:
  virtual void Answer(bool good) = 0;

 protected:
  ~Answering() = default;
};

// libcurl's multi interface on a thread of its own, which never ends.
class Poster {
 public:
  Poster(std::string url, std::string body) : url_(std::move(url)), body_(std::move(body)) {
    headers_ = curl_slist_append(nullptr, "Content-Type: application/json");
    std::thread([this] { Run(); }).detach();
  }

  // Any thread.
  void Post(Answering& call) {
    const std::lock_guard lock(mutex_);
    if (inbox_.empty()) curl_multi_wakeup(multi_);
    inbox_.push_back(&call);
  }

 private:
  struct Transfer {
    CURL* easy = nullptr;
    Answering* call = nullptr;
    std::string answer;
  };

  static std::size_t Store(char* from, std::size_t size, std::size_t count, void* transfer) {
    static_cast<Transfer*>(transfer)->answer.append(from, size * count);
    return size * count;
  }

  Transfer* NewTransfer() {
    auto* transfer = new Transfer{curl_easy_init(), nullptr, {}};
    CURL* const easy = transfer->easy;
    curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(easy, CURLOPT_URL, url_.c_str());
    curl_easy_setopt(easy, CURLOPT_HTTPHEADER, headers_);
    curl_easy_setopt(easy, CURLOPT_POSTFIELDSIZE, static_cast<long>(body_.size()));
    curl_easy_setopt(easy, CURLOPT_POSTFIELDS, body_.c_str());
    curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, &Poster::Store);
    curl_easy_setopt(easy, CURLOPT_WRITEDATA, transfer);
    curl_easy_setopt(easy, CURLOPT_PRIVATE, transfer);
    return transfer;
  }

  Transfer* TakeTransfer() {
    if (idle_.empty()) return NewTransfer();
    Transfer* transfer = idle_.back();
    idle_.pop_back();
    return transfer;
  }

  void Run() {
    std::vector<Answering*> batch;
    while (true) {
      {
        const std::lock_guard lock(mutex_);
        batch.swap(inbox_);
      }
      for (Answering* call : batch) {
        Transfer* transfer = TakeTransfer();
        transfer->call = call;
        curl_multi_add_handle(multi_, transfer->easy);
      }
      batch.clear();
      int running = 0;
      curl_multi_perform(multi_, &running);
      ReportEnded();
      curl_multi_poll(multi_, nullptr, 0, 1000, nullptr);
    }
  }

  void ReportEnded() {
    int left = 0;
    while (const CURLMsg* message = curl_multi_info_read(multi_, &left)) {
      const bool good = message->data.result == CURLE_OK;
      Transfer* transfer = nullptr;
      curl_easy_getinfo(message->easy_handle, CURLINFO_PRIVATE, &transfer);
      curl_multi_remove_handle(multi_, transfer->easy);
      transfer->call->Answer(good && !transfer->answer.empty());
      transfer->answer.clear();
      idle_.push_back(transfer);
    }
  }

  const std::string url_;
  const std::string body_;
  curl_slist* headers_ = nullptr;
  CURLM* const multi_ = curl_multi_init();
  std::vector<Transfer*> idle_;
  std::mutex mutex_;
  // Guarded by mutex_.
  std::vector<Answering*> inbox_;
};

class Call final : public grpc::ServerGenericBidiReactor, public Answering {
 public:
  Call(Poster& poster, const grpc::Slice& answer) : poster_(poster), answer_(answer) {
    StartRead(&buffer_);
  }
  void OnReadDone(bool ok) override {
    if (!ok) return Finish(grpc::Status::CANCELLED);
    poster_.Post(*this);
  }
  void Answer(bool good) override {
    if (!good) return Finish({grpc::StatusCode::UNAVAILABLE, "no answer from upstream"});
    buffer_ = grpc::ByteBuffer(&answer_, 1);
    StartWriteAndFinish(&buffer_, {}, grpc::Status::OK);
  }
  void OnDone() override { delete this; }

 private:
  Poster& poster_;
  const grpc::Slice& answer_;
  grpc::ByteBuffer buffer_;
};

class Service final : public grpc::CallbackGenericService {
 public:
  Service(Poster& poster, const std::string& answer) : poster_(poster), answer_(answer) {}
  grpc::ServerGenericBidiReactor* CreateReactor(grpc::GenericCallbackServerContext*) override {
    return new Call(poster_, answer_);
  }

 private:
  Poster& poster_;
  const grpc::Slice answer_;
};

int Serve(const char* url, const char* body, const char* answer) {
  curl_global_init(CURL_GLOBAL_DEFAULT);
  Poster poster(url, ReadFile(body));
  Service service(poster, ReadFile(answer));
  grpc::ServerBuilder builder;
  int port = 0;
  builder.AddListeningPort("127.0.0.1:0", grpc::InsecureServerCredentials(), &port);
  builder.RegisterCallbackGenericService(&service);
  const auto server = builder.BuildAndStart();
  if (server == nullptr) return std::fputs("bench-floor: cannot listen\n", stderr), 1;
  std::printf("%d\n", port);
  std::fflush(stdout);
  server->Wait();
  return 0;
}

}  // namespace
}  // namespace gateway::bench

int main(int argc, char** argv) {
  if (argc != 4) return std::fputs("usage: bench-floor URL BODY ANSWER\n", stderr), 2;
  return gateway::bench::Serve(argv[1], argv[2], argv[3]);
}
