#include "codec/problems.h"

namespace gateway::codec {
namespace {
// A batch of thousands of wrong rows must not become an answer of megabytes; `status` cuts further.
constexpr std::size_t kMaxViolations = 256;
}  // namespace

std::string Problems::Path() const {
  std::string path;
  for (const Step& step : path_) {
    if (!path.empty()) path += '.';
    path += step.name;
    if (step.index >= 0) path += '[' + std::to_string(step.index) + ']';
  }
  return path;
}

bool Problems::Drops() {
  if (violations_.size() < kMaxViolations) return false;
  ++dropped_;
  return true;
}

void Problems::Add(base::Reason reason, std::string message) {
  if (!Drops()) violations_.push_back({Path(), reason, std::move(message)});
}

void Problems::AddBelow(std::string_view name, base::Reason reason, std::string message) {
  if (Drops()) return;
  std::string path = Path();
  if (!path.empty()) path += '.';
  path += name;
  violations_.push_back({std::move(path), reason, std::move(message)});
}

void Problems::AddAt(std::string path, base::Reason reason, std::string message) {
  if (!Drops()) violations_.push_back({std::move(path), reason, std::move(message)});
}

base::Failure Problems::ToFailure() && {
  if (malformed_) {
    return base::Fail(
        base::Reason::kMalformedRequest,
        "The request's bytes are no message of the expected type. Use stubs made from "
        "the contract.");
  }
  const base::Violation& first = violations_.front();
  const std::size_t total = violations_.size() + dropped_;
  std::string message = first.path + ": " + first.message;
  if (total > 1) message += " (and " + std::to_string(total - 1) + " more)";
  base::Failure failure = base::Fail(first.reason, std::move(message));
  if (dropped_ > 0) failure.metadata.emplace_back("violations", std::to_string(total));
  failure.violations = std::move(violations_);
  return failure;
}

}  // namespace gateway::codec
