#include "observe/metrics.h"

#include <prometheus/counter.h>
#include <prometheus/family.h>
#include <prometheus/gauge.h>
#include <prometheus/histogram.h>
#include <prometheus/registry.h>
#include <prometheus/text_serializer.h>

#include <algorithm>
#include <array>
#include <functional>
#include <iterator>
#include <unordered_map>
#include <utility>

namespace gateway::observe {
namespace {

using base::Reason;
using prometheus::BuildCounter;
using prometheus::BuildGauge;
using prometheus::BuildHistogram;
using prometheus::Counter;
using prometheus::Family;
using prometheus::Gauge;
using prometheus::Histogram;

constexpr std::string_view kUnknownPath = "/unknown/unknown";
// Prometheus itself has `instance`, for the process that it asks.
constexpr const char* kInstanceLabel = "odoo_instance";
constexpr std::string_view kOtherModel = "other";

// As go-grpc-middleware spells them, by number.
constexpr std::array<std::string_view, 17> kCodes = {
    "OK",       "Canceled",       "Unknown",          "InvalidArgument",   "DeadlineExceeded",
    "NotFound", "AlreadyExists",  "PermissionDenied", "ResourceExhausted", "FailedPrecondition",
    "Aborted",  "OutOfRange",     "Unimplemented",    "Internal",          "Unavailable",
    "DataLoss", "Unauthenticated"};

// From one read to an import at Odoo's time limit.
constexpr double kBucketSeconds[] = {.005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5, 10, 30, 60};

Histogram::BucketBoundaries Buckets() {
  return {std::begin(kBucketSeconds), std::end(kBucketSeconds)};
}

double Seconds(Duration duration) { return std::chrono::duration<double>(duration).count(); }

template <class Enum>
std::size_t Index(Enum value) {
  return static_cast<std::size_t>(value);
}

// Allows look-ups by string_view without a copy.
struct Hash : std::hash<std::string_view> {
  using is_transparent = void;
};
template <class Value>
using ByName = std::unordered_map<std::string, Value, Hash, std::equal_to<>>;

// Without a value, no series: the last one would look as if it still held.
void SetKnown(Family<Gauge>& family, const prometheus::Labels& labels, std::optional<bool> value) {
  if (value) {
    family.Add(labels).Set(*value ? 1 : 0);
  } else if (family.Has(labels)) {
    family.Remove(&family.Add(labels));
  }
}

template <class Value>
Value& FindOr(ByName<Value>& values, std::string_view name, Value& fallback) {
  const auto found = values.find(name);
  return found == values.end() ? fallback : found->second;
}

using ByCode = std::array<Counter*, kCodes.size()>;
using ByReason = std::array<Counter*, base::kReasonCount>;

struct MethodSeries {
  Counter* started = nullptr;
  ByCode handled{};
  Histogram* seconds = nullptr;
};

struct UpstreamSeries {
  std::array<Counter*, kOutcomeCount> calls{};
  Histogram* seconds = nullptr;
};

struct ModelSeries {
  std::array<UpstreamSeries, base::kOperationCount> upstream{};
  ByReason faults{};
};

struct InstanceSeries {
  std::string name;
  Gauge* in_flight = nullptr;
  Gauge* waiting = nullptr;
  Gauge* up = nullptr;
  // Null until it is known.
  Gauge* expiry = nullptr;
  ByReason errors{};
  ModelSeries other_model;
  ByName<ModelSeries> models;

  ModelSeries& ModelOf(std::string_view model) { return FindOr(models, model, other_model); }
};

prometheus::Labels MethodLabels(std::string_view path) {
  const std::size_t slash = std::max<std::size_t>(path.rfind('/'), 1);
  return {{"grpc_type", "unary"},
          {"grpc_service", std::string(path.substr(1, slash - 1))},
          {"grpc_method", std::string(path.substr(slash + 1))}};
}

ByCode PerCode(Family<Counter>& family, const prometheus::Labels& labels) {
  ByCode counters{};
  for (std::size_t i = 0; i < kCodes.size(); ++i) {
    prometheus::Labels with_code = labels;
    with_code.emplace("grpc_code", kCodes[i]);
    counters[i] = &family.Add(with_code);
  }
  return counters;
}

std::array<Counter*, kSeverityCount> PerSeverity(Family<Counter>& family) {
  std::array<Counter*, kSeverityCount> counters{};
  for (std::size_t i = 0; i < counters.size(); ++i) {
    const auto severity = static_cast<GrpcLogged::Severity>(i);
    counters[i] = &family.Add({{"severity", std::string(NameOf(severity))}});
  }
  return counters;
}

ByReason PerReason(Family<Counter>& family, const prometheus::Labels& labels) {
  ByReason counters{};
  for (std::size_t i = 0; i < counters.size(); ++i) {
    prometheus::Labels with_reason = labels;
    with_reason.emplace("reason", base::InfoOf(static_cast<Reason>(i)).name);
    counters[i] = &family.Add(with_reason);
  }
  return counters;
}

}  // namespace

// Pointers into the families, found by index or one hash of a name.
class MetricsObserver::Series {
 public:
  Series(std::span<const ServedInstance> instances, std::string_view version,
         std::span<const std::string> callers);

