#include "odoogw/commands.h"

#include <algorithm>
#include <fstream>
#include <iterator>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "base/printable.h"
#include "odoogw/describe.h"
#include "odoogw/failure.h"
#include "odoogw/names.h"
#include "odoogw/unary_call.h"

namespace odoogw {
namespace {

using gateway::base::Printable;
using gateway::base::PrintableJson;

std::string ReadAll(std::istream& stream) { return {std::istreambuf_iterator<char>(stream), {}}; }

std::string ReadFile(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) throw UsageFailure(absl::StrCat("cannot read ", path));
  return ReadAll(file);
}

// JSON as it stands, `@file`, or `-` for the standard input.
std::string ReadJson(const std::string& operand, std::istream& in) {
  if (operand == "-") return ReadAll(in);
  if (absl::StartsWith(operand, "@")) return ReadFile(operand.substr(1));
  return operand;
}

void ListServices(Session& session) {
  for (const std::string& name : session.catalog.ServiceNames()) {
    session.out << Printable(name) << "\n";
  }
}

void ListMethods(Session& session) {
  const auto& service = session.catalog.Service(session.Operand(0));
  for (int i = 0; i < service.method_count(); ++i) {
    session.out << service.method(i)->full_name() << "\n";
  }
}

void RunList(Session& session) {
  session.Operand(0).empty() ? ListServices(session) : ListMethods(session);
}

void RunDescribe(Session& session) {
  session.out << Describe(session.catalog.Find(session.Operand(0)), session.style);
}

void RunCall(Session& session) {
  const std::string json = ReadJson(session.Operand(1, "{}"), session.in);
  const auto& method = session.catalog.Method(session.Operand(0));
  JsonCodec codec(session.catalog.pool());
  const std::string request = codec.Encode(*method.input_type(), json);
  const std::string response = CallUnary(session.connection, method, request);
  const std::string shown = codec.Decode(*method.output_type(), response, session.arguments.layout);
  session.out << PrintableJson(shown);
}

constexpr Command kCommands[] = {
    {"list", "[SERVICE]", 0, 1, "the services, or the methods of one", RunList},
    {"describe", "NAME", 1, 1, "a service, method, message or enum", RunDescribe},
    {"call", "SERVICE.METHOD [JSON]", 1, 2, "JSON in, JSON out; - reads stdin, @FILE a file",
     RunCall},
};

const Command& FindByName(const std::string& name) {
  const auto* command =
      std::find_if(std::begin(kCommands), std::end(kCommands),
                   [&](const Command& candidate) { return candidate.name == name; });
  if (command != std::end(kCommands)) return *command;
  std::vector<std::string> names;
  for (const Command& candidate : kCommands) names.emplace_back(candidate.name);
  throw UsageFailure(absl::StrCat("no command ", name, DidYouMean(name, names)));
}

}  // namespace

Session::Session(const Arguments& arguments, std::istream& in, std::ostream& out, Style style)
    : arguments(arguments),
      in(in),
      out(out),
      style(style),
      connection(Connect(arguments.address, arguments.tls, arguments.timeout, arguments.metadata)),
      reflection(connection),
      catalog([this](const auto& request) { return reflection.Ask(request); }) {}

std::string Session::Operand(std::size_t index, const std::string& fallback) const {
  return index + 1 < arguments.words.size() ? arguments.words[index + 1] : fallback;
}

const Command& FindCommand(const std::vector<std::string>& words) {
  if (words.empty()) throw UsageFailure("a command is needed; odoogw --help lists them");
  const Command& command = FindByName(words.front());
  const std::size_t operands = words.size() - 1;
  if (operands < command.least || operands > command.most) {
    throw UsageFailure(absl::StrCat("usage: odoogw ", command.name, " ", command.operands));
  }
  return command;
}

std::string CommandHelp() {
  std::string help;
  for (const Command& command : kCommands) {
    const std::string form = absl::StrCat(command.name, " ", command.operands);
    absl::StrAppendFormat(&help, "  %-28s%s\n", form, command.help);
  }
  return help;
}

}  // namespace odoogw
