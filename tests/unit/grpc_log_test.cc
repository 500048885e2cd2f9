// What becomes of gRPC's own log. Its messages come from any thread, at any time of the process.
#include "rpc/grpc_log.h"

#include <gmock/gmock.h>
#include <grpc/support/log.h>

#include <atomic>
#include <cstdlib>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

namespace gateway::rpc {
namespace {

using observe::GrpcLogged;
using testing::AllOf;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::SizeIs;
using testing::StartsWith;

struct Message {
  GrpcLogged::Severity severity;
  std::string source;
  std::string text;
};

class Recorder final : public observe::Observer {
 public:
  void Observe(const observe::Event& event) override {
    const auto& message = std::get<GrpcLogged>(event);
    const std::lock_guard lock(mutex_);
    messages.push_back(
        {message.severity, std::string(message.source), std::string(message.message)});
  }

  std::vector<Message> messages;

 private:
  std::mutex mutex_;
};

class GrpcLog : public testing::Test {
 protected:
  void SetUp() override {
    CaptureGrpcLog();
    gpr_set_log_verbosity(GPR_LOG_SEVERITY_DEBUG);
  }

  // What `log` writes to stderr.
  template <class Log>
  static std::string StderrOf(const Log& log) {
    testing::internal::CaptureStderr();
    log();
    return testing::internal::GetCapturedStderr();
  }
};

TEST_F(GrpcLog, GoesToTheObserver) {
  Recorder recorder;
  const std::string err = StderrOf([&] {
    const GrpcLogScope scope(recorder);
    gpr_log("/build/src/core/tls.cc", 12, GPR_LOG_SEVERITY_ERROR, "bad %s", "handshake");
    gpr_log("tls.cc", 13, GPR_LOG_SEVERITY_INFO, "fine");
    gpr_log("tls.cc", 14, GPR_LOG_SEVERITY_DEBUG, "detail");
  });
  EXPECT_THAT(err, IsEmpty());
  ASSERT_THAT(recorder.messages, SizeIs(3));
  EXPECT_EQ(recorder.messages[0].severity, GrpcLogged::Severity::kError);
  EXPECT_EQ(recorder.messages[0].source, "tls.cc:12");
  EXPECT_EQ(recorder.messages[0].text, "bad handshake");
  EXPECT_EQ(recorder.messages[1].severity, GrpcLogged::Severity::kInfo);
  EXPECT_EQ(recorder.messages[2].severity, GrpcLogged::Severity::kDebug);
}

TEST_F(GrpcLog, LeavesOutValuesOfHeaders) {
  Recorder recorder;
  const GrpcLogScope scope(recorder);
  gpr_log("hpack.cc", 1, GPR_LOG_SEVERITY_ERROR, "%s",
          "Error parsing metadata: error=invalid value key=grpc-timeout value=a-secret");
  ASSERT_THAT(recorder.messages, SizeIs(1));
  EXPECT_EQ(recorder.messages[0].text,
            "Error parsing metadata: error=invalid value key=grpc-timeout");
}

TEST_F(GrpcLog, IsJsonBeforeAndAfterTheGatewaysLog) {
  const auto line = [](int number) {
    return StderrOf(
        [&] { gpr_log("outside.cc", number, GPR_LOG_SEVERITY_ERROR, "a \"b\"\n\x1b[2J"); });
  };
  const auto is_json = AllOf(StartsWith(R"({"ts":")"),
                             HasSubstr(R"("level":"warn","event":"grpc","source":"outside.cc:)"),
                             HasSubstr(R"("message":"a \"b\"\n\u001b[2J"})"
                                       "\n"));
  EXPECT_THAT(line(1), is_json);
  {
    Recorder recorder;
    const GrpcLogScope scope(recorder);
    EXPECT_THAT(line(2), IsEmpty());
  }
  EXPECT_THAT(line(3), is_json);
}

TEST_F(GrpcLog, SaysWhyGrpcAborts) {
  Recorder recorder;
  const GrpcLogScope scope(recorder);
  // As GPR_ASSERT does, whose abort() the gateway's log does not outlive.
  EXPECT_THAT(
      StderrOf([] { gpr_log("call.cc", 7, GPR_LOG_SEVERITY_ERROR, "assertion failed: %s", "ok"); }),
      HasSubstr(R"("message":"assertion failed: ok")"));
}

// A thread that logs while scopes come and go never meets an observer that is gone.
TEST_F(GrpcLog, MayComeAtAnyTime) {
  std::atomic<bool> ends = false;
  std::atomic<int> logged = 0;
  std::thread logger([&] {
    while (!ends) {
      gpr_log("busy.cc", 1, GPR_LOG_SEVERITY_ERROR, "x");
      ++logged;
    }
  });
  std::size_t observed = 0;
  for (int i = 0; i < 500 || observed == 0; ++i) {
    const auto recorder = std::make_unique<Recorder>();
    {
      const GrpcLogScope scope(*recorder);
      std::this_thread::yield();
    }
    observed += recorder->messages.size();
  }
  ends = true;
  logger.join();
  EXPECT_LE(observed, static_cast<std::size_t>(logged));
}

}  // namespace
}  // namespace gateway::rpc
