#include "rpc/actions.h"

#include "orm/access.h"
#include "orm/read.h"
#include "orm/records.h"

namespace sandbox {

Ids RecordsOf(const BoundCall& call) {
  const Ids ids = ParseIds(call.ids);
  CheckModelAccess(call.env, call.model, "read");
  for (const int64_t id : ids) CheckExists(call.env, call.model, id);
  CheckRules(call.env, call.model, ids, "read");
  return ids;
}

Json WindowOf(const std::string& title, const std::string& model, const Ids& ids) {
  Json window = {{"name", title}, {"type", "ir.actions.act_window"}, {"res_model", model}};
  const bool one = ids.size() == 1;
  window["view_mode"] = one ? "form" : "list,form";
  if (one) {
    window["res_id"] = ids[0];
  } else {
    window["domain"] = Json::array({Json::array({"id", "in", ids})});
  }
  return window;
}

}  // namespace sandbox
