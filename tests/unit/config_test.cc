#include "config/config.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <fstream>
#include <map>
#include <ostream>
#include <string>
#include <type_traits>
#include <vector>

#include "config/parse.h"
#include "config/settings.h"

namespace gateway::config {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;
using namespace std::chrono_literals;

using Environment = std::map<std::string, std::string>;

base::Result<Config> LoadWith(std::vector<const char*> flags, const Environment& environment = {}) {
  flags.insert(flags.begin(), "odoo-gateway");
  auto loaded = Load(static_cast<int>(flags.size()), flags.data(), [&](const char* name) {
    const auto found = environment.find(name);
    return found == environment.end() ? nullptr : found->second.c_str();
  });
  if (!loaded) return std::move(loaded.failure());
  return std::move(loaded->config);
}

const Environment kComplete = {{"ODOO_URL", "http://odoo:8069"},
                               {"ODOO_DATABASE", "erp"},
                               {"ODOO_USERNAME", "gateway"},
                               {"ODOO_API_KEY", "k3y"}};

Environment CompleteAnd(const Environment& more) {
  Environment all = more;
  all.insert(kComplete.begin(), kComplete.end());
  return all;
}

std::string MessageOf(const base::Result<Config>& result) {
  return result ? "no failure" : result.failure().message;
}

std::string WriteFile(const std::string& name, const std::string& text) {
  std::string path = testing::TempDir() + name;
  std::ofstream(path) << text;
  return path;
}

TEST(Load, Defaults) {
  const auto config = LoadWith({}, kComplete);
  ASSERT_TRUE(config) << MessageOf(config);
  EXPECT_EQ(config->command, Command::kServe);
  EXPECT_EQ(config->listen, "127.0.0.1:50051");
  EXPECT_EQ(config->metrics_listen, "127.0.0.1:9464");
  EXPECT_EQ(config->instances.front().url, "http://odoo:8069");
  EXPECT_EQ(config->instances.front().database, "erp");
  EXPECT_EQ(config->instances.front().username, "gateway");
  EXPECT_EQ(config->instances.front().api_key.Reveal(), "k3y");
  EXPECT_TRUE(config->instances.front().password.empty());
  EXPECT_EQ(config->instances.front().protocol, Protocol::kAuto);
  EXPECT_EQ(config->instances.front().ca_file, "");
  EXPECT_EQ(config->instances.front().max_in_flight, 8U);
  EXPECT_EQ(config->instances.front().max_waiting, 256U);
  EXPECT_EQ(config->default_timeout, 60s);
  EXPECT_EQ(config->max_request_bytes, 16U << 20);
  EXPECT_EQ(config->max_answer_bytes, 64U << 20);
  EXPECT_THAT(config->contracts, ElementsAre());
  EXPECT_EQ(config->log_level, LogLevel::kInfo);
  EXPECT_FALSE(config->error_debug);
}

TEST(Load, FlagBeatsEnvironmentBeatsDefault) {
  const auto environment = CompleteAnd({{"ODOO_GATEWAY_MAX_IN_FLIGHT", "4"},
                                        {"ODOO_GATEWAY_MAX_WAITING", "5"},
                                        {"ODOO_GATEWAY_ERROR_DEBUG", "1"}});
  const auto config = LoadWith({"--max-in-flight", "3", "--error-debug=false"}, environment);
  ASSERT_TRUE(config) << MessageOf(config);
  EXPECT_EQ(config->instances.front().max_in_flight, 3U);
  EXPECT_EQ(config->instances.front().max_waiting, 5U);
  EXPECT_FALSE(config->error_debug);
}

TEST(Load, BothWaysToWriteAFlag) {
  const auto config = LoadWith({"--listen=[::1]:0", "--log-level", "debug", "--error-debug",
                                "--default-timeout", "500ms", "--max-answer-bytes=1GiB"},
                               kComplete);
  ASSERT_TRUE(config) << MessageOf(config);
  EXPECT_EQ(config->listen, "[::1]:0");
  EXPECT_EQ(config->log_level, LogLevel::kDebug);
  EXPECT_TRUE(config->error_debug);
  EXPECT_EQ(config->default_timeout, 500ms);
  EXPECT_EQ(config->max_answer_bytes, 1U << 30);
}

TEST(Load, ContractsFromFlagsOrEnvironment) {
  const auto environment = CompleteAnd({{"ODOO_GATEWAY_CONTRACTS", "/a.binpb::/b.binpb:"}});
  EXPECT_THAT(LoadWith({}, environment)->contracts, ElementsAre("/a.binpb", "/b.binpb"));
  EXPECT_THAT(LoadWith({"--contracts", "x", "--contracts=y"}, environment)->contracts,
              ElementsAre("x", "y"));
}

TEST(Load, EmptyVariableIsAbsentUnlessItMeansOff) {
  const auto config = LoadWith({}, CompleteAnd({{"ODOO_PASSWORD", ""},
                                                {"ODOO_GATEWAY_LISTEN", ""},
                                                {"ODOO_GATEWAY_METRICS_LISTEN", ""}}));
  ASSERT_TRUE(config) << MessageOf(config);
  EXPECT_EQ(config->listen, "127.0.0.1:50051");
  EXPECT_EQ(config->metrics_listen, "");
}

TEST(Load, SecretsFromFiles) {
  const std::string path = WriteFile("api-key", "k3y\r\n\n");
  Environment environment = kComplete;
  environment.erase("ODOO_API_KEY");
  const auto config = LoadWith({"--odoo-api-key-file", path.c_str()}, environment);
  ASSERT_TRUE(config) << MessageOf(config);
  EXPECT_EQ(config->instances.front().api_key.Reveal(), "k3y");
}

TEST(Load, Json2NeedsNoLoginButAKey) {
  Environment environment = CompleteAnd({{"ODOO_PROTOCOL", "json2"}});
  environment.erase("ODOO_USERNAME");
  EXPECT_TRUE(LoadWith({}, environment));
  environment.erase("ODOO_API_KEY");
  environment["ODOO_PASSWORD"] = "p";
  EXPECT_THAT(MessageOf(LoadWith({}, environment)), HasSubstr("\n  ODOO_API_KEY: is missing"));
}

TEST(Load, HelpAndVersionAlwaysWork) {
  EXPECT_EQ(LoadWith({"--bogus", "--help", "--version"})->command, Command::kHelp);
  EXPECT_EQ(LoadWith({"--version"})->command, Command::kVersion);
  EXPECT_EQ(LoadWith({"--config", "/does/not/exist", "--help"})->command, Command::kHelp);
  EXPECT_EQ(LoadWith({"config", "reference", "--listen"})->command, Command::kReference);
  EXPECT_EQ(LoadWith({"--dump-catalog"})->command, Command::kDumpCatalog);
  EXPECT_THAT(MessageOf(LoadWith({"--dump-catalog", "--bogus"})), HasSubstr("--bogus"));
}

TEST(Load, NothingGiven) {
  EXPECT_EQ(MessageOf(LoadWith({})),
            R"(The configuration has 4 problems:
  ODOO_URL: is missing; set it or --odoo-url to Odoo's address, or name a file with settings by --config
  ODOO_DATABASE: is missing; set it or --odoo-database
  ODOO_USERNAME: is missing; set it or --odoo-username to the login of the integration user
  ODOO_API_KEY: is missing; set it or --odoo-api-key-file (ODOO_PASSWORD does, too, except for json2))");
}

TEST(Load, Subcommand) {
  const auto serve = LoadWith({}, kComplete);
  EXPECT_EQ(serve->command, Command::kServe);
  const auto check = LoadWith({"check", "--listen", "0.0.0.0:1", "--json"}, kComplete);
  ASSERT_TRUE(check) << MessageOf(check);
  EXPECT_EQ(check->command, Command::kCheck);
  EXPECT_EQ(check->listen, "0.0.0.0:1");
  EXPECT_TRUE(check->json);
  EXPECT_EQ(LoadWith({"check", "--help"})->command, Command::kHelp);
}

TEST(Load, SubcommandNeedsTheSettingsOfServing) {
  EXPECT_THAT(MessageOf(LoadWith({"check"})), HasSubstr("ODOO_URL: is missing"));
}

TEST(Load, SubcommandComesFirst) {
  EXPECT_THAT(MessageOf(LoadWith({"--json=false", "check"}, kComplete)),
              HasSubstr("arguments: number 2 is no flag"));
  EXPECT_THAT(MessageOf(LoadWith({"check", "twice"}, kComplete)),
              HasSubstr("arguments: number 2 is no flag"));
}

TEST(Load, JsonIsForCheckAlone) {
  EXPECT_THAT(MessageOf(LoadWith({"--json"}, kComplete)), HasSubstr("--json: is for the command"));
}

TEST(Load, ExplainNeedsNoOdoo) {
  const auto explain = LoadWith({"explain", "--transport", "xmlrpc", "--http-status=0", "--jsonl"});
  ASSERT_TRUE(explain) << MessageOf(explain);
  EXPECT_EQ(explain->command, Command::kExplain);
  EXPECT_EQ(explain->transport, Transport::kXmlRpc);
  EXPECT_EQ(explain->http_status, 0U);
  EXPECT_TRUE(explain->jsonl);
  EXPECT_THAT(MessageOf(LoadWith({"explain", "--transport", "soap"})),
              HasSubstr("--transport: 'soap' is none of jsonrpc, json2, xmlrpc, web"));
  EXPECT_THAT(MessageOf(LoadWith({"explain", "--json"})),
              HasSubstr("--json: is for the command check alone: odoo-gateway check --json"));
  EXPECT_THAT(MessageOf(LoadWith({"--http-status", "500"}, kComplete)),
              HasSubstr("--http-status: is for the command explain alone"));
}

TEST(Load, AllProblemsAtOnce) {
  const auto result = LoadWith(
      {"--lisen", "0.0.0.0:1", "--max-in-fligth=9", "serve", "--xyzzy", "--log-level", "loud",
       "--odoo-password=hunter2", "--listen", ":50051", "--listen=x:1", "--max-waiting",
       "--error-debug=maybe", "--odoo-username=x", "--odoo-password-file", "/does/not/exist"},
      {{"ODOO_URL", "https://u:hunter2@odoo"},
       {"ODOO_DATABASE", "erp"},
       {"ODOO_PROTOCOL", "soap"},
       {"ODOO_CA_FILE", "/does/not/exist"},
       {"ODOO_PASSWORD", "hunter2"},
       {"ODOO_GATEWAY_DEFAULT_TIMEOUT", "60"},
       {"ODOO_GATEWAY_MAX_REQUEST_BYTES", "4GiB"},
       {"ODOO_GATEWAY_MAX_IN_FLIGHT", "0"}});
  EXPECT_EQ(MessageOf(result),
            R"(The configuration has 18 problems:
  --lisen: unknown flag; did you mean --listen?
  --max-in-fligth: unknown flag; did you mean --max-in-flight?
  arguments: number 4 is no flag; flags start with --, and a command comes before them
  --xyzzy: unknown flag; --help lists all
  --odoo-password: a secret on the command line is visible to everybody on the machine; set ODOO_PASSWORD, or name a file by --odoo-password-file
  --listen: is given twice
  --max-waiting: needs a value
  --listen: ':50051' has no host; write 0.0.0.0:50051 to listen on every interface
  ODOO_GATEWAY_DEFAULT_TIMEOUT: '60' is no duration like 500ms, 30s, 2m or 1h
  ODOO_GATEWAY_MAX_REQUEST_BYTES: '4GiB' is not between 1KiB and 1GiB
  --log-level: 'loud' is none of debug, info, warn, error
  --error-debug: 'maybe' is none of true, false, 1, 0
  ODOO_URL: must not hold a user or password; they have settings of their own
  --odoo-password-file: the file '/does/not/exist' cannot be read
  ODOO_PROTOCOL: 'soap' is none of auto, jsonrpc, json2, xmlrpc
  ODOO_CA_FILE: the file '/does/not/exist' cannot be read
  ODOO_GATEWAY_MAX_IN_FLIGHT: '0' is no number between 1 and 1000
  ODOO_PASSWORD: is given beside --odoo-password-file; keep one)");
  ASSERT_FALSE(result);
  const base::Violation& first = result.failure().violations.front();
  EXPECT_EQ(first.path, "--lisen");
  EXPECT_EQ(first.reason, base::Reason::kUnknownField);
}

TEST(Load, ProblemsNeverRepeatASecret) {
  const std::string message = MessageOf(
      LoadWith({"--odoo-pasword", "hunter2", "--odoo-api-keys=hunter2", "--odoo-api-key", "hunter2",
                "hunter2", "--password=hunter2", "--odoo-url", "hunter2"},
               {{"ODOO_PASSWORD", "hunter2\nX-Injected: 1"}, {"ODOO_URL", "http://hunter2@odoo"}}));
  EXPECT_THAT(message, Not(HasSubstr("hunter2")));
  EXPECT_THAT(message, HasSubstr("ODOO_PASSWORD: holds a line break"));
  EXPECT_THAT(message, HasSubstr("--odoo-pasword: unknown flag, and a secret on the command line"));
}

TEST(Load, SameAddressTwice) {
  EXPECT_THAT(MessageOf(LoadWith({"--metrics-listen=127.0.0.1:50051"}, kComplete)),
              HasSubstr("--metrics-listen: must differ from --listen"));
  EXPECT_THAT(MessageOf(LoadWith({}, CompleteAnd({{"ODOO_GATEWAY_LISTEN", "127.0.0.1:9464"}}))),
              HasSubstr("ODOO_GATEWAY_LISTEN: must differ from --metrics-listen"));
}

TEST(Load, HealthOnAnAddressOfItsOwn) {
  EXPECT_THAT(MessageOf(LoadWith({"--health-listen=127.0.0.1:9464"}, kComplete)),
              HasSubstr("--health-listen: must differ from --metrics-listen"));
  const auto anywhere =
      LoadWith({"--health-listen=127.0.0.1:0", "--listen=127.0.0.1:0"}, kComplete);
  EXPECT_TRUE(anywhere) << MessageOf(anywhere);
}

TEST(Load, RoomForOneRequestAtLeast) {
  EXPECT_THAT(MessageOf(LoadWith({"--max-pending-bytes=1MiB"}, kComplete)),
              HasSubstr("--max-pending-bytes: lets no request of max_request_bytes in"));
  EXPECT_THAT(MessageOf(LoadWith({"--max-pending-bytes=1023KiB"}, kComplete)),
              HasSubstr("--max-pending-bytes: '1023KiB' is not between 1MiB and 64GiB"));
  EXPECT_THAT(MessageOf(LoadWith({"--max-request-bytes=1GiB"}, kComplete)),
              HasSubstr("--max-request-bytes: lets no request of max_request_bytes in"));
}

TEST(Load, NoArgumentsAtAll) {
  EXPECT_FALSE(Load(0, nullptr, [](const char*) { return nullptr; }));
}

TEST(Load, FileThatCannotBeUsed) {
  EXPECT_THAT(MessageOf(LoadWith({"--config", "/does/not/exist"})),
              HasSubstr("has 1 problem:\n  /does/not/exist: cannot be read"));
  EXPECT_THAT(MessageOf(LoadWith({}, {{"ODOO_GATEWAY_CONFIG", testing::TempDir()}})),
              HasSubstr("cannot be read"));
  const std::string large = WriteFile("large.yaml", std::string((1 << 20) + 1, '#'));
  EXPECT_THAT(MessageOf(LoadWith({"--config", large.c_str()})), HasSubstr("larger than 1 MiB"));
}

TEST(Load, FileNamedByFlagBeatsTheOneNamedByVariable) {
  const std::string file = WriteFile("one.yaml", "log_level: warn\n");
  const auto config = LoadWith({"--config", file.c_str()},
                               CompleteAnd({{"ODOO_GATEWAY_CONFIG", "/does/not/exist"}}));
  ASSERT_TRUE(config) << MessageOf(config);
  EXPECT_EQ(config->log_level, LogLevel::kWarn);
}

TEST(Load, CallersAreTyped) {
  const std::string hash = "00ff" + std::string(60, '0');
  const std::string pem = WriteFile("ca.pem", "placeholder");
  const std::string file =
      WriteFile("callers.yaml", "tls: {certificate_file: " + pem + ", key_file: " + pem +
                                    ", client_ca_file: " + pem + R"(}
callers:
  shop:
    tokens: ["sha256:)" + hash + R"("]
    certificates: ["uri:spiffe://prod/shop", "cn:shop"]
    instances: [default]
    allow:
      - models: [sale.order]
      - operations: [get]
    companies: [3]
    rate: 100/m
)");
  const auto config = LoadWith({"--config", file.c_str()}, kComplete);
  ASSERT_TRUE(config) << MessageOf(config);
  ASSERT_EQ(config->callers.size(), 1U);
  const Caller& shop = config->callers.front();
  EXPECT_EQ(shop.name, "shop");
  ASSERT_EQ(shop.tokens.size(), 1U);
  EXPECT_EQ(shop.tokens.front()[1], 0xFF);
  EXPECT_THAT(shop.certificates,
              ElementsAre(CertificateName{CertificateName::Kind::kUri, "spiffe://prod/shop"},
                          CertificateName{CertificateName::Kind::kCommonName, "shop"}));
  EXPECT_THAT(shop.instances, ElementsAre("default"));
  ASSERT_EQ(shop.allow.size(), 2U);
  EXPECT_THAT(shop.allow[0].models, ElementsAre("sale.order"));
  EXPECT_THAT(shop.allow[1].operations, ElementsAre("get"));
  EXPECT_THAT(shop.companies, ElementsAre(3));
  ASSERT_TRUE(shop.rate.has_value());
  EXPECT_EQ(shop.rate->calls, 100U);
  EXPECT_EQ(shop.rate->period, 60s);
}

TEST(Url, AcceptsAddressesWithAPrefix) {
  EXPECT_EQ(*ParseUrl("http://odoo"), "http://odoo");
  EXPECT_EQ(*ParseUrl("https://erp.example.com:8443/"), "https://erp.example.com:8443");
  EXPECT_EQ(*ParseUrl("https://erp.example.com/one/two/"), "https://erp.example.com/one/two");
  EXPECT_EQ(*ParseUrl("http://[::1]:8069"), "http://[::1]:8069");
}

TEST(Url, RefusesTheRest) {
  for (const char* text :
       {"", "odoo", "ftp://odoo", "http://", "http:///x", "http://a b", "http://odoo:port",
        "http://odoo:65536", "http://odoo?db=x", "http://odoo/?db=x", "http://odoo/#x",
        "http://u@odoo", "http://odoo/web/login", "http://odoo/jsonrpc/", "http://odoo/a b",
        "http://odoo/\r\nX: 1", "http://[::1", "http://[]"}) {
    EXPECT_FALSE(ParseUrl(text)) << text;
  }
}

TEST(Duration, UnitsAndLimits) {
  EXPECT_EQ(*ParseDuration("2m"), 2min);
  EXPECT_EQ(*ParseDuration("24h"), 24h);
  for (const char* text : {"", "s", "5", "-1s", "1.5s", "0s", "25h", "1 s", "1d",
                           "18446744073709551615h", "99999999999999999999s"}) {
    EXPECT_FALSE(ParseDuration(text)) << text;
  }
}

TEST(Size, UnitsAndLimits) {
  EXPECT_EQ(*ParseSize("65536", 0, 1 << 20), 65536U);
  EXPECT_EQ(*ParseSize("1MiB", 0, 1 << 20), 1U << 20);
  for (const char* text : {"", "KiB", "16MB", "2MiB", "-1", "17179869184GiB"}) {
    EXPECT_FALSE(ParseSize(text, 0, 1 << 20)) << text;
  }
}

TEST(SecretFile, RefusesWhatIsNoSecret) {
  EXPECT_FALSE(ReadSecret(testing::TempDir()));
  EXPECT_FALSE(ReadSecret(WriteFile("empty", "\n")));
  EXPECT_FALSE(ReadSecret(WriteFile("two-lines", "a\nb\n")));
  EXPECT_FALSE(ReadSecret(WriteFile("large", std::string(1 << 17, 'x'))));
  EXPECT_EQ(ReadSecret(WriteFile("good", "p ä"))->Reveal(), "p ä");
}

template <class T>
concept Printable = requires(std::ostream& out, const T& value) {
  out << value;
};
static_assert(Printable<std::string> && !Printable<Secret>);
static_assert(!std::is_convertible_v<Secret, std::string>);

TEST(Settings, AreSound) {
  for (const Section* section : Sections()) {
    for (const Setting& setting : section->settings) {
      SCOPED_TRACE(std::string(section->title) + " " + std::string(setting.key) +
                   std::string(setting.flag));
      EXPECT_TRUE(!setting.key.empty() || section == &CommandLine());
      if (!setting.key.empty()) {
        EXPECT_EQ(FindKey(*section, setting.key), &setting) << "two settings of one name";
      }
      if (!setting.flag.empty()) {
        EXPECT_EQ(FindFlag(setting.flag).setting, &setting) << "two settings of one name";
      }
      EXPECT_THAT(std::string(setting.env), Not(StartsWith("ODOO_GATEWAY_PORT")));
      EXPECT_THAT(std::string(setting.env), Not(StartsWith("ODOO_GATEWAY_SERVICE")));
      EXPECT_TRUE(setting.doc.ends_with('.'));
      EXPECT_EQ(setting.placeholder.empty(),
                setting.kind == Kind::kSwitch || setting.kind == Kind::kSecret);
      if (setting.kind != Kind::kSecret) continue;
      EXPECT_NE(FindFlag(std::string(setting.flag) + "-file").setting, nullptr);
      EXPECT_NE(FindKey(*section, std::string(setting.key) + "_file"), nullptr);
      EXPECT_NE(FindKey(*section, std::string(setting.key) + "_env"), nullptr);
    }
  }
}

TEST(Help, Golden) {
  EXPECT_EQ(HelpText(), R"(odoo-gateway: typed, checked access to Odoo over gRPC.

Usage: odoo-gateway [check | config print | config reference | token | explain]
                    [--flag value | --flag=value | --switch]...

A flag wins over its environment variable, which wins over the file (--config).
`odoo-gateway config reference` tells what the file may hold: several instances of Odoo,
callers and what they may do. Durations are written 500ms, 30s, 2m or 1h,
sizes 65536, 64KiB, 16MiB or 1GiB.

  check
      Connect once, print what works and what to do about the rest, and exit: 0 all well,
      1 something failed, 2 wrong usage. Takes the same settings.

  config print
      Print the effective configuration as YAML, each value with its source and secrets masked,
      or all that is wrong with it. Connects to nothing.

  config reference
      Print the page of all settings in Markdown.

  token
      Make a bearer token: it and the hash that `callers.NAME.tokens` takes, a line each.

  explain
      Read an answer of Odoo on standard input and say what it means: code, reason, fields and
      what to do. Needs no Odoo, and none of its settings.

  --listen HOST:PORT
      Where to serve gRPC.
      Environment: ODOO_GATEWAY_LISTEN. Default: 127.0.0.1:50051

  --metrics-listen HOST:PORT
      Where to serve Prometheus metrics; empty for nowhere.
      Environment: ODOO_GATEWAY_METRICS_LISTEN. Default: 127.0.0.1:9464

  --health-listen HOST:PORT
      Where to serve gRPC health alone, without TLS, for probes that do not speak it; empty for nowhere.
      Environment: ODOO_GATEWAY_HEALTH_LISTEN

  --default-timeout DURATION
      Time for calls that have no deadline of their own.
      Environment: ODOO_GATEWAY_DEFAULT_TIMEOUT. Default: 60s

  --max-request-bytes SIZE
      Largest request.
      Environment: ODOO_GATEWAY_MAX_REQUEST_BYTES. Default: 16MiB

  --max-answer-bytes SIZE
      Largest answer of Odoo.
      Environment: ODOO_GATEWAY_MAX_ANSWER_BYTES. Default: 64MiB

  --max-pending-bytes SIZE
      Requests that are held at once, together; more are refused.
      Environment: ODOO_GATEWAY_MAX_PENDING_BYTES. Default: 256MiB

  --max-streams N
      Calls that one connection may have open at once; further ones wait at the caller.
      Environment: ODOO_GATEWAY_MAX_STREAMS. Default: 1000

  --max-connection-age DURATION
      After that a connection takes no more calls, so that callers see new and gone gateways.
      Environment: ODOO_GATEWAY_MAX_CONNECTION_AGE. Default: 30m

  --contracts PATH (repeatable)
      Descriptor set with contracts beside the built-in ones, or a folder: every *.binpb in it.
      Environment: ODOO_GATEWAY_CONTRACTS, separated by colons

  --reflection
      Serve grpc.reflection: clients may list what is served.
      Environment: ODOO_GATEWAY_REFLECTION. Default: true

  --log-level debug|info|warn|error
      Least level to log; debug adds Odoo's tracebacks.
      Environment: ODOO_GATEWAY_LOG_LEVEL. Default: info

  --error-debug
      Send the frames of Odoo's tracebacks to callers. For development.
      Environment: ODOO_GATEWAY_ERROR_DEBUG. Default: false

  --audit-log stderr|FILE
      Where to tell of calls that may change something; empty for nowhere.
      Environment: ODOO_GATEWAY_AUDIT_LOG

  --tls-certificate-file FILE
      The gateway's certificate and its chain (PEM); with the key: TLS on.
      Environment: ODOO_GATEWAY_TLS_CERTIFICATE_FILE

  --tls-key-file FILE
      The certificate's private key (PEM).
      Environment: ODOO_GATEWAY_TLS_KEY_FILE

  --tls-client-ca-file FILE
      Certificates (PEM) by which those of clients are verified; without it they are not asked for.
      Environment: ODOO_GATEWAY_TLS_CLIENT_CA_FILE

  --tls-client-certificate require|optional
      Whether clients need a certificate; optional lets them come with a token instead.
      Environment: ODOO_GATEWAY_TLS_CLIENT_CERTIFICATE. Default: require

  --tls-reload-interval DURATION
      How often the files are looked at; renewed ones need no restart.
      Environment: ODOO_GATEWAY_TLS_RELOAD_INTERVAL. Default: 10s

  --odoo-url URL
      Odoo's address, for example https://erp.example.com.
      Environment: ODOO_URL

  --odoo-database NAME
      Odoo's database.
      Environment: ODOO_DATABASE

  --odoo-username LOGIN
      Login of the integration user. Not needed with protocol json2.
      Environment: ODOO_USERNAME

  ODOO_PASSWORD (environment alone)
      Password of the integration user. An API key is better.

  --odoo-password-file FILE
      File that holds the password.
      Environment: ODOO_PASSWORD_FILE

  ODOO_API_KEY (environment alone)
      API key of the integration user.

  --odoo-api-key-file FILE
      File that holds the API key.
      Environment: ODOO_API_KEY_FILE

  --odoo-protocol auto|jsonrpc|json2|xmlrpc
      Odoo's protocol; auto takes what its version offers.
      Environment: ODOO_PROTOCOL. Default: auto

  --odoo-ca-file FILE
      Certificates (PEM) to trust for https instead of the system's.
      Environment: ODOO_CA_FILE

  --max-in-flight N
      Calls that Odoo gets at once; 2 to 4 times its workers.
      Environment: ODOO_GATEWAY_MAX_IN_FLIGHT. Default: 8

  --max-waiting N
      Calls that may wait for their turn; more are refused.
      Environment: ODOO_GATEWAY_MAX_WAITING. Default: 256

  --config FILE
      The file with settings (YAML).
      Environment: ODOO_GATEWAY_CONFIG

  --json
      With check: print one JSON document.

  --instance NAME
      With check: the one instance to look at; without it, all.

  --transport jsonrpc|json2|xmlrpc|web
      With explain: how the answer came; without it, by what the answer looks like.

  --http-status N
      With explain: HTTP status of the answer, 0 for none; default 200.

  --request FILE
      With explain: the request that was sent, its body or all of it; it names fields better.

  --jsonl
      With explain: one recorded exchange a line in, one result a line out.

  --dump-catalog
      Print what the contracts stand for, and exit.

  --version
      Print the version, and exit.

  --help
      Print this text, and exit.
)");
}

}  // namespace
}  // namespace gateway::config
