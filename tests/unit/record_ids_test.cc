#include "codec/record_ids.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "contracts.h"

namespace gateway::codec {
namespace {

using test::MessageBytes;
using test::MethodNamed;
using test::RequestBytes;
using testing::ElementsAre;
using testing::IsEmpty;

std::vector<std::int64_t> Named(const char* method, const std::string& request) {
  return IdsInRequest(MethodNamed(method), RequestBytes(MethodNamed(method), request));
}

std::vector<std::int64_t> Made(const char* method, const std::string& response) {
  const auto& type = *test::DescriptorOf(MethodNamed(method)).output_type();
  return IdsInResponse(MethodNamed(method), MessageBytes(type.full_name(), response));
}

TEST(RecordIds, ThatARequestNames) {
  EXPECT_THAT(Named("UpdateSaleOrder", "id: 7 values { order_line { rows { id: 9 } } }"),
              ElementsAre(7));
  EXPECT_THAT(Named("CreateInvoices", "ids: 7 ids: 8 values { }"), ElementsAre(7, 8));
  EXPECT_THAT(Named("CreateSaleOrder", "values { partner_id { id: 3 } }"), IsEmpty());
}

TEST(RecordIds, OfManyTheLastOrTheFirst) {
  const auto& update = MethodNamed("UpdateSaleOrder");
  EXPECT_THAT(IdsInRequest(update, "\x08\x07\x08\x08\x08\x01"), ElementsAre(1));
  // Packed, where one is asked for: no such request is carried out.
  EXPECT_THAT(IdsInRequest(update, "\x0a\x03\x07\x08\x09"), IsEmpty());
  std::string many;
  for (int i = 0; i < 5000; ++i) many += "ids: 7 ";
  EXPECT_EQ(Named("CreateInvoices", many).size(), kMostIds);
}

TEST(RecordIds, ThatAResponseHas) {
  EXPECT_THAT(Made("CreateSaleOrder", "record { id: 7 order_line { id: 9 } } info { }"),
              ElementsAre(7));
  EXPECT_THAT(Made("CreateInvoices", "records { id: 7 } records { id: 8 }"), ElementsAre(7, 8));
  EXPECT_THAT(Made("BatchCreatePartners", "ids: 7 ids: 8"), ElementsAre(7, 8));
  EXPECT_THAT(Made("DeleteSaleOrder", "info { company_id: 1 }"), IsEmpty());
}

TEST(RecordIds, BrokenBytesGiveWhatCameBefore) {
  const auto& method = MethodNamed("UpdateSaleOrder");
  EXPECT_THAT(IdsInRequest(method, "\x08\x07\x12\xff"), ElementsAre(7));
  EXPECT_THAT(IdsInRequest(method, "\xff"), IsEmpty());
}

TEST(RecordIds, ChecksAlone) {
  const auto asked = [](const char* method, const std::string& request) {
    return IsValidateOnly(MethodNamed(method), RequestBytes(MethodNamed(method), request));
  };
  EXPECT_TRUE(asked("DeleteSaleOrder", "id: 7 validate_only: true"));
  EXPECT_FALSE(asked("DeleteSaleOrder", "id: 7"));
  EXPECT_FALSE(asked("ConfirmSaleOrder", "id: 7 options { lang: \"fr_FR\" }"));
}

}  // namespace
}  // namespace gateway::codec
