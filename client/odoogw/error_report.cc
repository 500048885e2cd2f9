#include "odoogw/error_report.h"

#include <algorithm>
#include <map>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "base/printable.h"
#include "google/protobuf/util/json_util.h"
#include "google/protobuf/util/time_util.h"
#include "google/rpc/code.pb.h"
#include "google/rpc/error_details.pb.h"
#include "odoo/error/v1/error.pb.h"
#include "odoogw/json.h"
#include "odoogw/status_details.h"

namespace odoogw {
namespace {

using gateway::base::Lines;
using gateway::base::Printable;
using gateway::base::PrintableJson;
using google::protobuf::Any;

constexpr char kError[] = "error:";
constexpr std::size_t kIndent = 2;
constexpr std::size_t kLabelWidth = 14;

std::string IndentFurtherLines(const std::string& text, std::size_t indent) {
  return absl::StrReplaceAll(text, {{"\n", absl::StrCat("\n", std::string(indent, ' '))}});
}

// Lines of a label and a text; further lines of the text are indented like the first.
class Report {
 public:
  explicit Report(const Style& style) : style_(style) {}

  void Headline(const std::string& text) {
    absl::StrAppend(&text_, style_.Paint(Tone::kError, kError), " ",
                    IndentFurtherLines(Printable(text, Lines::kMany), sizeof(kError)), "\n");
  }

  void Line(const std::string& label, const std::string& text) {
    Append(Printable(label), Printable(text, Lines::kMany));
  }

  void Field(const std::string& path, const std::string& reason, const std::string& text) {
    const std::string name =
        style_.Paint(Tone::kName, path.empty() ? "(request)" : Printable(path));
    Append("field", absl::StrCat(name, reason.empty() ? "" : ": ", reason, "\n",
                                 Printable(text, Lines::kMany)));
  }

  std::string Take() && { return std::move(text_); }

 private:
  void Append(const std::string& label, const std::string& text) {
    const std::size_t width = std::max(label.size() + 1, kLabelWidth);
    absl::StrAppend(&text_, std::string(kIndent, ' '), style_.Paint(Tone::kLabel, label),
                    std::string(width - label.size(), ' '),
                    IndentFurtherLines(text, kIndent + kLabelWidth), "\n");
  }

