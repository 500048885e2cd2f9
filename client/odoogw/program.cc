#include "odoogw/program.h"

#include "absl/strings/str_cat.h"
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
    return ExitCode::kOk;
  } catch (const Failure& failure) {
    return Report(failure, arguments, terminal);
  }
}

}  // namespace odoogw
