#include "odoo/protocol.h"

#include <array>

#include "odoo/error_answer.h"

namespace gateway::odoo {
namespace {

using base::Reason;
using codec::JsonWriter;

constexpr std::string_view kJsonType = "Content-Type: application/json";

// Deeper documents are refused by simdjson before anything recurses.
constexpr std::size_t kMaxDepth = 64;

void WriteContext(const Context& context, JsonWriter& out) {
  out.Key("context");
  out.BeginObject();
  out.Key("tz");
  out.Text("UTC");
  if (!context.lang.empty()) {
    out.Key("lang");
    out.Text(context.lang);
  }
  if (context.company_id != 0) {
    out.Key("allowed_company_ids");
    out.BeginArray();
    out.Integer(context.company_id);
    out.EndArray();
  }
  if (context.include_archived) {
    out.Key("active_test");
    out.Boolean(false);
  }
  if (context.quiet) {
    for (const std::string_view key :
         {"tracking_disable", "mail_create_nosubscribe", "mail_create_nolog"}) {
      out.Key(key);
      out.Boolean(true);
    }
  }
  for (const Argument& entry : context.entries) {
    out.Key(entry.name);
    entry.write(out);
  }
  out.EndObject();
}

void WriteIds(const std::vector<std::int64_t>& ids, JsonWriter& out) {
  out.BeginArray();
  for (const std::int64_t id : ids) out.Integer(id);
  out.EndArray();
}

// The envelope of JSON-RPC, around the arguments of a service's method.
template <class WriteArguments>
Message JsonRpc(std::string_view service, std::string_view method,
                const WriteArguments& arguments) {
  Message message{"/jsonrpc", {std::string(kJsonType)}, {}};
  JsonWriter out(message.body);
  out.BeginObject();
  out.Key("jsonrpc");
  out.Text("2.0");
  out.Key("method");
  out.Text("call");
  out.Key("id");
  out.Integer(1);
  out.Key("params");
  out.BeginObject();
  out.Key("service");
  out.Text(service);
  out.Key("method");
  out.Text(method);
  out.Key("args");
  out.BeginArray();
  arguments(out);
  out.EndArray();
  out.EndObject();
  out.EndObject();
  return message;
}

// execute_kw(db, uid, secret, model, method, args, kwargs)
Message EncodeJsonRpc(const Call& call, const Session& session) {
  return JsonRpc("object", "execute_kw", [&](JsonWriter& out) {
    out.Text(session.credentials.database);
    out.Integer(session.uid);
    out.Text(session.credentials.secret());
    out.Text(call.model);
    out.Text(call.method);
    out.BeginArray();
    if (call.on_records) WriteIds(call.ids, out);
    for (const Argument& argument : call.arguments) {
      if (argument.positional) argument.write(out);
    }
    out.EndArray();
    out.BeginObject();
    for (const Argument& argument : call.arguments) {
      if (argument.positional) continue;
      out.Key(argument.name);
      argument.write(out);
    }
    WriteContext(call.context, out);
    out.EndObject();
  });
}

// POST /json/2/<model>/<method> with named arguments.
Message EncodeJson2(const Call& call, const Session& session) {
  Message message{"/json/2/" + call.model + "/" + call.method,
                  {std::string(kJsonType), "Authorization: bearer " + session.credentials.api_key,
                   "X-Odoo-Database: " + session.credentials.database},
                  {}};
  JsonWriter out(message.body);
  out.BeginObject();
  if (call.on_records) {
    out.Key("ids");
    WriteIds(call.ids, out);
  }
  for (const Argument& argument : call.arguments) {
    out.Key(argument.name);
    argument.write(out);
  }
  WriteContext(call.context, out);
  out.EndObject();
  return message;
}

using ResultOrFailure = base::Result<simdjson::dom::element>;

// A missing `result` is Odoo's None.
ResultOrFailure ResultOfJsonRpc(const Reply& reply, simdjson::dom::element root,
                                const ContextMaker& context) {
  if (!IsJsonRpc(root)) {
    return ClassifyHttp(reply.status, reply.content_type, reply.body, reply.retry_after, context());
  }
  if (const auto fault = FaultOfJsonRpc(reply.status, root)) return Classify(*fault, context());
  simdjson::dom::element result;
  if (root["result"].get(result) == simdjson::SUCCESS) return result;
  static simdjson::dom::parser parser;
  static const simdjson::dom::element null = parser.parse(std::string_view("null"));
  return null;
}

ResultOrFailure ResultOfJson2(const Reply& reply, simdjson::dom::element root,
                              const ContextMaker& context) {
  if (reply.status >= 200 && reply.status < 300) return root;
  if (const auto fault = FaultOfJson2(reply.status, root)) return Classify(*fault, context());
  return ClassifyHttp(reply.status, reply.content_type, reply.body, reply.retry_after, context());
}

struct Strategy {
  Message (*encode)(const Call&, const Session&);
  ResultOrFailure (*result)(const Reply&, simdjson::dom::element, const ContextMaker&);
};

// By Protocol.
constexpr std::array<Strategy, 2> kStrategies = {{
    {&EncodeJsonRpc, &ResultOfJsonRpc},
    {&EncodeJson2, &ResultOfJson2},
}};

const Strategy& StrategyOf(Protocol protocol) {
  return kStrategies[static_cast<std::size_t>(protocol)];
}

}  // namespace

Message Encode(const Call& call, const Session& session) {
  return StrategyOf(session.protocol).encode(call, session);
}

base::Result<Answer> Decode(const Reply& reply, Protocol protocol, const ContextMaker& context) {
  auto parser = std::make_shared<simdjson::dom::parser>();
  if (parser->allocate(reply.body.size(), kMaxDepth) != simdjson::SUCCESS) {
    return base::Fail(Reason::kPayloadTooLarge,
                      "Odoo's answer does not fit into memory; ask for less at once.");
  }
  reply.body.reserve(reply.body.size() + simdjson::SIMDJSON_PADDING);
  simdjson::dom::element root;
  if (parser->parse(reply.body.data(), reply.body.size(), false).get(root) != simdjson::SUCCESS) {
    return ClassifyHttp(reply.status, reply.content_type, reply.body, reply.retry_after, context());
  }
  auto result = StrategyOf(protocol).result(reply, root, context);
  if (!result) return std::move(result.failure());
  return Answer(std::move(parser), *result);
}

Message VersionMessage() { return {"/web/version", {}, {}}; }

Message CommonVersionMessage() {
  return JsonRpc("common", "version", [](JsonWriter&) {});
}

Message AuthenticateMessage(const Credentials& credentials) {
  return JsonRpc("common", "authenticate", [&credentials](JsonWriter& out) {
    out.Text(credentials.database);
    out.Text(credentials.username);
    out.Text(credentials.secret());
    out.BeginObject();
    out.EndObject();
  });
}

}  // namespace gateway::odoo
