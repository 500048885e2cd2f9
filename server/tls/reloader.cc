#include "tls/reloader.h"

#include <utility>

namespace gateway::tls {
namespace {

bool Expired(const Identity& identity) {
  return identity.expires <= std::chrono::system_clock::now();
}

}  // namespace

base::Result<std::unique_ptr<Reloader>> Reloader::Start(Files files,
                                                        std::chrono::milliseconds interval,
                                                        Tell tell) {
  auto first = Load(files);
  if (!first) return std::move(first.failure());
  tell({true, {}, first->expires});
  return std::unique_ptr<Reloader>(
      new Reloader(std::move(files), std::move(*first), interval, std::move(tell)));
}

Reloader::Reloader(Files files, Identity first, std::chrono::milliseconds interval, Tell tell)
    : files_(std::move(files)),
      tell_(std::move(tell)),
      current_(std::make_shared<const Identity>(std::move(first))),
      thread_([this, interval](const std::stop_token& stop) { Run(stop, interval); }) {}

void Reloader::Run(const std::stop_token& stop, std::chrono::milliseconds interval) {
  std::unique_lock lock(mutex_);
  while (!stop.stop_requested()) {
    wake_.wait_for(lock, stop, interval, [] { return false; });
    if (!stop.stop_requested()) Look();
  }
}

void Reloader::Look() {
  auto found = Load(files_);
  if (!found) return Refuse(found.failure().message);
  const auto current = current_.load();
  if (Expired(*found) && !Expired(*current))
    return Refuse(files_.certificate + ": has expired; the one in use has not.");
  problem_.clear();
  if (*found == *current) return;
  const auto expires = found->expires;
  current_ = std::make_shared<const Identity>(std::move(*found));
  tell_({true, {}, expires});
}

void Reloader::Refuse(const std::string& problem) {
  if (problem == problem_) return;
  problem_ = problem;
  tell_({false, problem, current_.load()->expires});
}

}  // namespace gateway::tls
