#include <string>

#include "config/config.h"
#include "config/settings.h"

namespace gateway::config {
namespace {

constexpr std::string_view kHelpIntroduction =
    "odoo-gateway: typed, checked access to Odoo over gRPC.\n"
    "\n"
    "Usage: odoo-gateway [check | config print | config reference | token | explain]\n"
    "                    [--flag value | --flag=value | --switch]...\n"
    "\n"
    "A flag wins over its environment variable, which wins over the file (--config).\n"
    "`odoo-gateway config reference` tells what the file may hold: several instances of Odoo,\n"
    "callers and what they may do. Durations are written 500ms, 30s, 2m or 1h,\n"
    "sizes 65536, 64KiB, 16MiB or 1GiB.\n";

std::string Heading(const Setting& setting) {
  if (setting.kind == Kind::kSecret) return std::string(setting.env) + " (environment alone)";
  std::string heading = "--" + std::string(setting.flag);
  if (!setting.placeholder.empty()) heading += " " + std::string(setting.placeholder);
  if (setting.kind == Kind::kList) heading += " (repeatable)";
  return heading;
}

std::string Environment(const Setting& setting) {
  if (setting.kind == Kind::kSecret || setting.env.empty()) return "";
  std::string origin = "      Environment: " + std::string(setting.env);
  if (setting.kind == Kind::kList) origin += ", separated by colons";
  if (!setting.fallback.empty()) origin += ". Default: " + std::string(setting.fallback);
  return origin + "\n";
}

}  // namespace

std::string HelpText() {
  std::string text(kHelpIntroduction);
  for (const Subcommand& subcommand : Subcommands()) {
    text += "\n  " + std::string(subcommand.name) + "\n      " + std::string(subcommand.doc) + "\n";
  }
  for (const Section* section : Sections()) {
    for (const Setting& setting : section->settings) {
      if (setting.flag.empty()) continue;
      text += "\n  " + Heading(setting) + "\n      " + std::string(setting.doc) + "\n";
      text += Environment(setting);
    }
  }
  return text;
}

}  // namespace gateway::config
