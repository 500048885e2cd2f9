#include "main/drift_watch.h"

namespace gateway {
namespace {

void Append(std::string& list, const std::string& item) {
  if (!list.empty()) list += ", ";
  list += item;
}

}  // namespace

DriftWatch::Texts DriftWatch::TextsOf(const schema::Drift& drift) {
  Texts texts;
  for (const std::string& field : drift.missing) Append(texts.missing, field);
  for (const auto& [field, how] : drift.retyped) Append(texts.retyped, field + " (" + how + ")");
  return texts;
}

void DriftWatch::Tell(const Drifts& drifts, observe::Observer& observer) {
  std::map<std::string, Texts> now;
  for (const auto& [model, drift] : drifts) {
    Texts& texts = now[model] = TextsOf(drift);
    if (texts != told_[model])
      observer.Observe(observe::ContractDrift{model, texts.missing, texts.retyped});
  }
  told_ = std::move(now);
}

}  // namespace gateway
