#include "observe/audit.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <thread>
#include <vector>

#include "observe/file_writer.h"

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
