// Events as log lines: one JSON object per line, at most 16 kB, for every call and every change of
// state.
//
//   {"ts":"2026-01-31T12:00:00.000Z","level":"info","event":"call","request_id":"r-1",
//    "peer":"ipv4:10.0.0.7","caller":"shop",
//    "method":"/odoo.sale.v1.SaleOrderService/GetSaleOrder","model":"sale.order",
//    "operation":"get","code":"NOT_FOUND","reason":"RECORD_NOT_FOUND","duration_ms":12.345,
//    "request_bytes":9,"response_bytes":0,"message":"..."}
//
// Absent texts have no key. Of calls that nobody known makes, one line a second tells how many came
// before it ("held_back"): whoever guesses tokens must not fill the log. Calls to Odoo
// ("event":"odoo_call") and Odoo's tracebacks ("debug") appear at level debug alone.
//
// Errors of gRPC itself ("event":"grpc"): one line a second for each place in gRPC's source that
// logs them, which says how many came before it ("suppressed"). Below errors, gRPC's log is traces,
// which hold headers with tokens: they are only counted.
#pragma once

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <string_view>

#include "observe/event.h"
#include "observe/once_a_second.h"

namespace gateway::observe {

enum class Level : std::uint8_t { kDebug, kInfo, kWarn, kError };
// As in lines, for example "warn".
std::string_view LevelName(Level level);

inline constexpr std::size_t kMaxLineBytes = 20 << 10;

struct Draft;

// Takes one line without its end; any thread, must not block.
using LineWriter = std::function<void(Level level, std::string_view line)>;
// Told how many more lines were dropped; any thread, must not block.
using DropCounter = std::function<void(std::size_t lines)>;

// Writes to stderr from a thread of its own: warnings and errors at once, all else a few
// milliseconds later, many lines together. Where stderr is too slow, the oldest waiting lines are
// dropped: calls never wait for the log. Once there is room again, a line tells how many:
//
//   {"ts":"...","level":"warn","event":"log_dropped","lines":1234}
//
// The last copy's end waits until all is written, for a second at the longest; so does an exception
// that nobody catches. Signals do not (abort, a segmentation fault): what little came just before
// them is lost, nothing in a handler could safely write it.
LineWriter StderrWriter(DropCounter dropped);

class LogObserver final : public Observer {
 public:
  using Clock = std::function<std::chrono::system_clock::time_point()>;

  // `least`: lines below it are not made.
  LogObserver(Level least, LineWriter write, Clock clock = std::chrono::system_clock::now);

  void Observe(const Event& event) override;

 private:
  bool HoldsBack(const CallFinished& event, Draft* draft);
  bool HoldsBack(const GrpcLogged& event, Draft* draft);
  static bool HoldsBack(const auto&, Draft*) { return false; }

  Level least_;
  LineWriter write_;
  Clock clock_;
  OnceASecond unauthenticated_;
  // By the hash of GrpcLogged::source: one place's flood hides few others.
  std::array<OnceASecond, 16> grpc_;
};

}  // namespace gateway::observe
