// A call of a model's method, independent of the protocol that carries it.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <variant>
#include <vector>

#include "codec/json_writer.h"
#include "codec/rpc_values.h"
#include "codec/xml_writer.h"
#include "odoo/fault.h"
#include "plan/plan.h"

namespace gateway::odoo {

// One value, for the writer of any protocol: made of a generic lambda, `[](auto& out) { ... }`. The
// writer is chosen once per value of a call, not once per value inside.
class ValueWriter {
 public:
  template <class Write>
  requires(!std::is_same_v<std::decay_t<Write>, ValueWriter>)
      ValueWriter(Write write)  // NOLINT(google-explicit-constructor)
      : write_([write = std::move(write)](Out out) {
          std::visit([&write](auto* writer) { write(*writer); }, out);
        }) {}

  template <class Writer>
  void operator()(Writer& out) const {
    write_(&out);
  }

 private:
  using Out = std::variant<codec::JsonWriter*, codec::XmlWriter*>;
  std::function<void(Out)> write_;
};

// One named argument, written when the request is built. What it captures must outlive the call.
struct Argument {
  std::string_view name;
  ValueWriter write;
  // JSON-RPC and XML-RPC pass it by position: `create` is looked at before it is called.
  bool positional = false;
};

// The context of a call: a closed list, tz is always UTC.
struct Context {
  std::string lang;
  // `allowed_company_ids`; empty: all of the user's, its own first.
  std::vector<std::int64_t> company_ids = {};
  bool include_archived = false;
  bool quiet = false;
  // Further keys, where a contract asks for them.
  std::vector<Argument> entries = {};
};

struct Call {
  std::string model;
  std::string method;
  // Called on these records; a method of the model itself has none.
  bool on_records = false;
  std::vector<std::int64_t> ids;
  std::vector<Argument> arguments;
  Context context;
};

// What classification learns from the call itself. The call must outlive it.
FaultContext ContextOf(const Call& call);

// The call that carries out a plan that is no action; the plan must outlive it.
Call CallOf(const plan::Plan& plan, const codec::ResolvedIds& resolved);

// An action's wizard, made but not run: nothing happens yet. The plan must outlive it.
Call WizardCall(const plan::Plan& plan, const codec::ResolvedIds& resolved);
// An action's method, on the wizard where there is one, else on the records.
Call ActionCall(const plan::Plan& plan, std::optional<std::int64_t> wizard);
// Reads records around an action, archived ones too. Everything it refers to must outlive it.
Call ReadCall(const plan::Plan& plan, std::vector<std::int64_t> ids, const codec::ReadSpec& read);
// How many records the whole query finds.
Call CountCall(const plan::Plan& plan, const plan::Domain& domain,
               const codec::ResolvedIds& resolved);
// How many records are there at all, archived ones too.
Call ExistsCall(const plan::Plan& plan, const plan::Domain& domain);
// The ids of the rows that the record has now, along every way that `plan.rows` goes. The plan must
// outlive it.
Call RowsCall(const plan::Plan& plan, std::int64_t id);
// Answers `[model, id]`, or a fault where nothing has that external id.
Call LookupCall(std::string_view external_id);
// Which of these records are there and may be seen, archived ones too.
Call SeenCall(std::string model, std::vector<std::int64_t> ids, const plan::Options& options);
// Which of these records can be seen from any of the companies, archived ones too.
Call VisibleCall(std::string model, std::vector<std::int64_t> ids,
                 std::vector<std::int64_t> company_ids);
// Records that have one of these values already, archived ones too; answers the field alone.
Call TakenCall(std::string model, std::string field, std::vector<std::string> texts,
               const plan::Options& options);
// What Odoo calls fields of a model in a language.
Call LabelsCall(std::string model, std::vector<std::string> fields, const std::string& lang);
// The fields of a model, with what the schema keeps.
Call FieldsCall(std::string model, const std::string& lang);
// Company and language of the integration user.
Call UserCall(std::int64_t uid);
// Whether the integration user has a right (`read`, `create`, `write`, `unlink`) on a model.
Call RightCall(std::string model, std::string_view right);
// Whether a user is in a group.
Call GroupCall(std::int64_t uid, std::string_view group);
// Scope and expiry of a user's API keys.
Call KeysCall(std::int64_t uid);

}  // namespace gateway::odoo
