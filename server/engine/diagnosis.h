// Who is to blame, after Odoo refused a write without naming a field: from the request, and from at
// most two look-ups in the call's own place among the calls in flight, within its deadline. What
// they do not settle leaves the failure as it was. Loop thread only; lives in the frame of its
// call.
#pragma once

#include <string>
#include <unordered_set>

#include "base/task.h"
#include "engine/invoker.h"
#include "odoo/suspects.h"

namespace gateway::engine {

class Diagnosis {
 public:
  // `failure`: its violations have paths in the request.
  Diagnosis(Invoker& invoker, base::Failure& failure);

  base::Task<base::Done> Run();

 private:
  // Looks for culprits in one way; nothing where that tells nothing.
  using Clue = base::Task<odoo::Paths> (Diagnosis::*)();
  struct Row;
  static const Row* RowOf(base::Reason reason);

  bool IsCalledFor() const;
  base::Task<base::Done> Find(const Row& row);
  // One field in several records is at fault in one of them.
  base::Task<base::Done> Narrow(const Row& row);

  base::Task<odoo::Paths> OnlyChange();
  base::Task<odoo::Paths> OnlyBinary();
  base::Task<odoo::Paths> ForeignCompany();
  base::Task<odoo::Paths> Denied();
  base::Task<odoo::Paths> Quoted();
  base::Task<odoo::Paths> Absent();
  base::Task<odoo::Paths> Labelled();
  base::Task<odoo::Paths> Taken();

  // Nothing where Odoo does not answer, or too many questions were asked already.
  base::Task<Answered> Ask(const odoo::Call& call);
  std::unordered_set<std::string> TakenOf(const odoo::Answer& answer, std::string_view field) const;
  odoo::Paths Blamed() const;

  Invoker& invoker_;
  const plan::Plan& plan_;
  base::Failure& failure_;
  const std::string model_;
  odoo::Written written_;
  int questions_left_ = 2;
};

}  // namespace gateway::engine
