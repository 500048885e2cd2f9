#include "access/fields.h"

namespace gateway::access {
namespace {

// Calls `visit` with the ways to `path`: for `a.b.c` with `a` and `a.b`. Stops where it is true.
template <class Visit>
bool AnyAbove(std::string_view path, const Visit& visit) {
  for (std::size_t dot = path.find('.'); dot != std::string_view::npos;
       dot = path.find('.', dot + 1)) {
    if (visit(path.substr(0, dot))) return true;
  }
  return false;
}

// Of a record or row.
bool IsId(std::string_view path) { return path == "id" || path.ends_with(".id"); }

}  // namespace

Fields Fields::All() {
  Fields fields;
  fields.all_ = true;
  return fields;
}

void Fields::Add(const std::vector<std::string>& names) {
  all_ = all_ || names.empty();
  for (const std::string& name : names) {
    listed_.insert(name);
    AnyAbove(name, [this](std::string_view above) {
      above_.emplace(above);
      return false;
    });
  }
}

bool Fields::Has(std::string_view path) const {
  const auto listed = [this](std::string_view one) { return listed_.contains(one); };
  return all_ || listed(path) || IsId(path) || above_.contains(path) || AnyAbove(path, listed);
}

}  // namespace gateway::access
