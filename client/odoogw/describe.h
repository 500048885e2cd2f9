// Descriptors as readable .proto-like text, with comments where the server sends them and what the
// options say about Odoo.
//
//   // A quotation or order.
//   // Odoo: record of sale.order
//   message SaleOrder {
//     // The customer.
//     // Odoo: many2one to res.partner, needed on create
//     odoo.type.v1.Ref partner_id = 4;
//   }
//
// Pure functions; safe from any thread.
#ifndef ODOOGW_DESCRIBE_H_
#define ODOOGW_DESCRIBE_H_

#include <string>

#include "odoogw/catalog.h"
#include "odoogw/style.h"

namespace odoogw {

// A method is followed by its request and response messages. Types of the same package are named
// without it.
std::string Describe(const Symbol& symbol, const Style& style);

}  // namespace odoogw

#endif  // ODOOGW_DESCRIBE_H_
