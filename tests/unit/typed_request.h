// A recorded call of Odoo's own API as the request that a caller of the gateway would send, by the
// contract's tables alone.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "contracts.h"

namespace gateway::test {

// Thrown where contracts have no way to say it.
struct NotExpressible {
  std::string why;
};

struct TypedRequest {
  const contract::Method* method = nullptr;
  // ProtoJSON, but for the mask: JSON cannot name every field there.
  Json body;
  std::vector<std::string> mask;
};

class RequestTyper {
 public:
  // The schema is of the recorded Odoo.
  RequestTyper(int version, const schema::Schema& schema) : version_(version), schema_(schema) {}

  // What a caller sends instead of `call`, see tests/preflight/condense.py: one request, or one for
  // each record.
  std::vector<TypedRequest> Requests(const Json& call) const {
    const std::string verb = call["method"];
    for (const Verb& known : kVerbs) {
      if (known.name == verb) return (this->*known.make)(call);
    }
    return Actions(call);
  }

 private:
  using Operation = contract::Operation;
  using Shape = contract::Shape;
  using Type = contract::Type;

  struct Verb {
    std::string_view name;
    std::vector<TypedRequest> (RequestTyper::*make)(const Json& call) const;
  };
  static const std::vector<Verb> kVerbs;

  static const contract::Method& MethodOf(const std::string& model, Operation operation) {
    for (const auto& method : BuiltIn().methods()) {
      if (method->record->model == model && method->operation == operation) return *method;
    }
    throw NotExpressible{"no service for it: " + std::string(base::NameOf(operation)) + " of " +
                         model};
  }

  static const Json& IdsOf(const Json& call) {
    if (!call["ids"].is_array() || call["ids"].empty()) throw NotExpressible{"names no record"};
    return call["ids"];
  }

  // ---- Writes ----

  std::vector<TypedRequest> Creates(const Json& call) const {
    const std::string model = call["model"];
    const Json& values = call.contains("vals_list") ? call["vals_list"] : call["vals"];
    if (values.is_object()) {
      const contract::Method& method = MethodOf(model, Operation::kCreate);
      return {{&method, {{"values", ValuesOf(*method.values, values)}}, {}}};
    }
    const contract::Method& method = MethodOf(model, Operation::kBatchCreate);
    Json list = Json::array();
    for (const Json& record : values) list.push_back(ValuesOf(*method.values, record));
    return {{&method, {{"values", list}}, {}}};
  }

  std::vector<TypedRequest> Updates(const Json& call) const {
    const contract::Method& method = MethodOf(call["model"], Operation::kUpdate);
    std::vector<TypedRequest> requests;
    for (const Json& id : IdsOf(call)) {
      Json body = {{"id", id}, {"values", ValuesOf(*method.values, call["vals"])}};
      requests.push_back({&method, std::move(body), MaskIn(*method.record, call)});
    }
    return requests;
  }

  std::vector<TypedRequest> Saves(const Json& call) const {
    return call["ids"].empty() ? Creates(call) : Updates(call);
  }

  std::vector<TypedRequest> Deletes(const Json& call) const {
    return ForEachId(MethodOf(call["model"], Operation::kDelete), call);
  }

  static std::vector<TypedRequest> ForEachId(const contract::Method& method, const Json& call) {
    std::vector<TypedRequest> requests;
    for (const Json& id : IdsOf(call)) requests.push_back({&method, {{"id", id}}, {}});
    return requests;
  }

  std::vector<TypedRequest> Actions(const Json& call) const {
    for (const auto& method : BuiltIn().methods()) {
      if (method->record->model != call["model"] || method->action.method != call["method"] ||
          method->action.wizard)
        continue;
      if (method->number(contract::RequestRole::kId) != 0) return ForEachId(*method, call);
      return {{method.get(), {{"ids", IdsOf(call)}}, {}}};
    }
    throw NotExpressible{"no rpc for it: " + std::string(call["method"]) + " of " +
                         std::string(call["model"])};
  }

  Json ValuesOf(const contract::Values& values, const Json& record) const {
    Json typed = Json::object();
    for (const auto& [name, value] : record.items()) Put(values, name, value, typed);
    return typed;
  }

  void Put(const contract::Values& values, const std::string& name, const Json& value,
           Json& typed) const {
    for (const contract::ValuesField& entry : values.fields) {
      if (entry.field->OdooName(version_) != name) continue;
      const bool clears = value == false && entry.field->shape != Shape::kBoolean;
      if (clears) {
        typed["clear_fields"].push_back(entry.field->name);
      } else {
        typed[entry.field->name] = Typed(entry, value);
      }
      return;
    }
    const schema::Field* live = schema_.Find(values.record->model, name);
    if (live == nullptr || !values.has_extra_fields)
      throw NotExpressible{"no field for it: " + name + " of " + values.record->model};
    typed["extra_fields"][name] = AnyValue(live->type, value);
  }

