// Names what a request wrote, filtered on or asked for, as FaultContext wants it.
#include <algorithm>
#include <charconv>

#include "explain/arguments.h"
#include "explain/request.h"

namespace gateway::explain {
namespace {

using simdjson::dom::array;
using simdjson::dom::object;

// The versions whose names of fields are looked for.
constexpr int kVersions[] = {18, 19};
constexpr std::size_t kMaxText = 100;

// odoo.fields.Command
constexpr std::int64_t kUpdate = 1;
constexpr std::int64_t kLink = 4;
constexpr std::int64_t kSet = 6;

template <class Value>
std::optional<Value> As(element value) {
  Value typed;
  if (value.get(typed) != simdjson::SUCCESS) return std::nullopt;
  return typed;
}

std::optional<element> At(array list, std::size_t index) {
  element value;
  if (list.at(index).get(value) != simdjson::SUCCESS) return std::nullopt;
  return value;
}

// As Odoo prints it: null, false and unset references are empty.
std::string PrintedOf(element value) {
  if (value.is_null() || As<bool>(value) == false) return {};
  const auto text = As<std::string_view>(value);
  std::string printed = text ? std::string(*text) : simdjson::minify(value);
  if (printed.size() > kMaxText) printed.resize(kMaxText);
  return printed;
}

const contract::Field* FieldOf(const contract::Record* record, std::string_view odoo_name) {
  if (record == nullptr) return nullptr;
  for (const contract::Field& field : record->fields) {
    for (const int version : kVersions) {
      if (field.OdooName(version) == odoo_name) return &field;
    }
  }
  return nullptr;
}

bool IsCommand(element value) {
  const auto list = As<array>(value);
  const auto first = list ? At(*list, 0) : std::nullopt;
  return first && As<std::int64_t>(*first).has_value();
}

class ContextReader {
 public:
  ContextReader(const contract::Catalog& catalog, odoo::FaultContext& context)
      : catalog_(catalog), context_(context) {}

  // One record's values, or the rows of a batch.
  void Batch(std::string_view model, element rows) {
    const auto list = As<array>(rows);
    if (!list) return Values(model, rows, "");
    std::size_t index = 0;
    for (const element row : *list) Values(model, row, "[" + std::to_string(index++) + "].");
  }

  void Values(std::string_view model, element values, const std::string& prefix) {
    const auto members = As<object>(values);
    if (!members || prefix.size() > kMaxPrefix) return;
    for (const auto& [name, value] : *members)
      Value(model, name, value, prefix + std::string(name));
  }

  void Value(std::string_view model, std::string_view name, element value,
             const std::string& path) {
    const contract::Field* field = FieldOf(catalog_.RecordOf(model), name);
    const std::string_view comodel = field == nullptr ? std::string_view() : field->relation;
    const auto list = As<array>(value);
    if (!list || list->size() == 0) return Add(path, model, comodel, value);
    const bool rows = field != nullptr && field->type == contract::Type::kOne2many;
    std::size_t index = 0;
    for (const element command : *list) {
      const std::string row = path + "[" + std::to_string(index++) + "]";
      if (IsCommand(command)) {
        Command({model, comodel, path, row, rows}, command);
      } else {
        Add(path, model, comodel, command);
      }
    }
  }

  // `[["name", "=", "x"], ...]`
  void Domain(std::string_view model, element domain) {
    const auto terms = As<array>(domain);
    if (!terms) return;
    for (const element term : *terms) {
      const auto parts = As<array>(term);
      if (!parts || parts->size() != 3) continue;
      const std::string_view name = TextOf(parts->at(0));
      if (name.empty()) continue;
      const contract::Field* field = FieldOf(catalog_.RecordOf(model), name);
      Add(std::string(name), model, field == nullptr ? std::string_view() : field->relation,
          parts->at(2));
    }
  }

  // `["name", "amount:sum"]`
  void Names(element names) {
    const auto list = As<array>(names);
    if (!list) return;
    for (const element name : *list) {
      const std::string_view text = TextOf(name);
      AddPath(std::string(text.substr(0, text.find(':'))));
    }
  }

  // `name desc, id`
  void Order(std::string_view text) {
    while (!text.empty()) {
      std::string_view term = text.substr(0, text.find(','));
      text.remove_prefix(std::min(text.size(), term.size() + 1));
      term.remove_prefix(std::min(term.size(), term.find_first_not_of(' ')));
      const std::string_view name = term.substr(0, term.find(' '));
      const std::string_view rest = term.substr(name.size());
      const bool good = name.find_first_of(";()\"'") == std::string_view::npos &&
                        (rest.empty() || rest == " asc" || rest == " desc");
      if (good) AddPath(std::string(name));
    }
  }

  void Specification(element specification, const std::string& prefix) {
    const auto members = As<object>(specification);
    if (!members || prefix.size() > kMaxPrefix) return;
    for (const auto& [name, nested] : *members) {
      const std::string path = prefix + std::string(name);
      AddPath(path);
      if (const auto fields = MemberOf(nested, "fields")) Specification(*fields, path + ".");
    }
  }

  // A create that travels through `load`: cells under `field` or `field/.id`, nested rows as
  // defaults in the context.
  void Loaded(std::string_view model, element columns, element rows) {
    const auto names = As<array>(columns);
    const auto list = As<array>(rows);
    if (!names || !list) return;
    std::size_t index = 0;
    for (const element row : *list) {
      const std::string prefix =
          list->size() > 1 ? "[" + std::to_string(index++) + "]." : std::string();
      const auto cells = As<array>(row);
      if (cells) Cells(model, *names, *cells, prefix);
    }
  }

