#include "rpc/handlers.h"

#include <stdexcept>

namespace sandbox {

Handler HandlerOf(const std::string& name) {
  for (const auto* group : {&CrudHandlers(), &WebHandlers(), &MetaHandlers(), &SaleHandlers(),
                            &ImportHandlers(), &EffectHandlers(), &AccountHandlers(),
                            &InvoiceHandlers(), &StockHandlers(), &LeadHandlers()}) {
    for (const HandlerEntry& entry : *group) {
      if (entry.name == name) return entry.handler;
    }
  }
  throw std::logic_error("no handler " + name);
}

}  // namespace sandbox
