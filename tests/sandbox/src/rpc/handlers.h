// What the public methods do. One table per group of methods; HandlerOf looks through all.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "rpc/methods.h"

namespace sandbox {

struct HandlerEntry {
  std::string_view name;
  Handler handler;
};

const std::vector<HandlerEntry>& CrudHandlers();     // create, write, read, search, ...
const std::vector<HandlerEntry>& WebHandlers();      // web_read, web_save, ...
const std::vector<HandlerEntry>& MetaHandlers();     // fields_get, has_access, external ids, ...
const std::vector<HandlerEntry>& SaleHandlers();     // action_confirm, ...
const std::vector<HandlerEntry>& ImportHandlers();   // load
const std::vector<HandlerEntry>& EffectHandlers();   // methods that are data
const std::vector<HandlerEntry>& AccountHandlers();  // post, pay, reverse
const std::vector<HandlerEntry>& InvoiceHandlers();  // invoices and bills of orders
const std::vector<HandlerEntry>& StockHandlers();    // transfers, and the orders that make them
const std::vector<HandlerEntry>& LeadHandlers();     // convert

// Throws std::logic_error for an unknown name: the data names handlers that must exist.
Handler HandlerOf(const std::string& name);

}  // namespace sandbox
