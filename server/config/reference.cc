#include <string>

#include "config/config.h"
#include "config/settings.h"

namespace gateway::config {
namespace {

constexpr std::string_view kPageIntroduction =
    "# Settings\n"
    "\n"
    "Printed by `odoo-gateway config reference`; a test compares this page with it.\n"
    "\n"
    "A flag wins over its environment variable, which wins over the file, which wins over the\n"
    "default. The file is YAML, named by `--config` or `ODOO_GATEWAY_CONFIG`. Unknown keys, keys\n"
    "given twice, and anchors are refused; all problems are reported at once, with file and line.\n"
    "Secrets come from files or variables alone. `odoo-gateway config print` shows what holds and\n"
    "where each value comes from. A change needs a restart.\n"
    "\n"
    "Durations are written 500ms, 30s, 2m or 1h, sizes 65536, 64KiB, 16MiB or 1GiB. In a "
    "variable,\n"
    "a list is separated by colons.\n";

std::string Code(std::string_view text) {
  std::string code;
  for (const char c : text) code += c == '|' ? "\\|" : std::string(1, c);
  return text.empty() ? "" : "`" + code + "`";
}

std::string ValueOf(const Setting& setting) {
  if (setting.kind == Kind::kSwitch) return "`true`, `false`";
  return (setting.kind == Kind::kList ? "list of " : "") + Code(setting.placeholder);
}

std::string FlagOf(const Setting& setting) {
  if (setting.flag.empty() || setting.kind == Kind::kSecret) return "";
  return Code("--" + std::string(setting.flag));
}

// A secret has no key: the file refuses it.
std::string KeyOf(const Setting& setting) {
  return setting.kind == Kind::kSecret ? "" : Code(setting.key);
}

std::string Row(const Setting& setting) {
  return "| " + KeyOf(setting) + " | " + ValueOf(setting) + " | " + Code(setting.fallback) + " | " +
         FlagOf(setting) + " | " + Code(setting.env) + " | " + std::string(setting.doc) + " |\n";
}

std::string HeadingOf(const Section& section) {
  if (&section == &Top()) return "Top of the file";
  if (&section == &CommandLine()) return "Command line";
  return "`" + std::string(section.title) + "`";
}

}  // namespace

std::string Reference() {
  std::string page(kPageIntroduction);
  for (const Section* section : Sections()) {
    page += "\n## " + HeadingOf(*section) + "\n\n" + std::string(section->doc) +
            "\n\n| key | value | default | flag | variable | |\n|---|---|---|---|---|---|\n";
    for (const Setting& setting : section->settings) page += Row(setting);
  }
  return page;
}

}  // namespace gateway::config
