#include "odoogw/error_report.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "google/rpc/code.pb.h"
#include "google/rpc/error_details.pb.h"
#include "odoo/error/v1/error.pb.h"

namespace odoogw {
namespace {

const Style kPlain(false);

google::rpc::Status StatusOf(google::rpc::Code code, const std::string& message) {
  google::rpc::Status status;
  status.set_code(code);
  status.set_message(message);
  return status;
}

std::string Render(const google::rpc::Status& status) {
  return RenderError(Failure(ExitCodeFor(status), status), kPlain);
}

TEST(RenderError, ShowsEveryDetailInAFixedOrder) {
  google::rpc::Status status = StatusOf(google::rpc::INVALID_ARGUMENT, "2 fields are wrong");
  google::rpc::RequestInfo request;
  request.set_request_id("4f1c");
  status.add_details()->PackFrom(request);
  google::rpc::RetryInfo retry;
  retry.mutable_retry_delay()->set_seconds(2);
  status.add_details()->PackFrom(retry);
  google::rpc::LocalizedMessage localized;
  localized.set_locale("fr_FR");
  localized.set_message("Nom manquant\nligne 2");
  status.add_details()->PackFrom(localized);
  google::rpc::ResourceInfo resource;
  resource.set_resource_type("sale.order");
  resource.set_resource_name("42");
  resource.set_description("deleted");
  status.add_details()->PackFrom(resource);
  google::rpc::PreconditionFailure precondition;
  auto& state = *precondition.add_violations();
  state.set_type("STATE");
  state.set_subject("sale.order/42");
  state.set_description("it is locked");
  status.add_details()->PackFrom(precondition);
  google::rpc::QuotaFailure quota;
  quota.add_violations()->set_description("100 calls wait");
  status.add_details()->PackFrom(quota);
  google::rpc::BadRequest bad_request;
  bad_request.add_field_violations()->set_field("values.name");
  status.add_details()->PackFrom(bad_request);
  odoo::error::v1::Violations violations;
  auto& violation = *violations.add_violations();
  violation.set_path("values.name");
  violation.set_reason(odoo::error::v1::REASON_REQUIRED_FIELD_MISSING);
  violation.set_message("set it");
  status.add_details()->PackFrom(violations);
  google::rpc::ErrorInfo info;
  info.set_reason("REQUIRED_FIELD_MISSING");
  info.set_domain("odoo-gateway");
  (*info.mutable_metadata())["operation"] = "create";
  (*info.mutable_metadata())["model"] = "sale.order";
  status.add_details()->PackFrom(info);
  google::rpc::Help help;
  help.add_links()->set_url("https://example.com");
  status.add_details()->PackFrom(help);
  google::rpc::DebugInfo debug;
  debug.set_detail("traceback");
  debug.add_stack_entries("line 1");
  status.add_details()->PackFrom(debug);

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
  google::rpc::Status status = StatusOf(google::rpc::INVALID_ARGUMENT, "wrong");
  google::rpc::BadRequest bad_request;
  auto& violation = *bad_request.add_field_violations();
  violation.set_field("values.name");
  violation.set_description("too long");
  status.add_details()->PackFrom(bad_request);
  EXPECT_THAT(Render(status), testing::HasSubstr("  field         values.name\n"
                                                 "                too long\n"));
}

TEST(RenderError, NamesDetailsThatItDoesNotKnow) {
  google::rpc::Status status = StatusOf(google::rpc::INTERNAL, "");
  status.add_details()->set_type_url("type.googleapis.com/acme.Detail");
  EXPECT_EQ(Render(status),
            "error: INTERNAL\n  code          INTERNAL\n  detail        acme.Detail\n");
}

TEST(RenderError, GivesUsageFailuresNoCode) {
  EXPECT_EQ(RenderError(UsageFailure("no command x"), kPlain), "error: no command x\n");
}

TEST(RenderError, PaintsOnlyWhereAsked) {
  EXPECT_EQ(RenderError(UsageFailure("x"), Style(true)), "\x1b[1;31merror:\x1b[0m x\n");
}

TEST(ErrorAsJson, IsAGoogleRpcStatusWithoutUnknownDetails) {
  google::rpc::Status status = StatusOf(google::rpc::NOT_FOUND, "gone");
  google::rpc::ErrorInfo info;
  info.set_reason("RECORD_NOT_FOUND");
  status.add_details()->PackFrom(info);
  status.add_details()->set_type_url("type.googleapis.com/acme.Detail");
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
