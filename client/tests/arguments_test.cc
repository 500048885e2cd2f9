#include "odoogw/arguments.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "odoogw/failure.h"

namespace odoogw {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
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

class File {
 public:
  explicit File(const std::string& text) { std::ofstream(path_) << text; }
  ~File() { std::filesystem::remove(path_); }
  std::string flag(const std::string& name) const { return "--" + name + "=" + path_; }

 private:
  const std::string path_ =
      std::filesystem::temp_directory_path() / ("arguments_test." + std::to_string(getpid()));
};

TEST(ParseArguments, SendsTheToken) {
  const auto is_sent = ElementsAre(Pair("authorization", "Bearer ogw_x"));
  const File file("ogw_x\n");
  EXPECT_THAT(ParseArguments({file.flag("token-file")}).metadata, is_sent);
  setenv("ODOO_GATEWAY_TOKEN", "ogw_x", 1);
  EXPECT_THAT(ParseArguments({}).metadata, is_sent);
  EXPECT_THAT(ParseArguments({"--address=localhost:1"}).metadata, is_sent);
  EXPECT_THAT(ParseArguments({"--address=far:1", "--tls"}).metadata, is_sent);
  EXPECT_THAT(ParseArguments({"--address=far:1", "--insecure"}).metadata, is_sent);
  for (const char* address : {"far:1", "10.0.0.1:1", "127.0.0.1.far:1", "localhost.far:1"}) {
    EXPECT_THROW(ParseArguments({std::string("--address=") + address}), Failure) << address;
  }
  unsetenv("ODOO_GATEWAY_TOKEN");
  EXPECT_THAT(ParseArguments({"--address=far:1"}).metadata, IsEmpty());
}

TEST(ParseArguments, ReadsTheFilesOfTls) {
  EXPECT_FALSE(ParseArguments({}).tls.on);
  EXPECT_TRUE(ParseArguments({"--tls"}).tls.on);
  const File file("pem");
  const Tls tls =
      ParseArguments({file.flag("ca-file"), file.flag("cert-file"), file.flag("key-file")}).tls;
  EXPECT_TRUE(tls.on);
  EXPECT_EQ(tls.ca + tls.certificate + tls.key, "pempempem");
  EXPECT_THROW(ParseArguments({file.flag("cert-file")}), Failure);
  EXPECT_THROW(ParseArguments({"--ca-file=/nowhere"}), Failure);
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