  void On(const CallStarted& event) { MethodOf(event.path).started->Increment(); }

  void On(const CallFinished& event) {
    MethodSeries& method = MethodOf(event.path);
    method.handled[Index(event.code)]->Increment();
    method.seconds->Observe(Seconds(event.duration));
    if (event.code != base::Code::kOk) ErrorsOf(event)[Index(event.reason)]->Increment();
    const auto caller = callers_.find(event.caller);
    if (caller != callers_.end()) caller->second[Index(event.code)]->Increment();
  }

  void On(const OdooCallFinished& event) {
    InstanceSeries* instance = InstanceOf(event);
    if (instance == nullptr) return;
    UpstreamSeries& upstream = instance->ModelOf(event.model).upstream[Index(event.operation)];
    upstream.calls[Index(event.outcome)]->Increment();
    upstream.seconds->Observe(Seconds(event.duration));
  }

  void On(const UpstreamLoad& event) {
    InstanceSeries* instance = InstanceOf(event);
    if (instance == nullptr) return;
    instance->in_flight->Set(static_cast<double>(event.in_flight));
    instance->waiting->Set(static_cast<double>(event.waiting));
  }

  void On(const FaultSeen& event) {
    if (InstanceSeries* instance = InstanceOf(event))
      instance->ModelOf(event.model).faults[Index(event.reason)]->Increment();
  }

  void On(const RequestRefused& event) { refused_[Index(event.reason)]->Increment(); }

  void On(const InstanceChanged& event) {
    if (InstanceSeries* instance = InstanceOf(event))
      instance->up->Set(event.state == InstanceChanged::State::kConnected ? 1 : 0);
  }

  void On(const ModelSurveyed& event);
  void On(const CredentialSurveyed& event);

  void On(const CertificateChanged& event) {
    certificate_loads_.Add({{"result", event.taken ? "taken" : "refused"}}).Increment();
    certificate_expiry_.Add({}).Set(Seconds(event.expires.time_since_epoch()));
  }

  void On(const LogDropped& event) {
    Counter& dropped = event.log == LogDropped::Log::kAudit ? audit_dropped_ : log_dropped_;
    dropped.Increment(static_cast<double>(event.lines));
  }

  void On(const GrpcLogged& event) { grpc_messages_[Index(event.severity)]->Increment(); }

  // ModelSurveyed counts it.
  void On(const ContractDrift&) {}
  void On(const Started&) {}
  void On(const Stopping&) {}

  const std::shared_ptr<prometheus::Registry>& registry() const { return registry_; }

 private:
  MethodSeries& MethodOf(std::string_view path) { return FindOr(methods_, path, unknown_method_); }
  // Null where there is none of that name.
  InstanceSeries* InstanceOf(const auto& event) {
    const auto found = instances_.find(event.instance);
    return found == instances_.end() ? nullptr : &found->second;
  }

  ByReason& ErrorsOf(const CallFinished& event) {
    InstanceSeries* instance = InstanceOf(event);
    return instance == nullptr ? unrouted_errors_ : instance->errors;
  }

  Family<Counter>& Counters(const char* name, const char* help) {
    return BuildCounter().Name(name).Help(help).Register(*registry_);
  }
  Family<Histogram>& Histograms(const char* name, const char* help) {
    return BuildHistogram().Name(name).Help(help).Register(*registry_);
  }
  Family<Gauge>& Gauges(const char* name, const char* help) {
    return BuildGauge().Name(name).Help(help).Register(*registry_);
  }

  MethodSeries MakeMethod(std::string_view path);
  void Add(const ServedInstance& served);
  void Add(const ServedMethod& served, InstanceSeries* instance);
  UpstreamSeries MakeUpstream(const std::string& instance, std::string_view model,
                              Operation operation);
  ModelSeries MakeOtherModel(const std::string& instance);
  ModelSeries MakeModel(const std::string& model, const InstanceSeries& instance);

  std::shared_ptr<prometheus::Registry> registry_ = std::make_shared<prometheus::Registry>();

