// A request, checked and decided: what will be asked of Odoo. The last place to refuse before
// anything is sent.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/result.h"
#include "codec/read_spec.h"
#include "codec/rpc_values.h"
#include "codec/values.h"
#include "contract/catalog.h"
#include "contract/permit.h"
#include "plan/domain.h"

namespace gateway::plan {

// odoo.type.v1.CallOptions.
struct Options {
  std::int64_t company_id = 0;
  std::string lang;
  bool include_archived = false;
  bool quiet = false;
};

// Views point into Plan::request.
struct Create {
  // One, or those of a batch: one transaction.
  std::vector<std::string_view> values;
  bool batch = false;
  // What to read back; no fields: the id alone.
  codec::ReadSpec read;
};
struct Read {
  std::int64_t id = 0;
  codec::ReadSpec read;
};
struct Search {
  // As the caller asked.
  Domain domain;
  // `domain` from the page token on; what is sent.
  Domain page;
  codec::ReadSpec read;
  // `id`, or what was asked and then `id`.
  std::string order;
  int page_size = 0;
  int offset = 0;
  // Pages follow the id instead of an offset.
  bool keyset = true;
  bool count_total = false;
  // Of the query, for the next page token.
  std::uint64_t fingerprint = 0;
};
struct Count {
  Domain domain;
};
struct Write {
  std::int64_t id = 0;
  std::string_view values;
  codec::ReadSpec read;
};
struct Unlink {
  std::int64_t id = 0;
};
struct Call {
  std::vector<std::int64_t> ids;
  // Of the wizard; nothing where there is none.
  std::string_view values;
  // What the caller's choice sends along; null: nothing.
  const std::vector<contract::ContextEntry>* choice = nullptr;
  // Fields of the preconditions.
  codec::ReadSpec before;
  // What is answered: of the record, with the fields of the post-conditions, or of what comes of
  // the call.
  codec::ReadSpec read;
};

using Body = std::variant<Create, Read, Search, Count, Write, Unlink, Call>;

// An external id that the request refers to.
struct ExternalReference {
  std::string external_id;
  // The model it must be of.
  std::string model;
  // `values.partner_id`; of very many places, the first ones.
  std::vector<std::string> paths;
};

// Records of one model that values refer to by their ids, of a caller that is bound to companies.
struct NamedRecords {
  struct Record {
    std::int64_t id = 0;
    // Where it is named; of many places, the first ones.
    std::vector<std::string> paths;
  };
  std::string model;
  // Each id once.
  std::vector<Record> records;
};

// A row that an update changes or deletes, by the way down to it. Odoo would take any id, also of
// another record's row.
struct OwnedRow {
  struct Step {
    // Odoo's name of the one2many field.
    std::string field;
    std::int64_t id = 0;
  };
  std::vector<Step> steps;
  // `values.order_line.rows[2].id`, `values.order_line.delete_ids[0]`
  std::string path;
};

struct Plan {
  const contract::Method* method = nullptr;
  codec::Target target;
  Options options;
  bool validate_only = false;
  // The caller's policy does not let it read everything: errors name no records that it may not
  // see, and Odoo's messages, which may name any, go to the log.
  bool restricted = false;
  // That the caller is bound to; empty: to none.
  std::vector<std::int64_t> companies;
  Body body;
  // Each external id once per model.
  std::vector<ExternalReference> references;
  // Of each model once; only with `companies`.
  std::vector<NamedRecords> named;
  // Updates only; each row once.
  std::vector<OwnedRow> rows;
  // Fields that are written, and references in their values.
  std::size_t written = 0;
  // The request's bytes, on the heap so that views stay valid when the plan moves.
  std::shared_ptr<const std::string> request;
};

// Checks `request` against the contract and the connected Odoo. On failure: every violation at
// once, with its path. `permit`: what the caller may name; null: everything.
base::Result<Plan> MakePlan(const contract::Catalog& catalog, const contract::Method& method,
                            const codec::Target& target, std::string request,
                            const contract::Permit* permit = nullptr);

// A field that a request names: where it stands there, and what Odoo calls it.
struct NamedField {
  // `order_line[0].product_id`, `[3].name` in a batch.
  std::string odoo_path;
  // `values.order_line.rows[0].product_id`, `values[3].name`.
  std::string request_path;
  // The model it belongs to, and the one it refers to; empty for scalars. Written fields only.
  std::string_view model;
  std::string_view comodel;
  // What was written, as Odoo prints it: one text, or the ids of references. Not for binary fields.
  std::vector<std::string> texts;
};

// Where Odoo's paths stand in the request, also of fields that the request leaves out:
// `order_line[2].name` -> `values.order_line.rows[2].name`. A path that means nothing to the
// contract stays as it is. The plan must outlive it.
class RequestPaths {
 public:
  explicit RequestPaths(const Plan& plan);

  std::string Of(std::string_view odoo_path) const;

 private:
  const Plan& plan_;
  // Of a plan that writes nothing.
  std::map<std::string, std::string, std::less<>> filtered_;
};

// Every field that the plan writes or filters on; none of a plan that writes more than 50,000
// fields and references. Only for failures: it walks the request once more.
std::vector<NamedField> FieldsOf(const Plan& plan, const codec::ResolvedIds& resolved);

}  // namespace gateway::plan
