// What happens in the gateway that an operator may want to see: one closed list of events, and what
// consumes them. Metrics (metrics.h) and log lines (log.h) are two interpretations of the same
// events; nobody else counts or logs.
//
// No event holds values of records or secrets, and the interpreters do not rely on that: labels
// come from closed lists alone, texts are escaped and cut. Durations are nanoseconds.
#pragma once

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "base/operation.h"
#include "base/reason.h"

namespace gateway::observe {

using Duration = std::chrono::nanoseconds;

using base::NameOf;
using base::Operation;

// How a call to Odoo ended: an answer, an answer that is an error, or none.
enum class Outcome : std::uint8_t { kOk, kFault, kLost };
inline constexpr std::size_t kOutcomeCount = 3;
std::string_view NameOf(Outcome outcome);

// The texts of an event belong to its sender and live only as long as Observe runs.

struct CallStarted {
  // As called, `/odoo.sale.v1.SaleOrderService/CreateSaleOrder`, served or not.
  std::string_view path = {};
};

struct CallFinished {
  std::string_view path = {};
  // The address it came from.
  std::string_view peer = {};
  // The configured caller; empty where everybody may call, and for who is none.
  std::string_view caller = {};
  std::string_view request_id = {};
  // Empty, and no operation, where no such method is served.
  std::string_view model = {};
  std::optional<Operation> operation = {};
  base::Code code = base::Code::kOk;
  // Nothing to say where code is kOk.
  base::Reason reason = base::Reason::kUnspecified;
  Duration duration{};
  std::size_t request_bytes = 0;
  std::size_t response_bytes = 0;
  // Failure::message and Failure::debug.
  std::string_view message = {};
  std::string_view debug = {};
  // What Odoo said, if the caller does not get it: then nobody else has it.
  std::string_view odoo_message = {};
  // Where it went; empty where it went nowhere.
  std::string_view instance = {};
  // W3C trace id, the caller's or a new one.
  std::string_view trace_id = {};
  // Of a write: the records that it named, or made where it named none; and what else came of an
  // action on them.
  std::span<const std::int64_t> ids = {};
  std::span<const std::int64_t> result_ids = {};
  // Checks alone were asked for: nothing could be written.
  bool validate_only = false;
};

// One HTTP exchange with Odoo, or the attempt.
struct OdooCallFinished {
  // Empty where it is about no model.
  std::string_view model = {};
  Operation operation = Operation::kLookup;
  Outcome outcome = Outcome::kOk;
  Duration duration{};
  // `json2`, `jsonrpc`, ...
  std::string_view transport = {};
  // Of the call that it is for; empty where the gateway asks for itself.
  std::string_view request_id = {};
  std::string_view trace_id = {};
  // Of which Odoo, by its name in the configuration.
  std::string_view instance = {};
};

// After each change; from one thread.
struct UpstreamLoad {
  // Calls that Odoo works on, and those that wait for their turn.
  std::size_t in_flight = 0;
  std::size_t waiting = 0;
  // Of which Odoo, by its name in the configuration.
  std::string_view instance = {};
};

// An error that Odoo answered, classified.
struct FaultSeen {
  base::Reason reason = base::Reason::kUnspecified;
  std::string_view model = {};
  // Of which Odoo, by its name in the configuration.
  std::string_view instance = {};
};

// A request that the gateway refused without asking Odoo.
struct RequestRefused {
  base::Reason reason = base::Reason::kUnspecified;
};

struct InstanceChanged {
  enum class State : std::uint8_t { kConnected, kDegraded };
  State state = State::kDegraded;
  // Why; holds no credential.
  std::string_view detail = {};
  // Odoo's version (`18.0`) and the protocol in use, where known.
  std::string_view version = {};
  std::string_view protocol = {};
  // Of which Odoo, by its name in the configuration.
  std::string_view instance = {};
};

// What the connected Odoo has of a model that contracts stand for, and what it lets the integration
// user do. The models come from contracts, so that they can be labels.
struct ModelSurveyed {
  std::string_view model = {};
  bool available = false;
  // Fields that contracts expect and Odoo does not show, or has as something else.
  std::size_t fields_missing = 0;
  // By base::Right; empty if it is not known.
  std::array<std::optional<bool>, base::kRightCount> rights = {};
  // Of which Odoo, by its name in the configuration.
  std::string_view instance = {};
};

// Contracts and the connected Odoo began to differ in the fields of a model, or ceased to.
struct ContractDrift {
  std::string_view model = {};
  // Fields that Odoo lacks or hides, and those of another type; both empty: everything fits again.
  std::string_view missing = {};
  std::string_view retyped = {};
  // Of which Odoo, by its name in the configuration.
  std::string_view instance = {};
};

struct CredentialSurveyed {
  // Of the API key that expires first; nothing where none does or Odoo does not tell.
  std::optional<std::chrono::system_clock::time_point> expiry = {};
  // Of which Odoo, by its name in the configuration.
  std::string_view instance = {};
};

// The gateway's own certificate for TLS, after each change of its files.
struct CertificateChanged {
  // False: the files do not fit together, and the certificate in use stays.
  bool taken = false;
  // Why they do not.
  std::string_view detail = {};
  // Of the certificate in use.
  std::chrono::system_clock::time_point expires = {};
};

// Lines that nobody will see: stderr, or where the audit log goes, did not take them.
struct LogDropped {
  enum class Log : std::uint8_t { kOrdinary, kAudit };
  std::size_t lines = 0;
  Log log = Log::kOrdinary;
};

// A message of gRPC's own log.
struct GrpcLogged {
  enum class Severity : std::uint8_t { kDebug, kInfo, kError };
  Severity severity = Severity::kError;
  // Where gRPC logs it: `ssl_transport_security.cc:1515`.
  std::string_view source = {};
  // Without values of headers.
  std::string_view message = {};
};
inline constexpr std::size_t kSeverityCount = 3;
std::string_view NameOf(GrpcLogged::Severity severity);

struct Started {
  // The gateway's.
  std::string_view version = {};
  std::string_view listen = {};
  // Empty: no metrics.
  std::string_view metrics_listen = {};
};

struct Stopping {
  // What asked for it, for example `SIGTERM`.
  std::string_view detail = {};
};

using Event =
    std::variant<CallStarted, CallFinished, OdooCallFinished, UpstreamLoad, FaultSeen,
                 RequestRefused, InstanceChanged, ModelSurveyed, ContractDrift, CredentialSurveyed,
                 CertificateChanged, LogDropped, GrpcLogged, Started, Stopping>;

class Observer {
 public:
  virtual ~Observer() = default;
  // Any thread, at any time, also at once. Must not block or throw.
  virtual void Observe(const Event& event) = 0;
};

// Several observers as one.
class Observers final : public Observer {
 public:
  explicit Observers(std::vector<std::shared_ptr<Observer>> all) : all_(std::move(all)) {}
  // Before anything is observed.
  void Add(std::shared_ptr<Observer> observer) { all_.push_back(std::move(observer)); }
  void Observe(const Event& event) override {
    for (const auto& observer : all_) observer->Observe(event);
  }

 private:
  std::vector<std::shared_ptr<Observer>> all_;
};

// Puts the name of an instance into what is observed of it. `observer` must outlive it.
class InstanceObserver final : public Observer {
 public:
  InstanceObserver(std::string name, Observer& observer)
      : name_(std::move(name)), observer_(observer) {}
  void Observe(const Event& event) override;

 private:
  const std::string name_;
  Observer& observer_;
};

}  // namespace gateway::observe