  Family<Counter>& started_ =
      Counters("grpc_server_started_total", "Calls that arrived, by method.");
  Family<Counter>& handled_ =
      Counters("grpc_server_handled_total", "Calls that were answered, by method and code.");
  Family<Histogram>& handling_ = Histograms("grpc_server_handling_seconds",
                                            "Time from a call's arrival to its answer, by method.");
  Family<Counter>& upstream_calls_ =
      Counters("odoo_gateway_upstream_calls_total",
               "Calls to Odoo, by instance, model, operation and outcome.");
  Family<Histogram>& upstream_seconds_ =
      Histograms("odoo_gateway_upstream_call_seconds",
                 "Time of calls to Odoo, by instance, model and operation.");
  Family<Counter>& faults_ = Counters("odoo_gateway_faults_total",
                                      "Errors that Odoo answered, by instance, reason and model.");
  Family<Counter>& refusals_ =
      Counters("odoo_gateway_refused_total", "Requests refused without asking Odoo, by reason.");
  Family<Counter>& errors_ = Counters(
      "odoo_gateway_errors_total",
      "Calls that failed, by instance (empty where none was chosen) and the reason that the "
      "caller got.");
  Family<Gauge>& in_flight_ =
      Gauges("odoo_gateway_upstream_in_flight", "Calls that Odoo works on now, by instance.");
  Family<Gauge>& waiting_ = Gauges("odoo_gateway_upstream_waiting",
                                   "Calls that wait for their turn at Odoo now, by instance.");
  Family<Gauge>& in_flight_limit_ =
      Gauges("odoo_gateway_upstream_in_flight_limit",
             "Calls that Odoo gets at once at most (max_in_flight), by instance.");
  Family<Gauge>& waiting_limit_ =
      Gauges("odoo_gateway_upstream_waiting_limit",
             "Calls that may wait for their turn at Odoo (max_waiting), by instance.");
  Family<Gauge>& up_ = Gauges("odoo_gateway_upstream_up",
                              "1 where the gateway is connected to the instance, else 0.");
  Family<Counter>& lines_dropped_ =
      Counters("odoo_gateway_log_lines_dropped_total",
               "Lines dropped because the log's output was too slow or took none.");
  Counter& log_dropped_ = lines_dropped_.Add({{"log", "ordinary"}});
  Counter& audit_dropped_ = lines_dropped_.Add({{"log", "audit"}});
  std::array<Counter*, kSeverityCount> grpc_messages_ = PerSeverity(Counters(
      "odoo_gateway_grpc_log_messages_total", "Messages that gRPC itself logged, by severity."));
  // Without series until Odoo was asked.
  Family<Gauge>& available_ =
      Gauges("odoo_gateway_model_available", "1 where the connected Odoo has the model, else 0.");
  Family<Gauge>& fields_missing_ =
      Gauges("odoo_gateway_contract_fields_missing",
             "Fields that contracts expect and the connected Odoo does not show, by model.");
  Family<Gauge>& access_ =
      Gauges("odoo_gateway_model_access",
             "1 where Odoo grants the integration user the right that contracts need, else 0.");
  Family<Gauge>& expiry_ =
      Gauges("odoo_gateway_credential_expiry_timestamp_seconds",
             "When the integration user's first API key expires; absent where that is not known.");
  Family<Counter>& certificate_loads_ =
      Counters("odoo_gateway_tls_certificate_loads_total",
               "Changes of the files of the gateway's certificate, taken into use or refused.");
  // Without a series where there is no TLS.
  Family<Gauge>& certificate_expiry_ =
      Gauges("odoo_gateway_tls_certificate_expiry_timestamp_seconds",
             "When the certificate expires that the gateway uses.");

  Family<Counter>& caller_calls_ =
      Counters("odoo_gateway_caller_calls_total",
               "Calls of the configured callers that were answered, by caller and code.");

