#include "engine/trace.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstdio>
#include <random>

namespace gateway::engine {
namespace {

constexpr std::string_view kVersion = "00";
constexpr std::size_t kVersionEnd = 2;
constexpr std::size_t kTraceIdBegin = 3;
constexpr std::size_t kTraceIdEnd = 35;
constexpr std::size_t kParentIdBegin = 36;
constexpr std::size_t kParentIdEnd = 52;
constexpr std::size_t kFlagsBegin = 53;
constexpr std::size_t kLength = 55;
// What everybody has to hand on, at least; longer ones may be cut, or left out.
constexpr std::size_t kMaxTracestate = 512;

bool IsHex(std::string_view text) {
  return std::ranges::all_of(
      text, [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); });
}

bool IsId(std::string_view text) {
  return IsHex(text) && text.find_first_not_of('0') != std::string_view::npos;
}

std::string_view Part(std::string_view text, std::size_t begin, std::size_t end) {
  return text.substr(begin, end - begin);
}

// Later versions may append parts, and nothing else.
bool HasLength(std::string_view text, std::string_view version) {
  if (version == kVersion) return text.size() == kLength;
  return text.size() == kLength || (text.size() > kLength && text[kLength] == '-');
}

bool IsTraceparent(std::string_view text) {
  if (text.size() < kLength) return false;
  const std::string_view version = text.substr(0, kVersionEnd);
  const bool dashes =
      text[kVersionEnd] == '-' && text[kTraceIdEnd] == '-' && text[kParentIdEnd] == '-';
  return dashes && IsHex(version) && version != "ff" && HasLength(text, version) &&
         IsId(Part(text, kTraceIdBegin, kTraceIdEnd)) &&
         IsId(Part(text, kParentIdBegin, kParentIdEnd)) && IsHex(Part(text, kFlagsBegin, kLength));
}

bool IsTracestate(std::string_view text) {
  return !text.empty() && text.size() <= kMaxTracestate &&
         std::ranges::all_of(text, [](char c) { return c >= ' ' && c <= '~'; });
}

// Unique among the calls of a fleet, not secret.
std::uint64_t NewId() {
  thread_local std::mt19937_64 random{std::random_device{}()};
  std::uint64_t id = 0;
  while (id == 0) id = random();
  return id;
}

std::string NewTraceparent() {
  std::array<char, kLength + 1> text;
  const auto id = [] { return static_cast<unsigned long long>(NewId()); };
  std::snprintf(text.data(), text.size(), "00-%016llx%016llx-%016llx-00", id(), id(), id());
  return text.data();
}

}  // namespace

std::string_view Trace::trace_id() const {
  const std::string_view text = traceparent;
  return text.empty() ? text : Part(text, kTraceIdBegin, kTraceIdEnd);
}

std::vector<std::string> Trace::Headers() const {
  std::vector<std::string> headers;
  if (!request_id.empty()) headers.push_back("X-Request-Id: " + request_id);
  if (!traceparent.empty()) headers.push_back("traceparent: " + traceparent);
  if (!tracestate.empty()) headers.push_back("tracestate: " + tracestate);
  return headers;
}

Trace MakeTrace(std::string request_id, std::string_view traceparent, std::string_view tracestate) {
  Trace trace{.request_id = std::move(request_id), .traceparent = {}, .tracestate = {}};
  if (!IsTraceparent(traceparent)) {
    trace.traceparent = NewTraceparent();
    return trace;
  }
  trace.traceparent.append(kVersion).append(traceparent.substr(kVersionEnd, kLength - kVersionEnd));
  if (IsTracestate(tracestate)) trace.tracestate = tracestate;
  return trace;
}

}  // namespace gateway::engine
