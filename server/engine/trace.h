// By what a call is found again: in the gateway's log, in the caller's traces, and in those of
// Odoo or of a proxy before it.
//
// The gateway makes no spans of its own. It hands the caller's W3C trace context on as it came, so
// spans made behind it hang below the caller's; a call without one gets a new trace that is marked
// as not sampled.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace gateway::engine {

struct Trace {
  std::string request_id;
  // Of version 00: `00-<32 hex: trace id>-<16 hex: parent id>-<2 hex: flags>`.
  std::string traceparent;
  // Empty where there is none.
  std::string tracestate;

  // 32 lower-case hexadecimal digits; empty where traceparent is.
  std::string_view trace_id() const;
  // As lines of an HTTP message.
  std::vector<std::string> Headers() const;
};

// What the caller sent, each empty where it sent nothing. What is not well-formed counts as
// nothing: a broken trace must not break a call. A tracestate without its traceparent says nothing.
Trace MakeTrace(std::string request_id, std::string_view traceparent, std::string_view tracestate);

}  // namespace gateway::engine
