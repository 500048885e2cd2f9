// Odoo's wire protocols as pure functions: a call in, an HTTP message out; an HTTP answer in, a
// result out. Stateless.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <simdjson.h>

#include "base/result.h"
#include "codec/json_view.h"
#include "odoo/call.h"
#include "odoo/fault.h"
#include "odoo/session.h"

namespace gateway::odoo {

// What is sent: the path below the instance's URL, headers as whole lines, a body. An empty body
// means GET.
struct Message {
  std::string path;
  std::vector<std::string> headers;
  std::string body;
  // JSON-RPC: the id in the body, which the answer has to repeat. The other protocols have none.
  std::optional<std::int64_t> id = {};
};

// What came back, complete.
struct Reply {
  int status = 0;
  std::string_view content_type;
  std::string_view retry_after;
  // Padding is added to it, the text stays.
  std::string& body;
  // Id of the message that was sent. Empty if that message is not known, as in a recording: then
  // the answer may have any id.
  std::optional<std::int64_t> message_id = {};
};

// The result of a successful call. Owns the parsed document.
class Answer {
 public:
  Answer(std::shared_ptr<simdjson::dom::parser> parser, simdjson::dom::element result)
      : parser_(std::move(parser)), result_(result) {}
  codec::JsonView result() const { return codec::JsonView(result_); }
  simdjson::dom::element element() const { return result_; }

 private:
  std::shared_ptr<simdjson::dom::parser> parser_;
  simdjson::dom::element result_;
};

// What a fault's classification needs to know of the request; made only when there is one.
using ContextMaker = std::function<FaultContext()>;

// `id`: of this message, and of no other one that may be on its way; JSON-RPC sends it.
// SERVER_ERROR if an object of the message would get a key twice, which only a mistake of the
// gateway or of a contract leads to.
base::Result<Message> Encode(const Call& call, const Session& session, std::int64_t id);
base::Result<Answer> Decode(const Reply& reply, Protocol protocol, const ContextMaker& context);

// Before there is a session. `/web/version` exists from 19 on; the `common` service of JSON-RPC and
// XML-RPC in all versions served.
Message VersionMessage();
base::Result<Message> CommonVersionMessage(Protocol protocol, std::int64_t id);
base::Result<Message> AuthenticateMessage(const Credentials& credentials, Protocol protocol,
                                          std::int64_t id);

}  // namespace gateway::odoo
