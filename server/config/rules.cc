#include <algorithm>
#include <iterator>
#include <map>
#include <set>
#include <string_view>
#include <utility>

#include "config/finalize.h"
#include "config/suggest.h"

namespace gateway::config {
namespace {

using base::Reason;

void Add(Problems* problems, Origin origin, Reason reason, std::string message) {
  problems->push_back({std::move(origin), reason, std::move(message)});
}

bool HasApiKey(const Object& object) {
  return object.Find("api_key") || object.Find("api_key_file") || object.Find("api_key_env");
}

bool HasPassword(const Object& object) {
  return object.Find("password") || object.Find("password_file") || object.Find("password_env");
}

// A setting that an instance lacks.
struct Lack {
  bool (*lacks)(const Object& object, const Instance& instance);
  std::string_view key;
  // Where the instance stands in the file, and where it does not.
  std::string_view in_file;
  std::string_view by_variable;
  std::string_view variable;
};
constexpr Lack kLacks[] = {
    {[](const Object& o, const Instance&) { return o.Find("url") == nullptr; }, "url",
     "is missing; set it to Odoo's address",
     "is missing; set it or --odoo-url to Odoo's address, or name a file with settings by --config",
     "ODOO_URL"},
    {[](const Object& o, const Instance&) { return o.Find("database") == nullptr; }, "database",
     "is missing; set it to the name of Odoo's database", "is missing; set it or --odoo-database",
     "ODOO_DATABASE"},
    {[](const Object& o, const Instance& i) {
       return o.Find("username") == nullptr && i.protocol != Protocol::kJson2;
     },
     "username", "is missing; set it to the login of the integration user",
     "is missing; set it or --odoo-username to the login of the integration user", "ODOO_USERNAME"},
    {[](const Object& o, const Instance& i) {
       return !HasApiKey(o) && (i.protocol == Protocol::kJson2 || !HasPassword(o));
     },
     "api_key_file",
     "is missing; set it or api_key_env (password_file or password_env do, too, except for json2)",
     "is missing; set it or --odoo-api-key-file (ODOO_PASSWORD does, too, except for json2)",
     "ODOO_API_KEY"},
};

void CheckLacks(const Object& object, const Instance& instance, Problems* problems) {
  const bool in_file = object.origin.line != 0;
  for (const Lack& lack : kLacks) {
    if (!lack.lacks(object, instance)) continue;
    Origin origin{std::string(lack.variable)};
    if (in_file) origin = {object.origin.name + "." + std::string(lack.key), object.origin.line};
    Add(problems, std::move(origin), Reason::kRequiredFieldMissing,
        std::string(in_file ? lack.in_file : lack.by_variable));
  }
}

// Flags or variables set the default instance, while the file has others and not that one.
bool IsMeantForAnother(const Object& object) {
  return object.origin.line == 0 && object.Find("url") == nullptr;
}

void CheckMeant(const Object& object, Problems* problems) {
  for (const Given& given : object.given) {
    if (given.origin.name == kDefault) continue;
    Add(problems, given.origin, Reason::kInvalidReference,
        "sets the instance `" + object.name +
            "`, which the file does not have; set it there, in one that it has");
  }
}

// Ways to say the same; at most one of each may be used.
constexpr std::string_view kWays[][3] = {{"api_key", "api_key_file", "api_key_env"},
                                         {"password", "password_file", "password_env"}};

void CheckWays(const Object& object, Problems* problems) {
  for (const auto& ways : kWays) {
    const Given* first = nullptr;
    for (const std::string_view way : ways) {
      const Given* given = object.Find(way);
      if (given == nullptr) continue;
      if (first == nullptr) {
        first = given;
      } else {
        Add(problems, first->origin, Reason::kInvalidFieldValue,
            "is given beside " + given->origin.name + "; keep one");
      }
    }
  }
}

void CheckTls(const Object& tls, Problems* problems) {
  constexpr std::pair<std::string_view, std::string_view> kNeeds[] = {
      {"certificate_file", "key_file"},
      {"key_file", "certificate_file"},
      {"client_ca_file", "certificate_file"},
      // It would let everybody in.
      {"client_certificate", "client_ca_file"}};
  for (const auto& [one, needed] : kNeeds) {
    const Given* given = tls.Find(one);
    const bool said = given != nullptr && given->origin.name != kDefault;
    if (!said || tls.Find(needed) != nullptr) continue;
    Add(problems, given->origin, Reason::kRequiredFieldMissing,
        "needs " + std::string(needed) + " beside it");
  }
}

// Where the gateway listens; each needs an address of its own.
constexpr std::pair<std::string_view, std::string Config::*> kAddresses[] = {
    {"listen", &Config::listen},
    {"metrics_listen", &Config::metrics_listen},
    {"health_listen", &Config::health_listen}};

// Of two that are the same, a default is not to blame.
void CheckAddresses(const Object& top, const Config& config, Problems* problems) {
  std::map<std::string_view, const Given*> taken;
  for (const auto& [key, field] : kAddresses) {
    const std::string& address = config.*field;
    if (address.empty() || address.ends_with(":0")) continue;
    const Given* given = top.Find(key);
    const auto [other, is_new] = taken.emplace(address, given);
    if (is_new) continue;
    const Given* blamed = given->origin.name == kDefault ? other->second : given;
    const Given* kept = blamed == given ? other->second : given;
    Add(problems, blamed->origin, Reason::kInvalidFieldValue,
        "must differ from --" + std::string(kept->setting->flag));
  }
}

void CheckPending(const Object& top, const Config& config, Problems* problems) {
  if (config.max_pending_bytes >= config.max_request_bytes) return;
  const Given& pending = *top.Find("max_pending_bytes");
  const Given& request = *top.Find("max_request_bytes");
  Add(problems, pending.origin.name == kDefault ? request.origin : pending.origin,
      Reason::kInvalidFieldValue,
      "lets no request of max_request_bytes in: max_pending_bytes must be at least as large");
}

void CheckCallerInstances(const Given& given, const std::vector<std::string_view>& known,
                          Problems* problems) {
  for (std::size_t i = 0; i < given.texts.size(); ++i) {
    if (std::ranges::find(known, given.texts[i]) != known.end()) continue;
    const std::string_view nearest = Nearest(given.texts[i], known);
    Add(problems, given.OriginOf(i), Reason::kInvalidReference,
        "no instance has this name" +
            (nearest.empty() ? std::string() : "; did you mean " + std::string(nearest) + "?"));
  }
}

// What is to name one caller alone, and by whom it was named first.
using Owners = std::map<std::string, std::string>;

void CheckDistinct(const Given& given, const std::string& caller, Owners* owners,
                   Problems* problems) {
  for (std::size_t i = 0; i < given.texts.size(); ++i) {
    const auto [owner, is_new] = owners->emplace(given.texts[i], caller);
    if (!is_new) {
      Add(problems, given.OriginOf(i), Reason::kInvalidFieldValue,
          "is that of the caller " + owner->second + " already; each is for one");
    }
  }
}

}  // namespace

void CheckTop(const Object& top, const Config& config, Problems* problems) {
  CheckAddresses(top, config, problems);
  CheckPending(top, config, problems);
  for (const Object& object : top.inner) {
    if (object.section->key == "tls") CheckTls(object, problems);
  }
}

void CheckInstances(const Object& top, const Config& config, Problems* problems) {
  auto instance = config.instances.begin();
  for (const Object& object : top.inner) {
    if (object.section->key != "instances") continue;
    if (config.instances.size() > 1 && IsMeantForAnother(object)) {
      CheckMeant(object, problems);
    } else {
      CheckLacks(object, *instance, problems);
    }
    CheckWays(object, problems);
    ++instance;
  }
}

void CheckCallers(const Object& top, const Config& config, Problems* problems) {
  std::vector<std::string_view> known;
  known.reserve(config.instances.size());
  for (const Instance& instance : config.instances) known.push_back(instance.name);
  Owners owners;
  std::size_t index = 0;
  for (const Object& object : top.inner) {
    if (object.section->key != "callers") continue;
    if (const Given* given = object.Find("instances"))
      CheckCallerInstances(*given, known, problems);
    bool named = false;
    for (const std::string_view key : {"tokens", "certificates"}) {
      const Given* given = object.Find(key);
      if (given == nullptr || given->texts.empty()) continue;
      named = true;
      CheckDistinct(*given, object.name, &owners, problems);
    }
    if (const Given* given = object.Find("certificates");
        given != nullptr && !given->texts.empty() && config.tls.client_ca_file.empty()) {
      Add(problems, given->origin, Reason::kRequiredFieldMissing,
          "need tls.client_ca_file; without it no client is asked for a certificate");
    }
    if (config.callers[index++].allow.empty()) {
      Add(problems, {object.origin.name + ".allow", object.origin.line},
          Reason::kRequiredFieldMissing,
          "has no rule, so the caller may do nothing; `- models: [\"*\"]` allows all calls");
    }
    if (!named) {
      Add(problems, object.origin, Reason::kRequiredFieldMissing,
          "has neither tokens nor certificates, so nobody could be it");
    }
  }
}

}  // namespace gateway::config
