// The Odoos that requests and answers are fuzzed against.
#pragma once

#include "codec/json_view.h"
#include "codec/values.h"
#include "input.h"
#include "odoo/schema_answer.h"

namespace gateway::fuzz {

// As recorded.
inline const schema::Schema& SchemaOf(int version) {
  static const auto load = [](int of) {
    schema::Schema schema;
    for (const std::string& model : test::BuiltIn().models()) {
      simdjson::dom::parser parser;
      const simdjson::dom::element fields = parser.parse(test::RecordedFields(of, model).dump());
      schema.Add(model, std::move(*odoo::ModelOf(codec::JsonView(fields))));
    }
    return schema;
  };
  static const schema::Schema old = load(18);
  static const schema::Schema current = load(19);
  return version == 18 ? old : current;
}

inline codec::Target TargetOf(int version) {
  codec::Target target;
  target.version = version;
  target.schema = &SchemaOf(version);
  return target;
}

}  // namespace gateway::fuzz
