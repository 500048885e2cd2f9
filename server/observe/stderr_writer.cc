#include <spdlog/async.h>
#include <spdlog/pattern_formatter.h>
#include <spdlog/sinks/stdout_sinks.h>

#include <memory>

#include "observe/log.h"

namespace gateway::observe {
namespace {

// A few seconds of calls.
constexpr std::size_t kQueuedLines = 8192;

// Not registered with spdlog, whose registry would outlive main.
struct Stderr {
  std::shared_ptr<spdlog::details::thread_pool> thread =
      std::make_shared<spdlog::details::thread_pool>(kQueuedLines, 1);
  std::shared_ptr<spdlog::async_logger> logger =
      std::make_shared<spdlog::async_logger>("", std::make_shared<spdlog::sinks::stderr_sink_mt>(),
                                             thread, spdlog::async_overflow_policy::overrun_oldest);

  Stderr() { logger->set_pattern("%v"); }
};

}  // namespace

LineWriter StderrWriter() {
  return [output = std::make_shared<Stderr>()](std::string_view line) {
    output->logger->log(spdlog::level::info, spdlog::string_view_t(line.data(), line.size()));
  };
}

}  // namespace gateway::observe
