#include "odoo/fault.h"

#include <gtest/gtest.h>

namespace gateway::odoo {
namespace {

TEST(Classify, ReadsTheClass) {
  Fault fault;
  fault.exception = "odoo.exceptions.UserError";
  EXPECT_EQ(Classify(fault, {}).reason, base::Reason::kBusinessRule);
}

}  // namespace
}  // namespace gateway::odoo
