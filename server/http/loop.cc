#include "http/loop.h"

#include <signal.h>

#include <chrono>
#include <stdexcept>
#include <utility>

#include "http/loop_impl.h"

namespace gateway::http {
namespace {

// Idle connections kept for reuse. libcurl's default follows the number of transfers under way, so
// that the end of a burst would close most of them.
constexpr long kMaxIdleConnections = 256;

// A wait needs an end in milliseconds as int; this one costs nothing.
constexpr std::chrono::milliseconds kLongestWait = std::chrono::minutes(1);

MultiHandle NewMulti() {
  static const CURLcode initialised = curl_global_init(CURL_GLOBAL_DEFAULT);
  MultiHandle multi(initialised == CURLE_OK ? curl_multi_init() : nullptr);
  if (multi == nullptr) throw std::runtime_error("libcurl cannot be initialised");
  curl_multi_setopt(multi.get(), CURLMOPT_MAXCONNECTS, kMaxIdleConnections);
  curl_multi_setopt(multi.get(), CURLMOPT_PIPELINING, CURLPIPE_NOTHING);
  return multi;
}

// A TLS library writes to sockets without MSG_NOSIGNAL: a peer that is gone must be an error of
// that transfer, not the end of the process.
void BlockBrokenPipeSignal() {
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGPIPE);
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
}

// Rounded up: woken a moment too early, the loop would spin until the timer is due.
std::chrono::milliseconds UntilDue(Clock::time_point when) {
  const auto now = Clock::now();
  if (when <= now) return std::chrono::milliseconds(0);
  if (when - now > kLongestWait) return kLongestWait;
  return std::chrono::ceil<std::chrono::milliseconds>(when - now);
}

}  // namespace

Loop::Impl::Impl() : multi_(NewMulti()), thread_([this] { Run(); }) {}

Loop::Impl::~Impl() {
  {
    const std::lock_guard lock(mutex_);
    ending_ = true;
  }
  curl_multi_wakeup(multi_.get());
  thread_.join();
}

void Loop::Impl::Post(std::function<void()> work) {
  bool wake = false;
  {
    const std::lock_guard lock(mutex_);
    if (ending_) return;
    // A wake-up stays pending until the loop's next wait, so one serves all work posted before the
    // inbox is taken.
    wake = inbox_.empty();
    inbox_.push_back(std::move(work));
  }
  if (wake) curl_multi_wakeup(multi_.get());
}

bool Loop::Impl::Attach(CURL* easy, Watcher& watcher) {
  curl_easy_setopt(easy, CURLOPT_PRIVATE, &watcher);
  return curl_multi_add_handle(multi_.get(), easy) == CURLM_OK;
}

void Loop::Impl::Detach(CURL* easy) { curl_multi_remove_handle(multi_.get(), easy); }

void Loop::Impl::Run() {
  BlockBrokenPipeSignal();
  while (RunPosted()) {
    timers_.RunDue(Clock::now());
    Perform();
    ReportEnded();
    Wait();
  }
  Drop();
}

bool Loop::Impl::RunPosted() {
  {
    const std::lock_guard lock(mutex_);
    if (ending_) return false;
    batch_.swap(inbox_);
  }
  // Each is destroyed once it ran, not when the whole batch did.
  for (auto& work : batch_) std::exchange(work, nullptr)();
  batch_.clear();
  return true;
}

// On this thread, because what is dropped may own a client.
void Loop::Impl::Drop() {
  std::vector<std::function<void()>> dropped;
  {
    const std::lock_guard lock(mutex_);
    dropped.swap(inbox_);
  }
  dropped.clear();
  timers_.Clear();
}

void Loop::Impl::Perform() {
  int running = 0;
  curl_multi_perform(multi_.get(), &running);
}

void Loop::Impl::ReportEnded() {
  int left = 0;
  while (const CURLMsg* message = curl_multi_info_read(multi_.get(), &left)) {
    if (message->msg != CURLMSG_DONE) continue;
    const CURLcode code = message->data.result;
    Watcher* watcher = nullptr;
    curl_easy_getinfo(message->easy_handle, CURLINFO_PRIVATE, &watcher);
    // Detaches the handle, and may detach others: libcurl then forgets their messages, this one
    // included.
    watcher->OnEnded(code);
  }
}

void Loop::Impl::Wait() {
  const auto next = timers_.Next();
  const auto timeout = next ? UntilDue(*next) : kLongestWait;
  const CURLMcode code =
      curl_multi_poll(multi_.get(), nullptr, 0, static_cast<int>(timeout.count()), nullptr);
  // Out of memory, for example: it returned at once, and would again.
  if (code != CURLM_OK) std::this_thread::sleep_for(std::chrono::milliseconds(1));
}

Loop::Loop() : impl_(std::make_unique<Impl>()) {}

Loop::~Loop() = default;

void Loop::Post(std::function<void()> work) { impl_->Post(std::move(work)); }

bool Loop::OnLoop() const { return impl_->OnLoop(); }

Loop::TimerId Loop::At(Clock::time_point when, std::function<void()> work) {
  return impl_->timers().Add(when, std::move(work));
}

void Loop::CancelTimer(TimerId timer) { impl_->timers().Cancel(timer); }

}  // namespace gateway::http
