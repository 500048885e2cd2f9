// The steps of one call, in order. Loop thread only; lives in the frame of its call.
#pragma once

#include <string>

#include "base/task.h"
#include "engine/engine.h"
#include "odoo/session.h"

namespace gateway::engine {

class Operation {
 public:
  Operation(const plan::Plan& plan, const odoo::Session& session, Upstream& upstream,
            http::Clock::time_point deadline, Cancellation& cancellation,
            observe::Observer& observer)
      : plan_(plan),
        session_(session),
        upstream_(upstream),
        deadline_(deadline),
        cancellation_(cancellation),
        observer_(observer) {}

  base::Task<Response> Run();

 private:
  using Answered = base::Result<odoo::Answer>;

  // External ids -> ids. All that point to nothing are told at once.
  base::Task<base::Status> Resolve();
  // What an external id stands for; id 0: nothing.
  // Rows that an update names must be the record's own.
  base::Task<base::Status> CheckRows();
  struct Referred {
    std::string model;
    std::int64_t id = 0;
  };
  base::Task<base::Result<Referred>> LookUp(const std::string& external_id);
  base::Task<Answered> Invoke(const odoo::Call& call, bool write);
  base::Task<Response> Execute();
  // An action, and whether it did what it is there for.
  base::Task<Response> Act(const plan::Call& call);
  Response Verify(const plan::Call& call, const odoo::Answer& read, const odoo::Answer* acted);
  base::Task<Response> Delete(const plan::Unlink& unlink);
  base::Task<Response> Find(const plan::Search& search, const odoo::Answer& answer);

  // Odoo's names of fields -> paths in the request.
  void Translate(base::Failure& failure) const;
  Purpose PurposeOf(observe::Operation operation, bool write) const;

  const plan::Plan& plan_;
  const odoo::Session& session_;
  Upstream& upstream_;
  const http::Clock::time_point deadline_;
  Cancellation& cancellation_;
  observe::Observer& observer_;
  codec::ResolvedIds resolved_;
};

}  // namespace gateway::engine
