// The whole program against a server in this process.
#include "odoogw/program.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <sstream>

#include "google/rpc/error_details.pb.h"
#include "google/rpc/status.pb.h"
#include "test_server.h"

namespace odoogw {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

struct Outcome {
  int code;
  std::string out;
  std::string err;
};

Outcome RunWords(const std::vector<std::string>& command_line, const std::string& input = "") {
  std::istringstream in(input);
  std::ostringstream out;
  std::ostringstream err;
  const ExitCode code = RunProgram(command_line, {in, out, err, false, false});
  return {static_cast<int>(code), out.str(), err.str()};
}

class ProgramTest : public testing::TestWithParam<Reflection> {
 protected:
  Outcome RunOn(std::vector<std::string> command_line, const std::string& input = "") {
    command_line.insert(command_line.begin(), {"--address", server_.address()});
    return RunWords(command_line, input);
  }

  Outcome Call(const std::string& json, const std::vector<std::string>& flags = {},
               const std::string& input = "") {
    std::vector<std::string> command_line = {"call", "contacts.v1.PartnerService.CreatePartner",
                                             json};
    command_line.insert(command_line.end(), flags.begin(), flags.end());
    return RunOn(command_line, input);
  }

  TestServer server_{GetParam()};
};

INSTANTIATE_TEST_SUITE_P(Reflections, ProgramTest,
                         testing::Values(Reflection::kV1, Reflection::kV1Alpha),
                         [](const auto& info) {
                           return info.param == Reflection::kV1 ? "V1" : "V1Alpha";
                         });

TEST_P(ProgramTest, UsesV1WhereItIsThere) {
  RunOn({"list"});
  EXPECT_EQ(server_.ReflectionQuestions() > 0, GetParam() == Reflection::kV1);
}

TEST_P(ProgramTest, ListsServices) {
  const Outcome outcome = RunOn({"list"});
  EXPECT_EQ(outcome.code, 0) << outcome.err;
  EXPECT_THAT(outcome.out, HasSubstr("odoogw_test.contacts.v1.PartnerService\n"
                                     "odoogw_test.crm.v1.PartnerService\n"));
}

TEST_P(ProgramTest, ListsMethods) {
  const Outcome outcome = RunOn({"list", "crm.v1.PartnerService"});
  EXPECT_EQ(outcome.out, "odoogw_test.crm.v1.PartnerService.RatePartner\n");
}

TEST_P(ProgramTest, DescribesByShortName) {
  EXPECT_THAT(RunOn({"describe", "Partner"}).out,
              HasSubstr("// Odoo: many2one to res.partner, needed on create\n"));
  EXPECT_THAT(RunOn({"describe", "PartnerService/GetPartner"}).out, HasSubstr("oneof by {"));
  EXPECT_THAT(RunOn({"describe", "PartnerKind"}).out, HasSubstr("enum PartnerKind {"));
  EXPECT_THAT(RunOn({"describe", "Ref"}).out, HasSubstr("package odoo.type.v1;"));
}

TEST_P(ProgramTest, CallsWithJsonFromTheCommandLine) {
  const Outcome outcome = Call(R"({"values": {"name": "Ada", "created": "2026-05-17T08:30:00Z",
               "extra_fields": {"x": {"text_value": "y"}}}})",
                               {"--compact"});
  EXPECT_EQ(outcome.code, 0) << outcome.err;
  EXPECT_THAT(outcome.out,
              StartsWith(R"({"record":{"id":"42","name":"Ada","created":"2026-05-17T08:30:00Z",)"
                         R"("extra_fields":{"x":{"text_value":"y"}},"attachment":{"@type":)"
                         R"("type.googleapis.com/odoogw_test.contacts.v1.PartnerValues",)"));
}

