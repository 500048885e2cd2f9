#include "observe/audit.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <future>
#include <span>
#include <sstream>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "observe/file_writer.h"
#include "observe/line_queue.h"

namespace gateway::observe {
namespace {

using base::Code;
using base::Reason;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using namespace std::chrono_literals;

std::vector<std::string> Audited(const Event& event) {
  std::vector<std::string> lines;
  AuditObserver observer([&](Level, std::string_view line) { lines.emplace_back(line); },
                         [] { return std::chrono::system_clock::time_point(1769860800005ms); });
  observer.Observe(event);
  return lines;
}

CallFinished Update() {
  static constexpr std::int64_t kIds[] = {7, 8};
  CallFinished event;
  event.path = "/odoo.sale.v1.SaleOrderService/UpdateSaleOrder";
  event.caller = "shop";
  event.request_id = "r-1";
  event.trace_id = "t-1";
  event.instance = "default";
  event.model = "sale.order";
  event.operation = Operation::kUpdate;
  event.ids = kIds;
  event.message = "a value of a record";
  return event;
}

TEST(Audit, SaysWhoDidWhatToWhichRecords) {
  EXPECT_THAT(Audited(Update()),
              ElementsAre(R"({"ts":"2026-01-31T12:00:00.005Z","event":"audit","outcome":"done",)"
                          R"("caller":"shop","request_id":"r-1","trace_id":"t-1",)"
                          R"("instance":"default",)"
                          R"("method":"/odoo.sale.v1.SaleOrderService/UpdateSaleOrder",)"
                          R"("model":"sale.order","operation":"update","ids":[7,8],"code":"OK"})"));
}

TEST(Audit, OutcomesByWhatIsKnownOfTheWrite) {
  CallFinished event = Update();
  event.code = Code::kInvalidArgument;
  event.reason = Reason::kUnknownField;
  EXPECT_THAT(Audited(event)[0], HasSubstr(R"("outcome":"not_done")"));
  EXPECT_THAT(Audited(event)[0], HasSubstr(R"("reason":"UNKNOWN_FIELD"})"));
  EXPECT_THAT(Audited(event)[0], Not(HasSubstr("a value of a record")));
  event.code = Code::kDeadlineExceeded;
  event.reason = Reason::kOutcomeUnknown;
  EXPECT_THAT(Audited(event)[0], HasSubstr(R"("outcome":"unknown")"));
}

TEST(Audit, AllOfWhatWasDoneAndSomeOfWhatWasRefused) {
  const std::vector<std::int64_t> ids(1001, 7);
  const auto told = [&](std::size_t count, Code code) {
    CallFinished event = Update();
    event.ids = std::span(ids).first(count);
    event.code = code;
    const std::string line = Audited(event).at(0);
    const std::string list =
        line.substr(line.find("\"ids\":"), line.find(']') - line.find("\"ids\":"));
    return std::pair(std::ranges::count(list, '7'),
                     line.find("\"ids_cut\":true") != std::string::npos);
  };
  EXPECT_EQ(told(1000, Code::kOk), std::pair(1000L, false));
  EXPECT_EQ(told(1001, Code::kOk), std::pair(1000L, true));
  EXPECT_EQ(told(100, Code::kPermissionDenied), std::pair(100L, false));
  EXPECT_EQ(told(1001, Code::kPermissionDenied), std::pair(100L, true));
}

TEST(Audit, ChecksAloneWhereTheyWereRefused) {
  CallFinished event = Update();
  event.validate_only = true;
  event.code = Code::kPermissionDenied;
  event.reason = Reason::kCallerNotAllowed;
  EXPECT_THAT(Audited(event),
              ElementsAre(HasSubstr(R"("operation":"update","validate_only":true,)")));
  EXPECT_THAT(Audited(event)[0], HasSubstr(R"("outcome":"not_done")"));
}

TEST(Audit, StrangersAreToldOnceASecond) {
  std::vector<std::string> lines;
  std::chrono::system_clock::time_point now(1769860800005ms);
  AuditObserver observer([&](Level, std::string_view line) { lines.emplace_back(line); },
                         [&] { return now; });
  CallFinished event = Update();
  event.caller = {};
  event.code = Code::kUnauthenticated;
  event.reason = Reason::kCallerNotAuthenticated;
  for (int i = 0; i < 1000; ++i) observer.Observe(event);
  observer.Observe(Update());
  now += 1s;
  observer.Observe(event);
  EXPECT_THAT(lines, ElementsAre(Not(HasSubstr("held_back")), HasSubstr(R"("outcome":"done")"),
                                 HasSubstr(R"("held_back":999)")));
}

TEST(Queue, HoldsBytesNotLines) {
  constexpr std::size_t kMiB = 1 << 20;
  std::atomic<std::size_t> dropped = 0;
  std::atomic<bool> busy = false;
  std::promise<void> released;
  std::vector<std::size_t> written;
  {
    const LineWriter write = QueuedWriter(
        [&, release = released.get_future().share()](std::string_view text) {
          busy = true;
          release.wait();
          written.push_back(text.size());
          return true;
        },
        [&](std::size_t lines) { dropped += lines; });
    write(Level::kWarn, "first");
    while (!busy) std::this_thread::sleep_for(1ms);
    for (int i = 0; i < 8; ++i) write(Level::kInfo, std::string(kMiB, 'x'));
    EXPECT_EQ(dropped, 5U);
    write(Level::kInfo, std::string(4 * kMiB, 'x'));
    EXPECT_EQ(dropped, 6U);
    released.set_value();
  }
  ASSERT_EQ(written.size(), 5U);
  // Between them stands how many were dropped.
  EXPECT_EQ(written[0], 6U);
  for (const std::size_t i : {2, 3, 4}) EXPECT_EQ(written[i], kMiB + 1);
}

TEST(Audit, OnlyWhatMayChangeSomething) {
  for (const Operation operation :
       {Operation::kGet, Operation::kSearch, Operation::kCount, Operation::kLookup}) {
    CallFinished event = Update();
    event.operation = operation;
    EXPECT_THAT(Audited(event), IsEmpty());
  }
  CallFinished checked = Update();
  checked.validate_only = true;
  EXPECT_THAT(Audited(checked), IsEmpty());
  CallFinished unserved = Update();
  unserved.operation.reset();
  EXPECT_THAT(Audited(unserved), IsEmpty());
  EXPECT_THAT(Audited(LogDropped{3}), IsEmpty());
}

class File : public testing::Test {
 protected:
  File() {
    std::string name = testing::TempDir() + "auditXXXXXX";
    folder_ = mkdtemp(name.data());
  }
  ~File() override { std::filesystem::remove_all(folder_); }

