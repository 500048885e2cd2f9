#include "http/client.h"

#include <functional>
#include <future>
#include <memory>
#include <optional>
#include <unordered_map>
#include <utility>
#include <vector>

#include "http/loop_impl.h"
#include "http/transfer.h"

namespace gateway::http {
namespace {

// Easy handles that wait for their next transfer: setting one up costs more than a short exchange.
class HandlePool {
 public:
  explicit HandlePool(Options options) : options_(std::move(options)) {}

  EasyHandle Take() {
    if (idle_.empty()) return NewHandle(options_);
    EasyHandle easy = std::move(idle_.back());
    idle_.pop_back();
    return easy;
  }

  void Give(EasyHandle easy) {
    if (easy != nullptr && idle_.size() < kMaxIdle) idle_.push_back(std::move(easy));
  }

  void Clear() { idle_.clear(); }

  const Options& options() const { return options_; }

 private:
  static constexpr std::size_t kMaxIdle = 256;

  const Options options_;
  std::vector<EasyHandle> idle_;
};

}  // namespace

// All on the loop's thread. Shared, because `done` may destroy the client that calls it.
struct Client::Impl : std::enable_shared_from_this<Client::Impl> {
 public:
  Impl(Loop::Impl& loop_in, Options options) : loop(loop_in), handles_(std::move(options)) {}

  TransferId Send(Request request, std::function<void(Outcome)> done);
  bool Abort(TransferId id);
  // Ends everything; no callback runs.
  void Close();

  Loop::Impl& loop;

 private:
  class Flight;

  void Finish(TransferId id, Outcome outcome);

  HandlePool handles_;
  std::unordered_map<TransferId, std::unique_ptr<Flight>> flights_;
  TransferId last_id_ = 0;
};

// A transfer between Send and its end: with libcurl, or, where it cannot be sent, until the loop's
// next turn. Its destruction takes it from the loop.
class Client::Impl::Flight final : public Watcher {
 public:
  Flight(Impl& client, TransferId id, Request request, std::function<void(Outcome)> done)
      : client_(client),
        id_(id),
        deadline_(request.deadline),
        transfer_(client.handles_.Take(), std::move(request),
                  client.handles_.options().max_answer_bytes),
        done_(std::move(done)) {}

  ~Flight() {
    client_.loop.timers().Cancel(timer_);
    if (attached_) client_.loop.Detach(transfer_.easy());
    client_.handles_.Give(transfer_.TakeHandle());
  }
  Flight(const Flight&) = delete;
  Flight& operator=(const Flight&) = delete;

  void Depart() {
    std::optional<Lost> refused = transfer_.Prepare();
    if (!refused) refused = Attach();
    if (refused) {
      FinishAt(Clock::time_point::min(), [lost = *std::move(refused)] { return lost; });
    } else {
      FinishAt(deadline_, [this] { return transfer_.DeadlinePassed(); });
    }
  }

  bool handed_over() const { return transfer_.handed_over(); }

  std::function<void(Outcome)> TakeDone() { return std::move(done_); }

 private:
  // Finish destroys this object: nothing may follow it.
  void OnEnded(CURLcode code) override { client_.Finish(id_, transfer_.Conclude(code)); }

  std::optional<Lost> Attach() {
    attached_ = client_.loop.Attach(transfer_.easy(), *this);
    if (attached_) return std::nullopt;
    return Lost{Lost::Cause::kRefused, false, "libcurl does not take the transfer"};
  }

  // In a later turn of the loop even where `when` has passed.
  template <class Ending>
  void FinishAt(Clock::time_point when, Ending ending) {
    timer_ = client_.loop.timers().Add(
        when, [this, ending = std::move(ending)] { client_.Finish(id_, ending()); });
  }

  Impl& client_;
  const TransferId id_;
  const Clock::time_point deadline_;
  Transfer transfer_;
  std::function<void(Outcome)> done_;
  Loop::TimerId timer_ = 0;
  bool attached_ = false;
};

Client::TransferId Client::Impl::Send(Request request, std::function<void(Outcome)> done) {
  const TransferId id = ++last_id_;
  auto flight = std::make_unique<Flight>(*this, id, std::move(request), std::move(done));
  flight->Depart();
  flights_.emplace(id, std::move(flight));
  return id;
}

bool Client::Impl::Abort(TransferId id) {
  const auto aborted = flights_.extract(id);
  return !aborted.empty() && aborted.mapped()->handed_over();
}

void Client::Impl::Close() {
  // Taken out first: a callback's destruction may call Abort.
  std::exchange(flights_, {}).clear();
  handles_.Clear();
}

void Client::Impl::Finish(TransferId id, Outcome outcome) {
  const auto self = shared_from_this();
  auto flight = std::move(flights_.extract(id).mapped());
  const auto done = flight->TakeDone();
  // Before the callback, which may use the handle and the connection for its next request.
  flight.reset();
  done(std::move(outcome));
}

Client::Client(Loop& loop, Options options)
    : impl_(std::make_shared<Impl>(*loop.impl_, std::move(options))) {}

// Waits for the loop, so that no callback runs once the client is gone.
Client::~Client() {
  if (impl_->loop.OnLoop()) {
    impl_->Close();
    return;
  }
  // Shared: the loop may still be inside set_value when the wait ends.
  const auto closed = std::make_shared<std::promise<void>>();
  impl_->loop.Post([impl = impl_.get(), closed] {
    impl->Close();
    closed->set_value();
  });
  closed->get_future().wait();
}

Client::TransferId Client::Send(Request request, std::function<void(Outcome)> done) {
  return impl_->Send(std::move(request), std::move(done));
}

bool Client::Abort(TransferId transfer) { return impl_->Abort(transfer); }

}  // namespace gateway::http
