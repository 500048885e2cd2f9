// The steps of one call, in order. Loop thread only; lives in the frame of its call.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/task.h"
#include "engine/engine.h"
#include "engine/invoker.h"

namespace gateway::engine {

class CallSteps {
 public:
  explicit CallSteps(Invoker& invoker) : invoker_(invoker), plan_(invoker.plan()) {}

  base::Task<Response> Run();

 private:
  // What an external id stands for; id 0: nothing.
  struct Referred {
    std::string model;
    std::int64_t id = 0;
  };
  base::Task<base::Result<Referred>> LookUp(const std::string& external_id);
  // What is wrong with what a reference stands for; empty: nothing.
  std::string MistakeIn(const plan::ExternalReference& reference, const Referred& referred) const;
  // External ids -> ids. All that point to nothing are told at once.
  base::Task<base::Status> Resolve();
  // What a caller that is bound to companies refers to must be visible in one of them.
  base::Task<base::Status> CheckVisible();
  // Which of the records are visible, sorted.
  base::Task<base::Result<std::vector<std::int64_t>>> Visible(const std::string& model,
                                                              std::vector<std::int64_t> ids);
  // Rows that an update names must be the record's own.
  base::Task<base::Status> CheckRows();
  base::Task<base::Status> Prepare();

  // Odoo's names of fields -> paths in the request.
  void Translate(base::Failure& failure) const;
  // Keeps what Odoo said from a caller that may not read all that it may be about.
  void Withhold(base::Failure& failure) const;

  Invoker& invoker_;
  const plan::Plan& plan_;
};

}  // namespace gateway::engine
