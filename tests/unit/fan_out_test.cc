// Many waits at once: how many, in which order, and how they end. One thread, no loop.
#include "engine/fan_out.h"

#include <gmock/gmock.h>

#include <map>
#include <optional>
#include <vector>

namespace gateway::engine {
namespace {

using base::Reason;
using base::Status;
using testing::ElementsAre;
using testing::IsEmpty;

// Steps that wait until the test ends them, and what became of them.
class Steps {
 public:
  explicit Steps(std::size_t count) : count_(count) {}

  // Answers at once what `at_once` says, if it is there for a step.
  std::map<std::size_t, Status> at_once;
  Cancellation cancellation;
  std::vector<std::size_t> begun;
  std::optional<Status> result;
  // Frames of steps that exist.
  int alive = 0;

  base::Detached Run(std::size_t width) {
    FanOut all(
        count_, width, [this](std::size_t at, Cancellation& lane) { return Step(at, lane); },
        cancellation);
    result = co_await all;
  }

  void End(std::size_t at, Status status = base::Done{}) {
    Wait& wait = *waiting_.at(at);
    wait.status = std::move(status);
    wait.lane.Clear();
    wait.waiter.resume();
  }
  std::vector<std::size_t> waiting() const {
    std::vector<std::size_t> all;
    for (const auto& [at, wait] : waiting_) all.push_back(at);
    return all;
  }

 private:
  struct Wait {
    Steps& steps;
    std::size_t at;
    Cancellation& lane;
    std::coroutine_handle<> waiter = {};
    Status status = base::Done{};

    bool await_ready() const { return false; }
    void await_suspend(std::coroutine_handle<> handle) {
      waiter = handle;
      steps.waiting_.emplace(at, this);
      lane.OnRequest([this] {
        status = base::Fail(Reason::kCancelled, "told to stop");
        waiter.resume();
      });
    }
    Status await_resume() {
      steps.waiting_.erase(at);
      return std::move(status);
    }
  };

  struct Alive {
    explicit Alive(int& counter) : count(++counter) {}
    ~Alive() { --count; }
    Alive(const Alive&) = delete;
    Alive& operator=(const Alive&) = delete;
    int& count;
  };

  base::Task<Status> Step(std::size_t at, Cancellation& lane) {
    const Alive frame(alive);
    begun.push_back(at);
    if (const auto answer = at_once.find(at); answer != at_once.end())
      co_return std::move(answer->second);
    Wait wait{*this, at, lane};
    co_return co_await wait;
  }

  const std::size_t count_;
  std::map<std::size_t, Wait*> waiting_;
};

Status Broken(Reason reason) { return base::Fail(reason, "broken"); }

TEST(FanOut, BeginsInOrderAndNoMoreThanItsWidth) {
  Steps steps(5);
  steps.Run(2);
  EXPECT_THAT(steps.begun, ElementsAre(0, 1));
  steps.End(1);
  EXPECT_THAT(steps.begun, ElementsAre(0, 1, 2));
  steps.End(2);
  steps.End(0);
  EXPECT_THAT(steps.waiting(), ElementsAre(3, 4));
  steps.End(3);
  EXPECT_FALSE(steps.result.has_value());
  steps.End(4);
  ASSERT_TRUE(steps.result.has_value());
  EXPECT_TRUE(steps.result->ok());
  EXPECT_EQ(steps.alive, 0);
}

TEST(FanOut, IsOverAtOnceWhereNothingWaits) {
  for (const std::size_t count : {0, 1, 7}) {
    Steps steps(count);
    for (std::size_t at = 0; at < count; ++at) steps.at_once.emplace(at, base::Done{});
    steps.Run(3);
    ASSERT_TRUE(steps.result.has_value()) << count;
    EXPECT_TRUE(steps.result->ok());
    EXPECT_EQ(steps.begun.size(), count);
    EXPECT_EQ(steps.alive, 0);
  }
}

TEST(FanOut, BeginsNothingAfterAFailureAndTellsTheFirst) {
  Steps steps(5);
  steps.Run(3);
  steps.End(1, Broken(Reason::kServerError));
  steps.End(0, Broken(Reason::kTimeout));
  EXPECT_FALSE(steps.result.has_value()) << "the third is still under way";
  steps.End(2);
  ASSERT_TRUE(steps.result.has_value());
  EXPECT_EQ(steps.result->failure().reason, Reason::kServerError);
  EXPECT_THAT(steps.begun, ElementsAre(0, 1, 2));
}

TEST(FanOut, StopsAllWhenCancelled) {
  Steps steps(9);
  steps.Run(3);
  steps.End(0);
  steps.cancellation.Request();
  ASSERT_TRUE(steps.result.has_value());
  EXPECT_EQ(steps.result->failure().reason, Reason::kCancelled);
  EXPECT_THAT(steps.begun, ElementsAre(0, 1, 2, 3));
  EXPECT_THAT(steps.waiting(), IsEmpty());
  EXPECT_EQ(steps.alive, 0);
}

TEST(FanOut, BeginsNothingWhenCancelledBefore) {
  Steps steps(2);
  steps.cancellation.Request();
  steps.Run(2);
  ASSERT_TRUE(steps.result.has_value());
  EXPECT_EQ(steps.result->failure().reason, Reason::kCancelled);
  EXPECT_THAT(steps.begun, IsEmpty());
}

TEST(FanOut, LeavesTheCancellationToWhoeverWaitsNext) {
  Steps steps(1);
  steps.Run(1);
  steps.End(0);
  ASSERT_TRUE(steps.result->ok());
  steps.cancellation.Request();
  EXPECT_TRUE(steps.result->ok());
}

}  // namespace
}  // namespace gateway::engine
