#include "odoo/protocol.h"

#include <array>

#include "codec/json_writer.h"
#include "codec/xml_writer.h"

namespace gateway::odoo {
namespace {

using codec::JsonWriter;
using codec::XmlWriter;

constexpr std::string_view kJsonType = "Content-Type: application/json";
constexpr std::string_view kXmlType = "Content-Type: text/xml";

template <class Writer>
void WriteIds(const std::vector<std::int64_t>& ids, Writer& out) {
  out.BeginArray();
  for (const std::int64_t id : ids) out.Integer(id);
  out.EndArray();
}

template <class Writer>
void WriteContext(const Context& context, Writer& out) {
  out.Key("context");
  out.BeginObject();
  out.Key("tz");
  out.Text("UTC");
  if (!context.lang.empty()) {
    out.Key("lang");
    out.Text(context.lang);
  }
  if (!context.company_ids.empty()) {
    out.Key("allowed_company_ids");
    WriteIds(context.company_ids, out);
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

// The message, if its writer refused no key. Python takes the last value of a key that comes twice:
// it could replace what the gateway checked or decided itself.
template <class Writer>
base::Result<Message> Checked(Message message, const Writer& out) {
  if (!out.refused()) return message;
  return base::Fail(base::Reason::kServerError,
                    "The request to Odoo would have the key `" + *out.refused() +
                        "` twice in one object, so it was not sent. This is a mistake of the "
                        "gateway or of a contract: report it, with the request.");
}

// The envelope of JSON-RPC, around the arguments of a service's method.
template <class WriteArguments>
base::Result<Message> JsonRpc(std::string_view service, std::string_view method, std::int64_t id,
                              const WriteArguments& arguments) {
  Message message{"/jsonrpc", {std::string(kJsonType)}, {}, id};
  JsonWriter out(message.body);
  out.BeginObject();
  out.Key("jsonrpc");
  out.Text("2.0");
  out.Key("method");
  out.Text("call");
  out.Key("id");
  out.Integer(id);
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
  return Checked(std::move(message), out);
}

// The document of XML-RPC; its path names the service.
template <class WriteArguments>
base::Result<Message> XmlRpc(std::string_view service, std::string_view method,
                             const WriteArguments& arguments) {
  Message message{"/xmlrpc/2/" + std::string(service), {std::string(kXmlType)}, {}};
  message.body.append(R"(<?xml version="1.0"?><methodCall><methodName>)")
      .append(method)
      .append("</methodName><params>");
  XmlWriter out(message.body);
  arguments(out);
  message.body.append("</params></methodCall>");
  return Checked(std::move(message), out);
}

// execute_kw(db, uid, secret, model, method, args, kwargs)
template <class Writer>
void WriteExecuteKw(const Call& call, const Session& session, Writer& out) {
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
}

base::Result<Message> EncodeJsonRpc(const Call& call, const Session& session, std::int64_t id) {
  return JsonRpc("object", "execute_kw", id,
                 [&](JsonWriter& out) { WriteExecuteKw(call, session, out); });
}

base::Result<Message> EncodeXmlRpc(const Call& call, const Session& session, std::int64_t) {
  return XmlRpc("object", "execute_kw",
                [&](XmlWriter& out) { WriteExecuteKw(call, session, out); });
}

// POST /json/2/<model>/<method> with named arguments.
base::Result<Message> EncodeJson2(const Call& call, const Session& session, std::int64_t) {
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
  return Checked(std::move(message), out);
}

// A method of the `common` service, which JSON-2 does not have.
template <class WriteArguments>
base::Result<Message> Common(Protocol protocol, std::string_view method, std::int64_t id,
                             const WriteArguments& arguments) {
  if (protocol == Protocol::kXmlRpc) return XmlRpc("common", method, arguments);
  return JsonRpc("common", method, id, arguments);
}

// By Protocol.
constexpr std::array kEncoders = {&EncodeJsonRpc, &EncodeJson2, &EncodeXmlRpc};

}  // namespace

base::Result<Message> Encode(const Call& call, const Session& session, std::int64_t id) {
  return kEncoders[static_cast<std::size_t>(session.protocol)](call, session, id);
}

Message VersionMessage() { return {"/web/version", {}, {}}; }

base::Result<Message> CommonVersionMessage(Protocol protocol, std::int64_t id) {
  return Common(protocol, "version", id, [](auto&) {});
}

base::Result<Message> AuthenticateMessage(const Credentials& credentials, Protocol protocol,
                                          std::int64_t id) {
  return Common(protocol, "authenticate", id, [&credentials](auto& out) {
    out.Text(credentials.database);
    out.Text(credentials.username);
    out.Text(credentials.secret());
    out.BeginObject();
    out.EndObject();
  });
}

}  // namespace gateway::odoo
