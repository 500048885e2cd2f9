#include "options.h"

#include <charconv>
#include <functional>
#include <map>
#include <stdexcept>

#include "base/clock.h"

namespace sandbox {
namespace {

int ParseNumber(const std::string& flag, const std::string& text) {
  int number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size() || number < 0) {
    throw std::invalid_argument(flag + " wants a number, not \"" + text + "\"");
  }
  return number;
}

void SetListen(Options& options, const std::string& text) {
  const size_t colon = text.rfind(':');
  if (colon == std::string::npos) throw std::invalid_argument("--listen wants host:port");
  options.host = text.substr(0, colon) == "localhost" ? "127.0.0.1" : text.substr(0, colon);
  options.port = ParseNumber("--listen", text.substr(colon + 1));
}

void SetVersion(Options& options, const std::string& text) {
  if (text != "18.0" && text != "19.0") {
    throw std::invalid_argument("--odoo-version is 18.0 or 19.0, not \"" + text + "\"");
  }
  options.version = text;
}

void SetDay(Options& options, const std::string& text) {
  if (!IsDate(text)) throw std::invalid_argument("--today wants YYYY-MM-DD, not \"" + text + "\"");
  options.today = text;
}

using Setter = std::function<void(Options&, const std::string&)>;

const std::map<std::string, Setter>& ValueFlags() {
  static const std::map<std::string, Setter> flags{
      {"--listen", SetListen},
      {"--odoo-version", SetVersion},
      {"--database", [](Options& options, const std::string& text) { options.database = text; }},
      {"--seed", [](Options& options, const std::string& text) { options.seed = text; }},
      {"--without",
       [](Options& options, const std::string& text) { options.without.insert(text); }},
      {"--fields", [](Options& options, const std::string& text) { options.fields = text; }},
      {"--today", SetDay},
      {"--latency-ms",
       [](Options& options, const std::string& text) {
         options.latency = std::chrono::milliseconds(ParseNumber("--latency-ms", text));
       }},
  };
  return flags;
}

const std::map<std::string, bool Options::*>& Switches() {
  static const std::map<std::string, bool Options::*> switches{
      {"--keep-alive", &Options::keep_alive},
      {"--allow-remote", &Options::allow_remote},
      {"--help", &Options::help},
  };
  return switches;
}

}  // namespace

Options ParseOptions(int argc, const char* const* argv) {
  Options options;
  for (int i = 1; i < argc; ++i) {
    std::string flag = argv[i], value;
    const size_t equals = flag.find('=');
    const bool attached = equals != std::string::npos;
    if (attached) {
      value = flag.substr(equals + 1);
      flag.erase(equals);
    }
    if (const auto found = Switches().find(flag); found != Switches().end()) {
      options.*found->second = true;
      continue;
    }
    const auto setter = ValueFlags().find(flag);
    if (setter == ValueFlags().end()) throw std::invalid_argument("unknown flag " + flag);
    if (!attached) {
      if (++i == argc) throw std::invalid_argument(flag + " wants a value");
      value = argv[i];
    }
    setter->second(options, value);
  }
  if (!options.host.starts_with("127.") && !options.allow_remote) {
    throw std::invalid_argument("the sandbox listens on loopback only; --allow-remote lifts that");
  }
  return options;
}

std::string HelpText() {
  return R"(odoo-sandbox: an emulator of Odoo for tests. It is not Odoo.

  --listen 127.0.0.1:0      host:port; port 0 takes a free one and prints it
  --odoo-version 19.0       18.0 or 19.0
  --database sandbox        name of the one database
  --seed FILE               records to start with instead of the built-in shop
  --without MODULE          as if this module (crm, stock, purchase, ...) and those that need it were
                            not installed; may be repeated
  --fields FILE             further fields by model, as fields_get describes them:
                            {"sale.order": {"x_size": {"type": "char"}}}
  --today DATE              the day that it is (YYYY-MM-DD), instead of the machine's
  --latency-ms 0            added to every model call
  --keep-alive              keep connections, as a reverse proxy before Odoo does
  --allow-remote            allow an address other than loopback

Users: admin/admin, integration/integration, limited/limited; the password is the API key.
)";
}

}  // namespace sandbox
