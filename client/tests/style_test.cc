#include "odoogw/style.h"

#include <gtest/gtest.h>

#include <cstdlib>

namespace odoogw {
namespace {

class UseColorTest : public testing::Test {
 protected:
  void SetUp() override {
    setenv("TERM", "xterm", 1);
    unsetenv("NO_COLOR");
  }
};

TEST_F(UseColorTest, FollowsTheTerminalByItself) {
  EXPECT_TRUE(UseColor(ColorMode::kAuto, true));
  EXPECT_FALSE(UseColor(ColorMode::kAuto, false));
}

TEST_F(UseColorTest, HonoursTheEnvironment) {
  setenv("NO_COLOR", "1", 1);
  EXPECT_FALSE(UseColor(ColorMode::kAuto, true));
  unsetenv("NO_COLOR");
  setenv("TERM", "dumb", 1);
  EXPECT_FALSE(UseColor(ColorMode::kAuto, true));
}

TEST_F(UseColorTest, PrefersWhatWasAsked) {
  setenv("NO_COLOR", "1", 1);
  EXPECT_TRUE(UseColor(ColorMode::kAlways, false));
  EXPECT_FALSE(UseColor(ColorMode::kNever, true));
}

TEST(Style, LeavesTextAloneWithoutColors) {
  EXPECT_EQ(Style(false).Paint(Tone::kName, "x"), "x");
  EXPECT_EQ(Style(true).Paint(Tone::kName, "x"), "\x1b[36mx\x1b[0m");
  EXPECT_EQ(Style(true).Paint(Tone::kName, ""), "");
}

}  // namespace
}  // namespace odoogw
