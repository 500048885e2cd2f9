#include "odoogw/error_report.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "absl/strings/str_replace.h"
#include "google/protobuf/text_format.h"

namespace odoogw {
namespace {

const Style kPlain(false);

google::rpc::Status ParseStatus(const std::string& text) {
  google::rpc::Status status;
  EXPECT_TRUE(google::protobuf::TextFormat::ParseFromString(text, &status));
  return status;
}

std::string Render(const google::rpc::Status& status) {
  return RenderError(Failure(ExitCodeFor(status), status), kPlain);
}

TEST(RenderError, ShowsEveryDetailInAFixedOrder) {
  const google::rpc::Status status = ParseStatus(R"(
    code: 3
    message: "2 fields are wrong"
    details { [type.googleapis.com/google.rpc.RequestInfo] { request_id: "4f1c" } }
    details { [type.googleapis.com/google.rpc.RetryInfo] { retry_delay { seconds: 2 } } }
    details {
      [type.googleapis.com/google.rpc.LocalizedMessage] {
        locale: "fr_FR" message: "Nom manquant\nligne 2"
      }
    }
    details {
      [type.googleapis.com/google.rpc.ResourceInfo] {
        resource_type: "sale.order" resource_name: "42" description: "deleted"
      }
    }
    details {
      [type.googleapis.com/google.rpc.PreconditionFailure] {
        violations { type: "STATE" subject: "sale.order/42" description: "it is locked" }
      }
    }
    details {
      [type.googleapis.com/google.rpc.QuotaFailure] {
        violations { description: "100 calls wait" }
      }
    }
    details {
      [type.googleapis.com/google.rpc.BadRequest] { field_violations { field: "values.name" } }
    }
    details {
      [type.googleapis.com/odoo.error.v1.Violations] {
        violations {
          path: "values.name" reason: REASON_REQUIRED_FIELD_MISSING message: "set it"
        }
      }
    }
    details {
      [type.googleapis.com/google.rpc.ErrorInfo] {
        reason: "REQUIRED_FIELD_MISSING"
        domain: "odoo-gateway"
        metadata { key: "operation" value: "create" }
        metadata { key: "model" value: "sale.order" }
      }
    }
    details { [type.googleapis.com/google.rpc.Help] { links { url: "https://example.com" } } }
    details {
      [type.googleapis.com/google.rpc.DebugInfo] { detail: "traceback" stack_entries: "line 1" }
    })");
  EXPECT_EQ(Render(status),
            "error: 2 fields are wrong\n"
            "  code          INVALID_ARGUMENT\n"
            "  reason        REQUIRED_FIELD_MISSING (odoo-gateway)\n"
            "  field         values.name: REQUIRED_FIELD_MISSING\n"
            "                set it\n"
            "  Odoo says     Nom manquant\n"
            "                ligne 2 (fr_FR)\n"
            "  resource      sale.order 42\n"
            "                deleted\n"
            "  precondition  STATE sale.order/42\n"
            "                it is locked\n"
            "  quota         100 calls wait\n"
            "  retry after   2s\n"
            "  model         sale.order\n"
            "  operation     create\n"
            "  request id    4f1c\n"
            "  help          https://example.com\n"
            "  debug         traceback\n"
            "                line 1\n");
}

TEST(RenderError, ShowsBadRequestWhereThereAreNoViolations) {
  EXPECT_THAT(Render(ParseStatus(R"(
                code: 3
                details {
                  [type.googleapis.com/google.rpc.BadRequest] {
                    field_violations { field: "values.name" description: "too long" }
                  }
                })")),
              testing::HasSubstr("  field         values.name\n"
                                 "                too long\n"));
}

TEST(RenderError, NamesDetailsThatItDoesNotKnow) {
  EXPECT_EQ(Render(ParseStatus(R"(code: 13 details { type_url: "example.com/acme.Detail" })")),
            "error: INTERNAL\n  code          INTERNAL\n  detail        acme.Detail\n");
}

TEST(RenderError, IndentsFurtherLinesAndDisarmsControlCharacters) {
  EXPECT_EQ(RenderError(UsageFailure("a\nb\x1b[2J"), kPlain), "error: a\n       b\\x1b[2J\n");
}

// Every text of a status, with terminal commands, controls of direction and separators of lines.
TEST(RenderError, IsPrintableWhateverTheServerSays) {
  const google::rpc::Status status = ParseStatus(absl::StrReplaceAll(
      R"(
    code: 3
    message: "EVIL"
    details { [type.googleapis.com/google.rpc.RequestInfo] { request_id: "EVIL" } }
    details {
      [type.googleapis.com/google.rpc.LocalizedMessage] { locale: "EVIL" message: "EVIL" }
    }
    details {
      [type.googleapis.com/google.rpc.ResourceInfo] { resource_type: "EVIL" description: "EVIL" }
    }
    details {
      [type.googleapis.com/odoo.error.v1.Violations] { violations { path: "EVIL" message: "EVIL" } }
    }
    details {
      [type.googleapis.com/google.rpc.ErrorInfo] {
        reason: "EVIL" domain: "EVIL" metadata { key: "EVIL" value: "EVIL" }
      }
    }
    details { [type.googleapis.com/google.rpc.Help] { links { url: "EVIL" } } }
    details { [type.googleapis.com/google.rpc.DebugInfo] { detail: "EVIL" } }
    details { type_url: "example.com/EVIL" })",
      {{"EVIL", "\\033[2J\\r\u202E\u2066\u200F\u2028\u0085\u009B\uFEFF"}}));
  const std::string text = Render(status);
  const std::string json = ErrorAsJson(status);
  for (const std::string evil :
       {"\x1b", "\r", "\u202E", "\u2066", "\u200F", "\u2028", "\u0085", "\u009B", "\uFEFF"}) {
    EXPECT_THAT(text, testing::Not(testing::HasSubstr(evil)));
    EXPECT_THAT(json, testing::Not(testing::HasSubstr(evil)));
  }
  EXPECT_THAT(text,
              testing::StartsWith(R"(error: \x1b[2J\r\u202e\u2066\u200f\u2028\u0085\u009b\ufeff)"
                                  "\n"));
  EXPECT_THAT(json, testing::HasSubstr("\\u202e\\u2066\\u200f\\u2028"));
}

TEST(RenderError, GivesUsageFailuresNoCode) {
  EXPECT_EQ(RenderError(UsageFailure("no command x"), kPlain), "error: no command x\n");
}

TEST(RenderError, PaintsOnlyWhereAsked) {
  EXPECT_EQ(RenderError(UsageFailure("x"), Style(true)), "\x1b[1;31merror:\x1b[0m x\n");
}

TEST(ErrorAsJson, IsAGoogleRpcStatusWithoutUnknownDetails) {
  const google::rpc::Status status = ParseStatus(R"(
    code: 5
    message: "gone"
    details { [type.googleapis.com/google.rpc.ErrorInfo] { reason: "RECORD_NOT_FOUND" } }
    details { type_url: "type.googleapis.com/acme.Detail" })");
  EXPECT_EQ(ErrorAsJson(status),
            "{\n"
            "  \"code\": 5,\n"
            "  \"message\": \"gone\",\n"
            "  \"details\": [\n"
            "    {\n"
            "      \"@type\": \"type.googleapis.com/google.rpc.ErrorInfo\",\n"
            "      \"reason\": \"RECORD_NOT_FOUND\"\n"
            "    }\n"
            "  ]\n"
            "}\n");
}

}  // namespace
}  // namespace odoogw
