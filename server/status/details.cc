#include "status/details.h"

#include <algorithm>
#include <chrono>
#include <string>
#include <utility>

#include "status/text.h"

namespace gateway::status {
namespace {

using base::Failure;
using base::Reason;
using google::rpc::Status;
using std::chrono::milliseconds;
using namespace std::chrono_literals;

constexpr std::string_view kDomain = "odoo-gateway";

// Bytes of each text. Their sum is what status_test.cc proves to fit.
constexpr std::size_t kRequestIdBytes = 128;
constexpr std::size_t kMetadataKeyBytes = 64;
constexpr std::size_t kMetadataValueBytes = 200;
constexpr std::size_t kMetadataBytes = 600;
constexpr std::size_t kOdooMessageBytes = 800;
constexpr std::size_t kModelBytes = 64;
constexpr std::size_t kResourceNameBytes = 160;
constexpr std::size_t kDescriptionBytes = 160;
constexpr std::size_t kPathBytes = 200;
constexpr std::size_t kViolationBytes = 240;
constexpr std::size_t kFrameBytes = 200;
// Tags, lengths and type URL of a message inside Any inside Status.
constexpr std::size_t kPackedBytes = 64;
// Tag and length of a string.
constexpr std::size_t kStringBytes = 3;

constexpr int kMaxViolations = 64;
constexpr milliseconds kMaxRetryDelay = 24h;

constexpr std::string_view kOdoo = "odoo";
constexpr std::string_view kGateway = "odoo-gateway";

// What a reason adds to the details that every failure may have. An empty or zero cell adds
// nothing.
struct Extras {
  Reason reason;
  // PreconditionFailure: its subject where the failure names no record.
  std::string_view precondition;
  // QuotaFailure: whose limit it is.
  std::string_view quota;
  // RetryInfo: the delay where the failure names none.
  milliseconds retry;
};

constexpr Extras kExtras[] = {
    {Reason::kBusinessRule, kOdoo, {}, {}},
    {Reason::kRecordInUse, kOdoo, {}, {}},
    {Reason::kActionNotDone, kOdoo, {}, {}},
    {Reason::kIntegrationUserRejected, kGateway, {}, {}},
    {Reason::kDatabaseNotFound, kGateway, {}, {}},
    {Reason::kEndpointNotFound, kGateway, {}, {}},
    {Reason::kConcurrentUpdate, {}, {}, 1s},  // Odoo has tried five times by itself.
    {Reason::kUpstreamUnavailable, {}, {}, 5s},
    {Reason::kSessionExpired, {}, {}, 100ms},  // The gateway logs in anew at once.
    {Reason::kRateLimited, {}, kOdoo, 10s},
    {Reason::kOverloaded, {}, kGateway, 1s},
};
constexpr Extras kNoExtras = {Reason::kUnspecified, {}, {}, {}};

const Extras& ExtrasOf(Reason reason) {
  const auto* found = std::ranges::find(kExtras, reason, &Extras::reason);
  return found == std::end(kExtras) ? kNoExtras : *found;
}

// A failure without a reason is a mistake of the gateway; callers never see REASON_UNSPECIFIED.
Reason Sent(Reason reason) {
  return reason == Reason::kUnspecified ? Reason::kServerError : reason;
}

// `sale.order,7,8`, as Odoo writes references.
std::string ResourceName(const base::Resource& resource) {
  std::string name = resource.model;
  for (const std::int64_t id : resource.ids) {
    if (name.size() > kResourceNameBytes) break;  // Cut anyway.
    name += ',' + std::to_string(id);
  }
  return OneLine(name, kResourceNameBytes);
}

template <class Message>
void Add(const Message& message, Status* status) {
  status->add_details()->PackFrom(message);
}

void AddRequestInfo(std::string_view request_id, Status* status) {
  google::rpc::RequestInfo info;
  info.set_request_id(OneLine(request_id, kRequestIdBytes));
  Add(info, status);
}

void AddRetryInfo(const Failure& failure, Status* status) {
  const milliseconds usual = ExtrasOf(failure.reason).retry;
  if (!failure.retry_after && usual == 0ms) return;
  const milliseconds delay = std::clamp(failure.retry_after.value_or(usual), 0ms, kMaxRetryDelay);
  google::rpc::RetryInfo info;
  info.mutable_retry_delay()->set_seconds(delay / 1s);
  info.mutable_retry_delay()->set_nanos(static_cast<int>((delay % 1s) / 1ns));
  Add(info, status);
}

void AddResourceInfo(const Failure& failure, Status* status) {
  if (!failure.resource) return;
  google::rpc::ResourceInfo info;
  info.set_resource_type(OneLine(failure.resource->model, kModelBytes));
  info.set_resource_name(ResourceName(*failure.resource));
  info.set_description(OneLine(failure.message, kDescriptionBytes));
  Add(info, status);
}

void AddPreconditionFailure(const Failure& failure, Status* status) {
  const std::string_view subject = ExtrasOf(failure.reason).precondition;
  if (subject.empty()) return;
  google::rpc::PreconditionFailure details;
  auto* violation = details.add_violations();
  violation->set_type(std::string(InfoOf(failure.reason).name));
  violation->set_subject(failure.resource ? ResourceName(*failure.resource) : std::string(subject));
  violation->set_description(OneLine(failure.message, kDescriptionBytes));
  Add(details, status);
}

// A caller's own rate, where one is named.
std::string QuotaSubject(const Failure& failure) {
  const auto caller =
      std::ranges::find(failure.metadata, "caller", &std::pair<std::string, std::string>::first);
  return caller == failure.metadata.end() ? std::string(ExtrasOf(failure.reason).quota)
                                          : OneLine("caller:" + caller->second, kModelBytes);
}

void AddQuotaFailure(const Failure& failure, Status* status) {
  if (ExtrasOf(failure.reason).quota.empty()) return;
  google::rpc::QuotaFailure details;
  auto* violation = details.add_violations();
  violation->set_subject(QuotaSubject(failure));
  violation->set_description(OneLine(failure.message, kDescriptionBytes));
  Add(details, status);
}

void AddLocalizedMessage(const Failure& failure, Status* status) {
  if (failure.odoo_message.empty() || failure.odoo_message_withheld) return;
  google::rpc::LocalizedMessage message;
  message.set_locale(Locale(failure.odoo_lang));
  message.set_message(Lines(failure.odoo_message, kOdooMessageBytes));
  Add(message, status);
}

void AddViolation(const base::Violation& violation, Reason fallback, ViolationDetails* details) {
  const Reason reason = violation.reason == Reason::kUnspecified ? fallback : violation.reason;
  const std::string path = OneLine(violation.path, kPathBytes);
  const std::string message = OneLine(violation.message, kViolationBytes);
  auto* field = details->bad_request.add_field_violations();
  field->set_field(path);
  field->set_description(message);
  auto* entry = details->violations.add_violations();
  entry->set_path(path);
  entry->set_reason(static_cast<odoo::error::v1::Reason>(Sent(reason)));
  entry->set_message(message);
}

void RemoveLastViolation(ViolationDetails* details) {
  details->bad_request.mutable_field_violations()->RemoveLast();
  details->violations.mutable_violations()->RemoveLast();
}

std::size_t PackedSize(const ViolationDetails& details) {
  return details.bad_request.ByteSizeLong() + details.violations.ByteSizeLong() + 2 * kPackedBytes;
}

// `  File "/odoo/models.py", line 7, in create` and the like.
std::vector<std::string_view> Frames(std::string_view traceback) {
  std::vector<std::string_view> frames;
  while (!traceback.empty()) {
    const std::string_view line = traceback.substr(0, traceback.find('\n'));
    if (line.starts_with("  File \"")) frames.push_back(line.substr(2));
    traceback.remove_prefix(std::min(line.size() + 1, traceback.size()));
  }
  return frames;
}

}  // namespace

google::rpc::ErrorInfo ErrorInfoOf(const Failure& failure) {
  google::rpc::ErrorInfo info;
  info.set_reason(std::string(InfoOf(Sent(failure.reason)).name));
  info.set_domain(std::string(kDomain));
  std::size_t bytes = 0;
  for (const auto& [key, value] : failure.metadata) {
    const std::string clean_key = OneLine(key, kMetadataKeyBytes);
    const std::string clean_value = OneLine(value, kMetadataValueBytes);
    // An entry is a message of its own.
    bytes += clean_key.size() + clean_value.size() + 3 * kStringBytes;
    if (bytes > kMetadataBytes) break;
    (*info.mutable_metadata())[clean_key] = clean_value;
  }
  return info;
}

void AddFixedDetails(const Failure& failure, std::string_view request_id, Status* status) {
  AddRequestInfo(request_id, status);
  AddRetryInfo(failure, status);
  AddResourceInfo(failure, status);
  AddPreconditionFailure(failure, status);
  AddQuotaFailure(failure, status);
  AddLocalizedMessage(failure, status);
}

ViolationDetails FirstViolations(const Failure& failure, std::size_t bytes) {
  ViolationDetails details;
  for (const base::Violation& violation : failure.violations) {
    if (details.violations.violations_size() == kMaxViolations) break;
    AddViolation(violation, failure.reason, &details);
    if (PackedSize(details) <= bytes) continue;
    RemoveLastViolation(&details);
    break;
  }
  return details;
}

google::rpc::DebugInfo DebugInfoOf(std::string_view debug, std::size_t bytes) {
  std::vector<std::string_view> frames = Frames(debug);
  std::vector<std::string> kept;
  std::size_t used = kPackedBytes;
  for (; !frames.empty(); frames.pop_back()) {
    std::string frame = OneLine(frames.back(), kFrameBytes);
    used += frame.size() + kStringBytes;
    if (used > bytes) break;
    kept.push_back(std::move(frame));
  }
  google::rpc::DebugInfo info;
  info.mutable_stack_entries()->Assign(kept.rbegin(), kept.rend());
  return info;
}

}  // namespace gateway::status
