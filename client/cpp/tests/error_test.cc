#include "odoo_gateway/error.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "google/rpc/error_details.pb.h"
#include "google/rpc/status.pb.h"

namespace odoo_gateway {
namespace {

namespace v1 = odoo::error::v1;
using grpc::StatusCode;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::Pair;
using testing::UnorderedElementsAre;

grpc::Status StatusOf(const google::rpc::Status& status) {
  return {static_cast<StatusCode>(status.code()), status.message(), status.SerializeAsString()};
}

google::rpc::ErrorInfo Info(const std::string& reason, const std::string& domain = "odoo-gateway") {
  google::rpc::ErrorInfo info;
  info.set_reason(reason);
  info.set_domain(domain);
  return info;
}

google::rpc::Status Everything() {
  google::rpc::Status status;
  status.set_code(static_cast<int>(StatusCode::INVALID_ARGUMENT));
  status.set_message("values.name: Required to create res.partner; set it.");
  google::rpc::ErrorInfo info = Info("REQUIRED_FIELD_MISSING");
  (*info.mutable_metadata())["model"] = "res.partner";
  (*info.mutable_metadata())["operation"] = "create";
  status.add_details()->PackFrom(info);
  v1::Violations violations;
  v1::Violation& violation = *violations.add_violations();
  violation.set_path("values.name");
  violation.set_reason(v1::REASON_REQUIRED_FIELD_MISSING);
  violation.set_message("Required.");
  status.add_details()->PackFrom(violations);
  google::rpc::RetryInfo retry;
  retry.mutable_retry_delay()->set_seconds(1);
  retry.mutable_retry_delay()->set_nanos(500'000'000);
  status.add_details()->PackFrom(retry);
  google::rpc::LocalizedMessage localized;
  localized.set_locale("fr-FR");
  localized.set_message("Non");
  status.add_details()->PackFrom(localized);
  google::rpc::ResourceInfo resource;
  resource.set_resource_type("res.partner");
  resource.set_resource_name("res.partner,42");
  status.add_details()->PackFrom(resource);
  google::rpc::RequestInfo request;
  request.set_request_id("abc");
  status.add_details()->PackFrom(request);
  return status;
}

TEST(OdooError, HasEveryDetail) {
  const auto error = OdooError::From(StatusOf(Everything()));
  ASSERT_TRUE(error.has_value());
  EXPECT_EQ(error->code, StatusCode::INVALID_ARGUMENT);
  EXPECT_EQ(error->message, "values.name: Required to create res.partner; set it.");
  EXPECT_EQ(error->reason, v1::REASON_REQUIRED_FIELD_MISSING);
  EXPECT_EQ(error->reason_name, "REQUIRED_FIELD_MISSING");
  EXPECT_THAT(error->metadata,
              UnorderedElementsAre(Pair("model", "res.partner"), Pair("operation", "create")));
  ASSERT_EQ(error->violations.size(), 1U);
  EXPECT_EQ(error->violations.front().path(), "values.name");
  EXPECT_EQ(error->violations.front().reason(), v1::REASON_REQUIRED_FIELD_MISSING);
  EXPECT_EQ(error->retry_delay, std::chrono::milliseconds(1500));
  EXPECT_EQ(error->odoo_message, "Non");
  EXPECT_EQ(error->odoo_locale, "fr-FR");
  EXPECT_EQ(error->resource_type, "res.partner");
  EXPECT_EQ(error->resource_name, "res.partner,42");
  EXPECT_EQ(error->request_id, "abc");
}

TEST(OdooError, IsNothingWithoutAnError) {
  EXPECT_FALSE(OdooError::From(grpc::Status::OK).has_value());
}

TEST(OdooError, OfSomebodyElseHasNoReason) {
  google::rpc::Status status;
  status.set_code(static_cast<int>(StatusCode::UNAVAILABLE));
  status.add_details()->PackFrom(Info("REQUIRED_FIELD_MISSING", "example.com"));
  const auto error = OdooError::From(StatusOf(status));
  EXPECT_EQ(error->reason, v1::REASON_UNSPECIFIED);
  EXPECT_THAT(error->reason_name, IsEmpty());
}

TEST(OdooError, OfANewerGatewayKeepsItsReasonAsText) {
  google::rpc::Status status;
  status.set_code(static_cast<int>(StatusCode::INTERNAL));
  status.add_details()->PackFrom(Info("SOMETHING_NEW"));
  const auto error = OdooError::From(StatusOf(status));
  EXPECT_EQ(error->reason, v1::REASON_UNSPECIFIED);
  EXPECT_EQ(error->reason_name, "SOMETHING_NEW");
}

TEST(OdooError, DelaysOutOfRangeAreCut) {
  google::rpc::Status status;
  status.set_code(static_cast<int>(StatusCode::UNAVAILABLE));
  google::rpc::RetryInfo retry;
  retry.mutable_retry_delay()->set_seconds(std::numeric_limits<std::int64_t>::max());
  status.add_details()->PackFrom(retry);
  EXPECT_EQ(OdooError::From(StatusOf(status))->retry_delay, std::chrono::hours(24));
}

TEST(OdooError, CutAnywhereIsStillAnError) {
  const std::string bytes = Everything().SerializeAsString();
  for (std::size_t size = 0; size < bytes.size(); ++size) {
    const auto error = OdooError::From({StatusCode::INTERNAL, "x", bytes.substr(0, size)});
    ASSERT_TRUE(error.has_value());
    EXPECT_EQ(error->message, "x");
  }
}

struct WrittenCase {
  StatusCode code;
  // Empty: not from the gateway.
  std::string reason;
  bool maybe;
};

TEST(OdooError, SaysWhetherAWriteMayHaveHappened) {
  const WrittenCase cases[] = {
      {StatusCode::UNKNOWN, "OUTCOME_UNKNOWN", true},
      {StatusCode::DEADLINE_EXCEEDED, "OUTCOME_UNKNOWN", true},
      {StatusCode::DEADLINE_EXCEEDED, "TIMEOUT", false},
      {StatusCode::FAILED_PRECONDITION, "ACTION_NOT_DONE", true},
      {StatusCode::FAILED_PRECONDITION, "BUSINESS_RULE", false},
      {StatusCode::UNAVAILABLE, "UPSTREAM_UNAVAILABLE", false},
      {StatusCode::INVALID_ARGUMENT, "INVALID_REFERENCE", false},
      {StatusCode::INTERNAL, "SOMETHING_NEW", true},
      {StatusCode::UNAVAILABLE, "", true},
      {StatusCode::DEADLINE_EXCEEDED, "", true},
      {StatusCode::UNAUTHENTICATED, "", false},
      {StatusCode::UNIMPLEMENTED, "", false},
  };
  for (const WrittenCase& test : cases) {
    google::rpc::Status status;
    status.set_code(static_cast<int>(test.code));
    if (!test.reason.empty()) status.add_details()->PackFrom(Info(test.reason));
    EXPECT_EQ(OdooError::From(StatusOf(status))->maybe_written(), test.maybe)
        << static_cast<int>(test.code) << " " << test.reason;
  }
}

}  // namespace
}  // namespace odoo_gateway