  Json Typed(const contract::ValuesField& entry, const Json& value) const {
    switch (entry.field->shape) {
      case Shape::kEnum:
        return EnumOf(*entry.field->enumeration, value);
      case Shape::kRows:
        return RowsOf(*entry.rows, value);
      case Shape::kRefs:
        return ChangeOf(value);
      default:
        return Scalar(entry.field->shape, value);
    }
  }

  static Json EnumOf(const contract::Enum& keys, const Json& value) {
    const int number = keys.NumberOf(value.get<std::string>());
    if (number == 0) throw NotExpressible{"no such key: " + value.get<std::string>()};
    return number;
  }

  static Json Scalar(Shape shape, const Json& value) {
    switch (shape) {
      case Shape::kInteger:
        return value.is_number_integer() ? value : throw NotExpressible{"no integer"};
      case Shape::kDecimal:
        return Json(value.is_string() ? value.get<std::string>() : value.dump());
      case Shape::kBoolean:
        return value.is_boolean() ? value : throw NotExpressible{"no boolean"};
      case Shape::kDate:
        return DayOf(value);
      case Shape::kDatetime:
        return MomentOf(value);
      case Shape::kRef:
        return value.is_number() ? Json{{"id", value}} : value;
      default:
        return value.is_string() ? value : throw NotExpressible{"no text"};
    }
  }

  static Json DayOf(const std::string& text) {
    return {{"year", std::stoi(text.substr(0, 4))},
            {"month", std::stoi(text.substr(5, 2))},
            {"day", std::stoi(text.substr(8, 2))}};
  }

  static Json MomentOf(std::string text) {
    text.at(10) = 'T';
    return text + "Z";
  }

  static Json RefsOf(const Json& ids) {
    Json refs = Json::array();
    for (const Json& id : ids) refs.push_back(Scalar(Shape::kRef, id));
    return refs;
  }

  // Odoo's commands of a many2many.
  static Json ChangeOf(const Json& commands) {
    if (commands.empty()) throw NotExpressible{"changes nothing"};
    Json change;
    for (const Json& command : commands) {
      if (command[0] == 6) return {{"set", {{"refs", RefsOf(command[2])}}}};
      const char* list = command[0] == 4 ? "add" : command[0] == 3 ? "remove" : nullptr;
      if (list == nullptr) throw NotExpressible{"no such change: " + command.dump()};
      change["delta"][list].push_back(Scalar(Shape::kRef, command[1]));
    }
    return change;
  }

  // Odoo's commands of a one2many.
  Json RowsOf(const contract::Values& values, const Json& commands) const {
    Json changes = Json::object();
    for (const Json& command : commands) {
      const bool row = command[0] == 0 || command[0] == 1;
      if (!row && command[0] != 2) throw NotExpressible{"no such change: " + command.dump()};
      if (command[0] == 2) {
        changes["delete_ids"].push_back(command[1]);
        continue;
      }
      Json typed = ValuesOf(values, command[2]);
      if (command[0] == 1) typed["id"] = command[1];
      changes["rows"].push_back(std::move(typed));
    }
    return changes;
  }

  // odoo.type.v1.Value of a field of that type.
  static Json AnyValue(Type type, const Json& value) {
    struct Member {
      const char* name;
      Shape shape;
    };
    // By contract::Type.
    static const std::vector<Member> kMembers = {
        {"", Shape::kText},
        {"text_value", Shape::kText},
        {"text_value", Shape::kText},
        {"text_value", Shape::kText},
        {"integer_value", Shape::kInteger},
        {"decimal_value", Shape::kDecimal},
        {"decimal_value", Shape::kDecimal},
        {"bool_value", Shape::kBoolean},
        {"date_value", Shape::kDate},
        {"datetime_value", Shape::kDatetime},
        {"text_value", Shape::kText},
        {"ref_value", Shape::kRef},
        {"ref_value", Shape::kRef},
        {"ref_value", Shape::kRef},
        {"binary_value", Shape::kText},
    };
    const Member& member = kMembers.at(static_cast<std::size_t>(type));
    if (type == Type::kUnspecified || value.is_array())
      throw NotExpressible{"rows, or a type, that only a contract gives"};
    if (value == false && type != Type::kBoolean) return {{"empty_value", true}};
    return {{member.name, Scalar(member.shape, value)}};
  }

  // ---- Reads ----

  std::vector<TypedRequest> Reads(const Json& call) const {
    const contract::Method& method = MethodOf(call["model"], Operation::kGet);
    std::vector<TypedRequest> requests = ForEachId(method, call);
    for (TypedRequest& request : requests) request.mask = MaskIn(*method.record, call);
    return requests;
  }

