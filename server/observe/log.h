// Events as log lines: one JSON object per line, at most 16 kB, for every call and every change of
// state.
//
//   {"ts":"2026-01-31T12:00:00.000Z","level":"info","event":"call","request_id":"r-1",
//    "caller":"shop","method":"/odoo.sale.v1.SaleOrderService/GetSaleOrder","model":"sale.order",
//    "operation":"get","code":"NOT_FOUND","reason":"RECORD_NOT_FOUND","duration_ms":12.345,
//    "request_bytes":9,"response_bytes":0,"message":"..."}
//
// Absent texts have no key. Calls to Odoo ("event":"odoo_call") and Odoo's tracebacks ("debug")
// appear at level debug alone.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <string_view>

#include "observe/event.h"

namespace gateway::observe {

enum class Level : std::uint8_t { kDebug, kInfo, kWarn, kError };

inline constexpr std::size_t kMaxLineBytes = 16 << 10;

// Takes one line without its end; any thread, must not block.
using LineWriter = std::function<void(std::string_view line)>;

// Writes to stderr from a thread of its own, a few milliseconds later, many lines at once. Where
// stderr is too slow, the oldest waiting lines are dropped: calls never wait for the log. The last
// copy's end waits until all is written.
LineWriter StderrWriter();

class LogObserver final : public Observer {
 public:
  using Clock = std::function<std::chrono::system_clock::time_point()>;

  // `least`: lines below it are not made.
  LogObserver(Level least, LineWriter write, Clock clock = std::chrono::system_clock::now);

  void Observe(const Event& event) override;

 private:
  Level least_;
  LineWriter write_;
  Clock clock_;
};

}  // namespace gateway::observe