  static std::string TextOf(const std::filesystem::path& path) {
    std::ostringstream text;
    text << std::ifstream(path).rdbuf();
    return text.str();
  }

  std::filesystem::path folder_;
  std::atomic<std::size_t> dropped_ = 0;
  const DropCounter count_ = [this](std::size_t lines) { dropped_ += lines; };
};

TEST_F(File, AppendsAndIsForItsOwnerAlone) {
  const auto path = folder_ / "audit.log";
  for (const char* line : {"one", "two"}) {
    const auto write = FileWriter(path, count_);
    ASSERT_TRUE(write.ok());
    (*write)(Level::kInfo, line);
  }
  EXPECT_EQ(TextOf(path), "one\ntwo\n");
  struct stat file;
  ASSERT_EQ(stat(path.c_str(), &file), 0);
  EXPECT_EQ(file.st_mode & 0777, 0600U);
}

TEST_F(File, IsMadeAnewWhereItWasMovedAway) {
  const auto path = folder_ / "audit.log";
  {
    const auto write = FileWriter(path, count_);
    (*write)(Level::kWarn, "one");
    while (TextOf(path).empty()) std::this_thread::sleep_for(1ms);
    std::filesystem::rename(path, folder_ / "audit.log.1");
    (*write)(Level::kWarn, "two");
  }
  EXPECT_EQ(TextOf(folder_ / "audit.log.1"), "one\n");
  EXPECT_EQ(TextOf(path), "two\n");
  EXPECT_EQ(dropped_, 0U);
}

TEST_F(File, CountsWhatItCannotTake) {
  const auto path = folder_ / "audit.log";
  {
    const auto write = FileWriter(path, count_);
    std::filesystem::remove_all(folder_);
    (*write)(Level::kWarn, "lost");
    while (dropped_ == 0) std::this_thread::sleep_for(1ms);
    std::filesystem::create_directory(folder_);
    (*write)(Level::kWarn, "kept");
  }
  EXPECT_EQ(dropped_, 1U);
  EXPECT_THAT(TextOf(path), HasSubstr(R"("event":"log_dropped","lines":1})"));
  EXPECT_THAT(TextOf(path), HasSubstr("kept\n"));
}

TEST_F(File, ThatCannotBeOpenedIsRefused) {
  const auto write = FileWriter(folder_ / "none" / "audit.log", count_);
  ASSERT_FALSE(write.ok());
  EXPECT_THAT(write.failure().message, HasSubstr("No such file or directory"));
}

}  // namespace
}  // namespace gateway::observe
