// Work that waits without a thread: a lazy coroutine. It begins when it is awaited and resumes who
// awaits it when it ends.
//
//   Task<Result<Answer>> Invoke(...);
//   auto answer = co_await Invoke(...);
//
// No locks: a task runs on whatever thread resumes it, in the gateway always that of http::Loop.
#pragma once

#include <coroutine>
#include <exception>
#include <optional>
#include <utility>

namespace gateway::base {

template <class T>
class [[nodiscard]] Task {
 public:
  struct promise_type {
    Task get_return_object() {
      return Task(std::coroutine_handle<promise_type>::from_promise(*this));
    }
    std::suspend_always initial_suspend() noexcept { return {}; }
    auto final_suspend() noexcept {
      struct Resumer {
        bool await_ready() noexcept { return false; }
        std::coroutine_handle<> await_suspend(std::coroutine_handle<promise_type> self) noexcept {
          return self.promise().awaiting;
        }
        void await_resume() noexcept {}
      };
      return Resumer{};
    }
    void return_value(T result) { value.emplace(std::move(result)); }
    // Nothing in the gateway throws on purpose; what is left (memory exhausted) cannot be mended
    // here.
    void unhandled_exception() noexcept { std::terminate(); }

    std::optional<T> value;
    std::coroutine_handle<> awaiting = std::noop_coroutine();
  };

  Task(Task&& other) noexcept : handle_(std::exchange(other.handle_, {})) {}
  Task& operator=(Task&&) = delete;
  ~Task() {
    if (handle_) handle_.destroy();
  }

  bool await_ready() const noexcept { return false; }
  std::coroutine_handle<> await_suspend(std::coroutine_handle<> awaiting) noexcept {
    handle_.promise().awaiting = awaiting;
    return handle_;
  }
  T await_resume() {
    std::optional<T>& value = handle_.promise().value;
    // It was resumed by the end of the coroutine, which sets it.
    if (!value) std::terminate();
    return std::move(*value);
  }

 private:
  explicit Task(std::coroutine_handle<promise_type> handle) : handle_(handle) {}

  std::coroutine_handle<promise_type> handle_;
};

// The outermost coroutine: begins at once, belongs to nobody, ends by itself.
//   Detached Serve(std::shared_ptr<State> state) { ... co_await ...; }
struct Detached {
  struct promise_type {
    Detached get_return_object() { return {}; }
    std::suspend_never initial_suspend() noexcept { return {}; }
    std::suspend_never final_suspend() noexcept { return {}; }
    void return_void() {}
    void unhandled_exception() noexcept { std::terminate(); }
  };
};

}  // namespace gateway::base