  MethodSeries unknown_method_ = MakeMethod(kUnknownPath);
  ByName<MethodSeries> methods_;
  ByName<InstanceSeries> instances_;
  ByName<ByCode> callers_;
  ByReason refused_ = PerReason(refusals_, {});
  // Of calls that were failed before they reached an instance.
  ByReason unrouted_errors_ = PerReason(errors_, {{kInstanceLabel, ""}});
};

MetricsObserver::Series::Series(std::span<const ServedInstance> instances, std::string_view version,
                                std::span<const std::string> callers) {
  Gauges("odoo_gateway_build_info", "1; the gateway's version is the label.")
      .Add({{"version", std::string(version)}})
      .Set(1);
  for (const char* result : {"taken", "refused"}) certificate_loads_.Add({{"result", result}});
  for (const ServedInstance& instance : instances) Add(instance);
  for (const std::string& caller : callers)
    callers_[caller] = PerCode(caller_calls_, {{"caller", caller}});
}

void MetricsObserver::Series::Add(const ServedInstance& served) {
  InstanceSeries& instance = instances_[served.name];
  const prometheus::Labels labels = {{kInstanceLabel, served.name}};
  instance.name = served.name;
  instance.in_flight = &in_flight_.Add(labels);
  instance.waiting = &waiting_.Add(labels);
  instance.up = &up_.Add(labels);
  in_flight_limit_.Add(labels).Set(static_cast<double>(served.max_in_flight));
  waiting_limit_.Add(labels).Set(static_cast<double>(served.max_waiting));
  instance.errors = PerReason(errors_, labels);
  instance.other_model = MakeOtherModel(served.name);
  for (const ServedMethod& method : served.methods) Add(method, &instance);
}

// A model has series of its own for what contracts do with it; all else would be thousands of
// zeros.
void MetricsObserver::Series::Add(const ServedMethod& served, InstanceSeries* instance) {
  if (!methods_.contains(served.path)) methods_.emplace(served.path, MakeMethod(served.path));
  auto [model, is_new] = instance->models.try_emplace(served.model);
  if (is_new) model->second = MakeModel(served.model, *instance);
  model->second.upstream[Index(served.operation)] =
      MakeUpstream(instance->name, served.model, served.operation);
}

MethodSeries MetricsObserver::Series::MakeMethod(std::string_view path) {
  const prometheus::Labels labels = MethodLabels(path);
  MethodSeries series{.started = &started_.Add(labels),
                      .seconds = &handling_.Add(labels, Buckets())};
  series.handled = PerCode(handled_, labels);
  return series;
}

UpstreamSeries MetricsObserver::Series::MakeUpstream(const std::string& instance,
                                                     std::string_view model, Operation operation) {
  const prometheus::Labels labels = {{kInstanceLabel, instance},
                                     {"model", std::string(model)},
                                     {"operation", std::string(NameOf(operation))}};
  UpstreamSeries series{.seconds = &upstream_seconds_.Add(labels, Buckets())};
  for (std::size_t i = 0; i < kOutcomeCount; ++i) {
    prometheus::Labels with_outcome = labels;
    with_outcome.emplace("outcome", NameOf(static_cast<Outcome>(i)));
    series.calls[i] = &upstream_calls_.Add(with_outcome);
  }
  return series;
}

ModelSeries MetricsObserver::Series::MakeOtherModel(const std::string& instance) {
  ModelSeries series;
  // The first is never served.
  for (std::size_t i = 1; i < series.upstream.size(); ++i) {
    series.upstream[i] = MakeUpstream(instance, kOtherModel, static_cast<Operation>(i));
  }
  series.faults =
      PerReason(faults_, {{kInstanceLabel, instance}, {"model", std::string(kOtherModel)}});
  return series;
}

ModelSeries MetricsObserver::Series::MakeModel(const std::string& model,
                                               const InstanceSeries& instance) {
  ModelSeries series{.upstream = instance.other_model.upstream};
  series.upstream[Index(Operation::kLookup)] =
      MakeUpstream(instance.name, model, Operation::kLookup);
  series.faults = PerReason(faults_, {{kInstanceLabel, instance.name}, {"model", model}});
  return series;
}

void MetricsObserver::Series::On(const ModelSurveyed& event) {
  if (InstanceOf(event) == nullptr) return;
  const prometheus::Labels labels = {{kInstanceLabel, std::string(event.instance)},
                                     {"model", std::string(event.model)}};
  available_.Add(labels).Set(event.available ? 1 : 0);
  fields_missing_.Add(labels).Set(static_cast<double>(event.fields_missing));
  for (std::size_t i = 0; i < event.rights.size(); ++i) {
    prometheus::Labels with_right = labels;
    with_right.emplace("operation", base::NameOf(static_cast<base::Right>(i)));
    SetKnown(access_, with_right, event.rights[i]);
  }
}

void MetricsObserver::Series::On(const CredentialSurveyed& event) {
  InstanceSeries* instance = InstanceOf(event);
  if (instance == nullptr) return;
  if (event.expiry) {
    instance->expiry = &expiry_.Add({{kInstanceLabel, instance->name}});
    instance->expiry->Set(Seconds(event.expiry->time_since_epoch()));
  } else if (instance->expiry != nullptr) {
    expiry_.Remove(std::exchange(instance->expiry, nullptr));
  }
}

MetricsObserver::MetricsObserver(std::span<const ServedInstance> instances,
                                 std::string_view version, std::span<const std::string> callers)
    : series_(std::make_unique<Series>(instances, version, callers)) {}

MetricsObserver::~MetricsObserver() = default;

void MetricsObserver::Observe(const Event& event) {
  std::visit([this](const auto& some) { series_->On(some); }, event);
}

std::string MetricsObserver::Text() const {
  return prometheus::TextSerializer().Serialize(series_->registry()->Collect());
}

std::shared_ptr<prometheus::Registry> MetricsObserver::registry() const {
  return series_->registry();
}

}  // namespace gateway::observe