  std::vector<TypedRequest> Searches(const Json& call) const {
    const contract::Method& method = MethodOf(call["model"], Operation::kSearch);
    Json body = Conditions(*method.record, call["domain"]);
    if (call.value("limit", 1) == 0) throw NotExpressible{"all records in one answer"};
    if (call.contains("limit")) body["page_size"] = call["limit"];
    if (call.contains("order")) body["order_by"].push_back(OrderOf(call["order"]));
    return {{&method, std::move(body), MaskIn(*method.record, call)}};
  }

  std::vector<TypedRequest> Counts(const Json& call) const {
    const contract::Method& method = MethodOf(call["model"], Operation::kCount);
    return {{&method, Conditions(*method.record, call.value("domain", Json::array())), {}}};
  }

  static Json OrderOf(const std::string& order) {
    const std::size_t space = order.find(' ');
    return {{"field", order.substr(0, space)}, {"descending", space != std::string::npos}};
  }

  // Of a list of names, or a tree of them.
  std::vector<std::string> MaskIn(const contract::Record& record, const Json& call) const {
    std::vector<std::string> paths;
    for (const char* wanted : {"fields", "specification"}) {
      if (call.contains(wanted)) AddPaths(record, call[wanted], "", paths);
    }
    return paths;
  }

  void AddPaths(const contract::Record& record, const Json& wanted, const std::string& prefix,
                std::vector<std::string>& paths) const {
    for (const auto& [key, tree] : wanted.items()) {
      const std::string name = wanted.is_array() ? tree.get<std::string>() : key;
      const contract::Field* field = FieldOf(record, name);
      if (field == nullptr && schema_.Find(record.model, name) == nullptr)
        throw NotExpressible{"no field for it: " + name + " of " + record.model};
      const std::string path = prefix + (field == nullptr ? "extra_fields." + name : field->name);
      if (field != nullptr && field->rows != nullptr && tree.contains("fields")) {
        AddPaths(*field->rows, tree["fields"], path + ".", paths);
      } else {
        paths.push_back(path);
      }
    }
  }

  const contract::Field* FieldOf(const contract::Record& record, std::string_view name) const {
    for (const contract::Field& field : record.fields) {
      if (field.OdooName(version_) == name) return &field;
    }
    return nullptr;
  }

  // Terms side by side become `conditions`; alternatives of ids become a filter.
  Json Conditions(const contract::Record& record, const Json& domain) const {
    Json body = Json::object();
    bool any = false;
    for (const Json& term : domain) {
      if (term == "|") {
        any = true;
      } else if (any) {
        body["filter"]["any_of"].push_back(FilterOf(term));
      } else {
        body["conditions"].push_back(ConditionOf(record, term));
      }
    }
    return body;
  }

  static Json FilterOf(const Json& term) {
    if (term[0] != "id") throw NotExpressible{"alternatives of other than ids"};
    if (term[1] == "in") return {{"id", {{"one_of", term[2]}}}};
    return {{"id", {{"equals", term[2]}}}};
  }

  Json ConditionOf(const contract::Record& record, const Json& term) const {
    static const std::map<std::string, std::string> kOperators = {
        {"=", "OPERATOR_EQUALS"}, {"in", "OPERATOR_ONE_OF"}, {">", "OPERATOR_GREATER"}};
    const std::string name = term[0];
    const schema::Field* live = schema_.Find(record.model, name);
    const contract::Field* field = FieldOf(record, name);
    const std::string path = field == nullptr ? name : field->name;
    const Type type = live == nullptr ? Type::kUnspecified : live->type;
    if (term[2] == false && type != Type::kBoolean)
      return {{"path", path}, {"op", "OPERATOR_IS_NOT_SET"}};
    return {{"path", path},
            {"op", kOperators.at(term[1])},
            {"value", term[1] == "in" ? ListOf(type, term[2]) : AnyValue(type, term[2])}};
  }

  static Json ListOf(Type type, const Json& values) {
    Json list = Json::array();
    for (const Json& value : values) list.push_back(AnyValue(type, value));
    return {{"list_value", {{"values", list}}}};
  }

  const int version_;
  const schema::Schema& schema_;
};

inline const std::vector<RequestTyper::Verb> RequestTyper::kVerbs = {
    {"create", &RequestTyper::Creates},      {"web_save", &RequestTyper::Saves},
    {"write", &RequestTyper::Updates},       {"unlink", &RequestTyper::Deletes},
    {"read", &RequestTyper::Reads},          {"web_read", &RequestTyper::Reads},
    {"search", &RequestTyper::Searches},     {"search_read", &RequestTyper::Searches},
    {"search_count", &RequestTyper::Counts}, {"web_search_read", &RequestTyper::Searches},
};

}  // namespace gateway::test
