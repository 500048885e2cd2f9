#include "odoogw/program.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "google/rpc/code.pb.h"
#include "odoogw/arguments.h"
#include "odoogw/commands.h"
#include "odoogw/error_report.h"
#include "odoogw/failure.h"

namespace odoogw {
namespace {

constexpr char kIntroduction[] =
    "odoogw calls the methods of a running odoo-gateway: JSON in, JSON out.\n"
    "\n"
    "  odoogw list\n"
    "  odoogw describe PartnerService.CreatePartner\n"
    "  odoogw call PartnerService.CreatePartner '{\"values\": {\"name\": \"Ada\"}}'\n"
    "\n"
    "Names may leave out the package. Errors go to stderr, field by field.\n";

std::string HelpText() {
  return absl::StrCat(kIntroduction, "\nCommands:\n", CommandHelp(), "\nFlags:\n", FlagHelp(),
                      "\nExit codes:\n", ExitCodeHelp());
}

// A full disk must not look like success.
void Flush(std::ostream& out) {
  if (out.flush()) return;
  google::rpc::Status status;
  status.set_code(google::rpc::DATA_LOSS);
  status.set_message("cannot write the output");
  throw Failure(ExitCode::kOther, std::move(status));
}

void RunCommand(const Arguments& arguments, const Terminal& terminal) {
  if (arguments.help) {
    terminal.out << HelpText();
    return;
  }
  const Command& command = FindCommand(arguments.words);
  const Style style(UseColor(arguments.color, terminal.out_is_terminal));
  Session session(arguments, terminal.in, terminal.out, style);
  command.run(session);
}

ExitCode Report(const Failure& failure, const Arguments& arguments, const Terminal& terminal) {
  const Style style(UseColor(arguments.color, terminal.err_is_terminal));
  terminal.err << (arguments.json_errors ? ErrorAsJson(failure.status())
                                         : RenderError(failure, style));
  return failure.exit_code();
}

}  // namespace

ExitCode RunProgram(const std::vector<std::string>& command_line, const Terminal& terminal) {
  Arguments arguments;
  try {
    arguments = ParseArguments(command_line);
    RunCommand(arguments, terminal);
    Flush(terminal.out);
    return ExitCode::kOk;
  } catch (const Failure& failure) {
    return Report(failure, arguments, terminal);
  }
}

}  // namespace odoogw
