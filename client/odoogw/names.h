// Finding the name that the user means: short forms of full names, and near misses.
//
//   ResolveName("service", "SaleOrderService", {"odoo.sale.v1.SaleOrderService"})
//       == "odoo.sale.v1.SaleOrderService"
//   DidYouMean("partner_idd", {"partner_id", "note"}) == "; did you mean partner_id?"
//
// Pure functions; safe from any thread.
#ifndef ODOOGW_NAMES_H_
#define ODOOGW_NAMES_H_

#include <string>
#include <vector>

namespace odoogw {

// The one of `candidates` that is `wanted`, or ends in it after a dot. Throws UsageFailure, with
// the candidates, where none or several do; `kind` says there what was looked for.
std::string ResolveName(const std::string& kind, const std::string& wanted,
                        const std::vector<std::string>& candidates);

// Those of `candidates` within a few typing errors of `wanted`, or beginning with it; the nearest
// first, at most three. As many trailing parts of a dotted candidate are compared as `wanted` has.
std::vector<std::string> NearNames(const std::string& wanted,
                                   const std::vector<std::string>& candidates);

// NearNames as the end of an error message; empty without any.
std::string DidYouMean(const std::string& wanted, const std::vector<std::string>& candidates);

}  // namespace odoogw

#endif  // ODOOGW_NAMES_H_
