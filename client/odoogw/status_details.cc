#include "odoogw/status_details.h"

#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"

namespace odoogw {

std::string ReasonName(odoo::error::v1::Reason reason) {
  const std::string& name = odoo::error::v1::Reason_Name(reason);
  if (name.empty()) return absl::StrCat("reason ", static_cast<int>(reason));
  return std::string(absl::StripPrefix(name, "REASON_"));
}

}  // namespace odoogw
