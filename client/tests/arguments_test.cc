#include "odoogw/arguments.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>

#include "odoogw/failure.h"

namespace odoogw {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::Pair;
using testing::ThrowsMessage;

TEST(ParseArguments, TakesFlagsBeforeAndAfterTheCommand) {
  const Arguments arguments =
      ParseArguments({"--address", "host:1", "call", "A.B", "--timeout=1500ms", "{}", "--compact"});
  EXPECT_EQ(arguments.address, "host:1");
  EXPECT_EQ(arguments.timeout, absl::Milliseconds(1500));
  EXPECT_EQ(arguments.layout, JsonLayout::kCompact);
  EXPECT_THAT(arguments.words, ElementsAre("call", "A.B", "{}"));
}

TEST(ParseArguments, HasDefaults) {
  unsetenv("ODOOGW_ADDRESS");
  const Arguments arguments = ParseArguments({});
  EXPECT_EQ(arguments.address, "127.0.0.1:50051");
  EXPECT_EQ(arguments.timeout, absl::Seconds(30));
  EXPECT_EQ(arguments.layout, JsonLayout::kPretty);
  EXPECT_FALSE(arguments.json_errors);
}

TEST(ParseArguments, PrefersTheFlagToTheEnvironment) {
  setenv("ODOOGW_ADDRESS", "from-env:1", 1);
  EXPECT_EQ(ParseArguments({}).address, "from-env:1");
  EXPECT_EQ(ParseArguments({"--address=flag:2"}).address, "flag:2");
  unsetenv("ODOOGW_ADDRESS");
}

TEST(ParseArguments, CollectsMetadata) {
  EXPECT_THAT(ParseArguments({"--metadata", "X-Caller=shop", "--metadata=a=b=c"}).metadata,
              ElementsAre(Pair("x-caller", "shop"), Pair("a", "b=c")));
}

TEST(ParseArguments, TakesADashAndWhatFollowsTwoDashesAsWords) {
  EXPECT_THAT(ParseArguments({"call", "-", "--", "--compact"}).words,
              ElementsAre("call", "-", "--compact"));
}

struct Wrong {
  std::vector<std::string> command_line;
  const char* message;
};

class WrongArguments : public testing::TestWithParam<Wrong> {};

TEST_P(WrongArguments, AreAUsageFailure) {
  try {
    ParseArguments(GetParam().command_line);
    FAIL() << "accepted";
  } catch (const Failure& failure) {
    EXPECT_EQ(failure.exit_code(), ExitCode::kUsage);
    EXPECT_STREQ(failure.what(), GetParam().message);
  }
}

INSTANTIATE_TEST_SUITE_P(
    All, WrongArguments,
    testing::Values(
        Wrong{{"--adress", "x"}, "no flag --adress; did you mean --address?"},
        Wrong{{"--zzz"}, "no flag --zzz"}, Wrong{{"--timeout"}, "--timeout needs DURATION"},
        Wrong{{"--timeout", "soon"}, "--timeout soon is no duration such as 30s or 500ms"},
        Wrong{{"--timeout=-1s"}, "--timeout -1s is no duration such as 30s or 500ms"},
        Wrong{{"--compact=yes"}, "--compact takes no value"},
        Wrong{{"--color", "blue"}, "--color blue is none of auto, always, never"},
        Wrong{{"--metadata", "key"}, "--metadata key is no key=value that HTTP/2 allows"},
        Wrong{{"--metadata", "a b=c"}, "--metadata a b=c is no key=value that HTTP/2 allows"},
        Wrong{{"--metadata", "a=\n"}, "--metadata a=\n is no key=value that HTTP/2 allows"}));

TEST(FlagHelp, NamesEveryFlag) {
  EXPECT_THAT(FlagHelp(), HasSubstr("  --timeout DURATION      for everything together"));
}

}  // namespace
}  // namespace odoogw
