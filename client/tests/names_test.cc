#include "odoogw/names.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "odoogw/failure.h"

namespace odoogw {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::ThrowsMessage;

const std::vector<std::string> kServices = {"odoo.contacts.v1.PartnerService",
                                            "odoo.crm.v1.LeadService", "odoo.crm.v2.LeadService"};

TEST(ResolveName, TakesFullNamesAndWhatIsUniqueAfterADot) {
  EXPECT_EQ(ResolveName("service", "odoo.crm.v1.LeadService", kServices),
            "odoo.crm.v1.LeadService");
  EXPECT_EQ(ResolveName("service", "PartnerService", kServices), "odoo.contacts.v1.PartnerService");
  EXPECT_EQ(ResolveName("service", "v2.LeadService", kServices), "odoo.crm.v2.LeadService");
}

TEST(ResolveName, PrefersTheExactName) {
  EXPECT_EQ(ResolveName("service", "A.B", {"x.A.B", "A.B"}), "A.B");
}

TEST(ResolveName, ListsTheCandidatesOfAnAmbiguousName) {
  EXPECT_THAT([] { ResolveName("service", "LeadService", kServices); },
              ThrowsMessage<Failure>("LeadService is the name of several: odoo.crm.v1.LeadService, "
                                     "odoo.crm.v2.LeadService"));
}

TEST(ResolveName, SuggestsNearMisses) {
  EXPECT_THAT([] { ResolveName("service", "PartnrService", kServices); },
              ThrowsMessage<Failure>("no service PartnrService; did you mean "
                                     "odoo.contacts.v1.PartnerService?"));
  EXPECT_THAT([] { ResolveName("service", "Invoice", kServices); },
              ThrowsMessage<Failure>("no service Invoice"));
}

TEST(NearNames, PutsTheNearestFirstAndKeepsThree) {
  EXPECT_THAT(NearNames("partner", {"partners", "partner_id", "Partner", "parner", "note"}),
              ElementsAre("Partner", "parner", "partners"));
}

TEST(NearNames, ComparesAsManyPartsAsAreWanted) {
  EXPECT_THAT(NearNames("v1.Leed", {"odoo.crm.v1.Lead", "odoo.crm.v1.Note"}),
              ElementsAre("odoo.crm.v1.Lead"));
  EXPECT_THAT(NearNames("Leed", {"odoo.crm.v1.Lead"}), ElementsAre("odoo.crm.v1.Lead"));
  EXPECT_THAT(NearNames("x.y.Leed", {"Lead"}), IsEmpty());
}

TEST(NearNames, AllowsOneEditInShortNames) {
  EXPECT_THAT(NearNames("ix", {"id", "ab"}), ElementsAre("id"));
}

TEST(DidYouMean, JoinsSuggestions) {
  EXPECT_EQ(DidYouMean("nam", {"name", "names"}), "; did you mean name or names?");
  EXPECT_EQ(DidYouMean("zzz", {"name"}), "");
}

}  // namespace
}  // namespace odoogw