  void Defaults(std::string_view model, element odoo_context) {
    constexpr std::string_view kDefault = "default_";
    const auto members = As<object>(odoo_context);
    if (!members) return;
    for (const auto& [key, value] : *members) {
      const std::string_view name = key;
      if (!name.starts_with(kDefault)) continue;
      const std::string_view field = name.substr(kDefault.size());
      Value(model, field, value, std::string(field));
    }
  }

  void Ids(element ids) {
    if (const auto one = As<std::int64_t>(ids)) context_.ids.push_back(*one);
    const auto list = As<array>(ids);
    if (!list) return;
    for (const element id : *list) {
      if (const auto number = As<std::int64_t>(id)) context_.ids.push_back(*number);
    }
  }

 private:
  // Longer paths are no request of people's making.
  static constexpr std::size_t kMaxPrefix = 500;

  // A field with commands, and the place of one of them.
  struct Place {
    std::string_view model;
    std::string_view comodel;
    const std::string& path;
    const std::string& row;
    bool rows;
  };

  void Command(const Place& place, element command) {
    const auto parts = As<array>(command);
    const std::int64_t code = As<std::int64_t>(parts->at(0)).value_or(-1);
    const auto second = At(*parts, 1);
    const auto third = At(*parts, 2);
    if (code >= 0 && code <= kUpdate && third) Values(place.comodel, *third, place.row + ".");
    if (code >= kUpdate && code <= kLink && second) {
      Add(place.rows ? place.row : place.path, place.rows ? place.comodel : place.model,
          place.comodel, *second);
    }
    const auto ids = code == kSet && third ? As<array>(*third) : std::nullopt;
    if (!ids) return;
    for (const element id : *ids) Add(place.path, place.model, place.comodel, id);
  }

  void Cells(std::string_view model, array columns, array cells, const std::string& prefix) {
    auto cell = cells.begin();
    for (const element column : columns) {
      if (!(cell != cells.end())) return;
      const std::string_view name = TextOf(column);
      if (!name.empty() && name != "id") Cell(model, name, *cell, prefix);
      ++cell;
    }
  }

  // `field/.id` and `field/id` hold ids, of which many2many fields have several.
  void Cell(std::string_view model, std::string_view column, element cell,
            const std::string& prefix) {
    const bool database_ids = column.ends_with("/.id");
    if (database_ids || column.ends_with("/id")) column = column.substr(0, column.rfind('/'));
    std::string path = prefix + std::string(column);
    std::replace(path.begin(), path.end(), '/', '.');
    const contract::Field* field =
        FieldOf(catalog_.RecordOf(model), column.substr(0, column.find('/')));
    const std::string_view comodel = field == nullptr ? std::string_view() : field->relation;
    std::string text = PrintedOf(cell);
    AddText(path, model, comodel, text.substr(0, database_ids ? text.find(',') : text.size()));
    for (std::size_t at = text.find(','); database_ids && at != std::string::npos;) {
      const std::size_t next = text.find(',', at + 1);
      AddText(path, model, comodel, text.substr(at + 1, next - at - 1));
      at = next;
    }
  }

  void Add(const std::string& path, std::string_view model, std::string_view comodel,
           element value) {
    AddText(path, model, comodel, PrintedOf(value));
  }

  void AddText(const std::string& path, std::string_view model, std::string_view comodel,
               std::string text) {
    AddPath(path);
    context_.values.push_back({path, model, comodel, std::move(text)});
  }

  void AddPath(std::string path) {
    auto& paths = context_.fields;
    if (path.empty() || std::find(paths.begin(), paths.end(), path) != paths.end()) return;
    paths.push_back(std::move(path));
  }

  const contract::Catalog& catalog_;
  odoo::FaultContext& context_;
};

}  // namespace

odoo::FaultContext ContextOf(const ModelCall& call, const contract::Catalog& catalog) {
  odoo::FaultContext context;
  context.model = call.model;
  context.method = call.method;
  if (call.model.empty()) return context;
  const Arguments arguments(call);
  ContextReader reader(catalog, context);
  const auto odoo_context = arguments.Find("context");
  if (odoo_context) context.lang = TextAt(*odoo_context, "lang");
  if (const auto ids = arguments.Find("ids")) reader.Ids(*ids);
  const auto fields = arguments.Find("fields");
  if (call.method == "load") {
    const auto rows = arguments.Find("data");
    if (fields && rows) reader.Loaded(call.model, *fields, *rows);
    if (odoo_context) reader.Defaults(call.model, *odoo_context);
    return context;
  }
  if (const auto rows = arguments.Find("vals_list")) reader.Batch(call.model, *rows);
  if (const auto values = arguments.Find("vals")) reader.Values(call.model, *values, "");
  if (const auto domain = arguments.Find("domain")) reader.Domain(call.model, *domain);
  if (fields) reader.Names(*fields);
  for (const std::string_view name : {"groupby", "aggregates"}) {
    if (const auto names = arguments.Find(name)) reader.Names(*names);
  }
  if (const auto specification = arguments.Find("specification"))
    reader.Specification(*specification, "");
  if (const auto order = arguments.Find("order")) reader.Order(TextOf(*order));
  return context;
}

}  // namespace gateway::explain