  const Style& style_;
  std::string text_;
};

// Text of the parts that are not empty, joined with `separator`.
std::string JoinPresent(std::vector<std::string> parts, const char* separator) {
  parts.erase(std::remove(parts.begin(), parts.end(), ""), parts.end());
  return absl::StrJoin(parts, separator);
}

void Add(const google::rpc::ErrorInfo& info, Report& report) {
  const std::string domain = info.domain().empty() ? "" : absl::StrCat("(", info.domain(), ")");
  report.Line("reason", JoinPresent({info.reason(), domain}, " "));
}

void Add(const odoo::error::v1::Violations& violations, Report& report) {
  for (const auto& violation : violations.violations()) {
    report.Field(violation.path(), ReasonName(violation.reason()), violation.message());
  }
}

void Add(const google::rpc::BadRequest& bad_request, Report& report) {
  for (const auto& violation : bad_request.field_violations()) {
    report.Field(violation.field(), "", violation.description());
  }
}

void Add(const google::rpc::LocalizedMessage& message, Report& report) {
  const std::string locale =
      message.locale().empty() ? "" : absl::StrCat(" (", message.locale(), ")");
  report.Line("Odoo says", message.message() + locale);
}

void Add(const google::rpc::ResourceInfo& resource, Report& report) {
  const std::string name = JoinPresent({resource.resource_type(), resource.resource_name()}, " ");
  const std::string owner =
      resource.owner().empty() ? "" : absl::StrCat("owner ", resource.owner());
  report.Line("resource", JoinPresent({name, owner, resource.description()}, "\n"));
}

void Add(const google::rpc::PreconditionFailure& failure, Report& report) {
  for (const auto& violation : failure.violations()) {
    const std::string what = JoinPresent({violation.type(), violation.subject()}, " ");
    report.Line("precondition", JoinPresent({what, violation.description()}, "\n"));
  }
}

void Add(const google::rpc::QuotaFailure& failure, Report& report) {
  for (const auto& violation : failure.violations()) {
    report.Line("quota", JoinPresent({violation.subject(), violation.description()}, "\n"));
  }
}

void Add(const google::rpc::RetryInfo& retry, Report& report) {
  const auto& delay = retry.retry_delay();
  report.Line("retry after", google::protobuf::util::TimeUtil::ToString(delay));
}

void AddMetadata(const google::rpc::ErrorInfo& info, Report& report) {
  const std::map<std::string, std::string> sorted(info.metadata().begin(), info.metadata().end());
  for (const auto& [key, value] : sorted) report.Line(key, value);
}

void Add(const google::rpc::RequestInfo& request, Report& report) {
  report.Line("request id", JoinPresent({request.request_id(), request.serving_data()}, "\n"));
}

void Add(const google::rpc::Help& help, Report& report) {
  for (const auto& link : help.links()) {
    report.Line("help", JoinPresent({link.description(), link.url()}, ": "));
  }
}

void Add(const google::rpc::DebugInfo& debug, Report& report) {
  report.Line("debug",
              JoinPresent({debug.detail(), absl::StrJoin(debug.stack_entries(), "\n")}, "\n"));
}

struct Section {
  std::string type;  // Full name of the detail's message.
  void (*add)(const Any&, Report&);
};

template <typename Detail, void (*add)(const Detail&, Report&)>
Section SectionFor() {
  return {Detail::descriptor()->full_name(), [](const Any& any, Report& report) {
            Detail detail;
            if (any.UnpackTo(&detail)) add(detail, report);
          }};
}

// In the order of the report.
const std::vector<Section>& Sections() {
  static const std::vector<Section> kSections = {
      SectionFor<google::rpc::ErrorInfo, Add>(),
      SectionFor<odoo::error::v1::Violations, Add>(),
      SectionFor<google::rpc::BadRequest, Add>(),
      SectionFor<google::rpc::LocalizedMessage, Add>(),
      SectionFor<google::rpc::ResourceInfo, Add>(),
      SectionFor<google::rpc::PreconditionFailure, Add>(),
      SectionFor<google::rpc::QuotaFailure, Add>(),
      SectionFor<google::rpc::RetryInfo, Add>(),
      SectionFor<google::rpc::ErrorInfo, AddMetadata>(),
      SectionFor<google::rpc::RequestInfo, Add>(),
      SectionFor<google::rpc::Help, Add>(),
      SectionFor<google::rpc::DebugInfo, Add>(),
  };
  return kSections;
}

std::string TypeName(const Any& any) {
  return any.type_url().substr(any.type_url().rfind('/') + 1);
}

bool IsKnown(const Any& any) {
  return std::any_of(Sections().begin(), Sections().end(),
                     [&](const Section& section) { return section.type == TypeName(any); });
}

// BadRequest says the same as Violations, without the reasons.
bool IsRepetition(const Any& any, const google::rpc::Status& status) {
  return any.Is<google::rpc::BadRequest>() &&
         FindDetail<odoo::error::v1::Violations>(status).has_value();
}

void AddSections(const google::rpc::Status& status, Report& report) {
  for (const Section& section : Sections()) {
    for (const Any& any : status.details()) {
      if (TypeName(any) == section.type && !IsRepetition(any, status)) section.add(any, report);
    }
  }
}

std::string CodeName(int code) {
  const std::string& name = google::rpc::Code_Name(static_cast<google::rpc::Code>(code));
  return name.empty() ? absl::StrCat("code ", code) : name;
}

google::rpc::Status OnlyKnownDetails(const google::rpc::Status& status) {
  google::rpc::Status known = status;
  known.clear_details();
  for (const Any& any : status.details()) {
    if (IsKnown(any)) *known.add_details() = any;
  }
  return known;
}

}  // namespace

std::string RenderError(const Failure& failure, const Style& style) {
  const google::rpc::Status& status = failure.status();
  Report report(style);
  report.Headline(status.message().empty() ? CodeName(status.code()) : status.message());
  if (failure.exit_code() != ExitCode::kUsage) report.Line("code", CodeName(status.code()));
  AddSections(status, report);
  for (const Any& any : status.details()) {
    if (!IsKnown(any)) report.Line("detail", TypeName(any));
  }
  return std::move(report).Take();
}

std::string ErrorAsJson(const google::rpc::Status& status) {
  google::protobuf::util::JsonPrintOptions options;
  options.add_whitespace = true;
  options.preserve_proto_field_names = true;
  std::string json;
  (void)google::protobuf::util::MessageToJsonString(OnlyKnownDetails(status), &json, options);
  return PrintableJson(WidenIndentation(json));
}

}  // namespace odoogw