// JSON that a terminal shows in the order in which it is written, and that means the same.
TEST_P(ProgramTest, ShowsAnswersPrintable) {
  const Outcome outcome =
      Call("{\"values\": {\"name\": \"\\u001b[2J\u202E\u2066\u2028\u0085\u009B\uFEFF é שלום\"}}",
           {"--compact"});
  EXPECT_EQ(outcome.code, 0) << outcome.err;
  EXPECT_THAT(outcome.out,
              HasSubstr(R"("name":"\u001b[2J\u202e\u2066\u2028\u0085\u009b\ufeff é שלום")"));
}

TEST_P(ProgramTest, CallsWithJsonFromStdinFileOrNone) {
  EXPECT_THAT(Call("-", {}, R"({"values": {"name": "Eva"}})").out, HasSubstr("\"name\": \"Eva\""));
  const std::string path = testing::TempDir() + "odoogw_request.json";
  std::ofstream(path) << R"({"values": {"name": "Ida"}})";
  EXPECT_THAT(Call("@" + path).out, HasSubstr("\"name\": \"Ida\""));
  EXPECT_EQ(Call("@/no/such/file").err, "error: cannot read /no/such/file\n");
  EXPECT_EQ(RunOn({"call", "GetPartner"}).out, "{}\n");
}

TEST_P(ProgramTest, SendsMetadata) {
  EXPECT_EQ(Call("{}", {"--metadata", "x-caller=shop"}).code, 0);
  EXPECT_EQ(server_.LastCaller(), "shop");
}

TEST_P(ProgramTest, ExplainsNamesThatDoNotFit) {
  const Outcome ambiguous = RunOn({"call", "PartnerService.CreatePartner"});
  EXPECT_EQ(ambiguous.code, 2);
  EXPECT_EQ(ambiguous.err,
            "error: PartnerService is the name of several: "
            "odoogw_test.contacts.v1.PartnerService, odoogw_test.crm.v1.PartnerService\n");
  EXPECT_THAT(RunOn({"call", "contacts.v1.PartnerService.CraetePartner"}).err,
              HasSubstr("did you mean odoogw_test.contacts.v1.PartnerService.CreatePartner?"));
  EXPECT_THAT(RunOn({"call", "WatchPartners"}).err, HasSubstr("only unary methods are called"));
  EXPECT_EQ(RunOn({"describe", "Nonsense"}).code, 2);
}

TEST_P(ProgramTest, ReportsJsonThatDoesNotFit) {
  const Outcome outcome = Call(R"({"values": {"nmae": "Ada"}})");
  EXPECT_EQ(outcome.code, 2);
  EXPECT_EQ(outcome.out, "");
  EXPECT_EQ(outcome.err,
            "error: the JSON does not fit odoogw_test.contacts.v1.CreatePartnerRequest\n"
            "  reason        UNKNOWN_FIELD (odoogw)\n"
            "  field         values.nmae: UNKNOWN_FIELD\n"
            "                PartnerValues has no such field; did you mean name?\n");
}

TEST_P(ProgramTest, ReportsTheServersErrorAndExitsByItsCode) {
  google::rpc::ErrorInfo info;
  info.set_reason("RECORD_NOT_FOUND");
  info.set_domain("odoo-gateway");
  google::rpc::Status details;
  details.add_details()->PackFrom(info);
  server_.Fail({grpc::StatusCode::NOT_FOUND, "no such partner", details.SerializeAsString()});

  const Outcome outcome = Call("{}");
  EXPECT_EQ(outcome.code, 4);
  EXPECT_EQ(outcome.out, "");
  EXPECT_EQ(outcome.err,
            "error: no such partner\n"
            "  code          NOT_FOUND\n"
            "  reason        RECORD_NOT_FOUND (odoo-gateway)\n");
  EXPECT_THAT(Call("{}", {"--json-errors"}).err, StartsWith("{\n  \"code\": 5,\n"));
  EXPECT_THAT(Call("{}", {"--color=always"}).err, StartsWith("\x1b["));
}

TEST_P(ProgramTest, ExitsByEveryCode) {
  for (const auto& [code, exit_code] :
       std::vector<std::pair<grpc::StatusCode, int>>{{grpc::StatusCode::INVALID_ARGUMENT, 3},
                                                     {grpc::StatusCode::ABORTED, 4},
                                                     {grpc::StatusCode::PERMISSION_DENIED, 5},
                                                     {grpc::StatusCode::RESOURCE_EXHAUSTED, 6},
                                                     {grpc::StatusCode::UNKNOWN, 7},
                                                     {grpc::StatusCode::INTERNAL, 8}}) {
    server_.Fail({code, ""});
    EXPECT_EQ(Call("{}").code, exit_code);
  }
}

TEST_P(ProgramTest, TellsReadsFromWritesWhenTimeRunsOut) {
  server_.Hang();
  EXPECT_EQ(RunOn({"call", "GetPartner", "--timeout", "300ms"}).code, 6);
  const Outcome write = Call("{}", {"--timeout", "300ms"});
  EXPECT_EQ(write.code, 7);
  EXPECT_THAT(write.err, HasSubstr("a write may or may not have happened"));
}

TEST(Program, SaysWhereNoServerIs) {
  const Outcome outcome = RunWords({"list", "--address", "127.0.0.1:1", "--timeout", "5s"});
  EXPECT_EQ(outcome.code, 6);
  EXPECT_THAT(outcome.err, HasSubstr("code          UNAVAILABLE"));
}

TEST(Program, HelpsWithoutAServer) {
  const Outcome outcome = RunWords({"--help"});
  EXPECT_EQ(outcome.code, 0);
  EXPECT_THAT(outcome.out, HasSubstr("Exit codes:"));
}

TEST(Program, FailsWhereTheOutputCannotBeWritten) {
  std::istringstream in;
  std::ofstream full("/dev/full");
  std::ostringstream err;
  EXPECT_EQ(RunProgram({"--help"}, {in, full, err, false, false}), ExitCode::kOther);
  EXPECT_THAT(err.str(), StartsWith("error: cannot write the output\n"));
}

TEST(Program, RefusesWrongCommandLines) {
  EXPECT_EQ(RunWords({}).err, "error: a command is needed; odoogw --help lists them\n");
  EXPECT_EQ(RunWords({"lst"}).err, "error: no command lst; did you mean list?\n");
  EXPECT_EQ(RunWords({"call"}).err, "error: usage: odoogw call SERVICE.METHOD [JSON]\n");
  EXPECT_EQ(RunWords({"list", "a", "b"}).code, 2);
}

}  // namespace
}  // namespace odoogw
