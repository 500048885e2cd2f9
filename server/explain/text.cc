#include <algorithm>

#include "base/printable.h"
#include "explain/explain.h"
#include "explain/request.h"
#include "odoo/explain.h"

namespace gateway::explain {
namespace {

constexpr std::size_t kWidth = 13;

// Labels begin at the left, and further lines of a text below its first: nothing that Odoo says can
// look like a row.
void Row(std::string_view label, std::string_view text, std::string& out) {
  if (text.empty()) return;
  out.append(label).append(":").append(kWidth - std::min(kWidth, label.size() + 1), ' ');
  for (const char c : base::Printable(text, base::Lines::kMany)) {
    out.push_back(c);
    if (c == '\n') out.append(kWidth, ' ');
  }
  out.append("\n");
}

std::string PathsOf(const base::Failure& failure) {
  std::string paths;
  for (const base::Violation& violation : failure.violations)
    paths.append(paths.empty() ? "" : ", ").append(violation.path);
  return paths;
}

std::string TextOfFailure(const base::Failure& failure) {
  const base::ReasonInfo& info = base::InfoOf(failure.reason);
  std::string out;
  Row("code", base::CodeName(failure.StatusCode()), out);
  Row("reason", info.name, out);
  Row("fields", PathsOf(failure), out);
  for (const auto& [key, value] : failure.metadata) Row(key, value, out);
  Row("retryable", info.retryable ? "yes" : "no", out);
  Row("Odoo says", failure.odoo_message, out);
  Row("advice", failure.message, out);
  return out;
}

}  // namespace

std::string Text(const Exchange& exchange, std::string body, const contract::Catalog& catalog) {
  const Request request(exchange.request);
  const odoo::Reply reply{exchange.http_status, {}, {}, body};
  const auto failure =
      odoo::FailureIn(reply, exchange.protocol, ContextOf(request.call(), catalog));
  return failure ? TextOfFailure(*failure)
                 : "code:        OK\nadvice:      Odoo did what was asked.\n";
}

}  // namespace gateway::explain
