// A response message under construction, and the failures that every operation may answer.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "codec/json_view.h"
#include "codec/read_spec.h"
#include "codec/wire.h"
#include "engine/engine.h"
#include "odoo/session.h"
#include "plan/plan.h"

namespace gateway::engine {

// Fields of the response by their roles in the plan's method. Both must outlive it.
class ResponseBuilder {
 public:
  ResponseBuilder(const plan::Plan& plan, const odoo::Session& session);

  // False: the record does not fit the contract, and the problem is noted.
  bool Record(contract::ResponseRole role, const codec::ReadSpec& read,
              const codec::JsonView& record);
  // The first `count` of a list, as `records`.
  bool Records(const codec::ReadSpec& read, const codec::JsonView& records, std::size_t count);
  // A record of which only the id is answered.
  void BareRecord(contract::ResponseRole role, std::int64_t id);
  void Integer(contract::ResponseRole role, std::int64_t value);
  void Text(contract::ResponseRole role, std::string_view text);

  std::string Finish(bool validated_only = false);
  // MALFORMED_RESPONSE for the problem that was noted.
  base::Failure Malformed() const;

 private:
  const plan::Plan& plan_;
  const odoo::Session& session_;
  std::string bytes_;
  codec::WireWriter out_;
  std::string problem_;
};

// MALFORMED_RESPONSE: the answer is not what the contract or Odoo's method promises.
base::Failure MalformedResult(std::string_view problem);
// OUTCOME_UNKNOWN: the write happened, but what came back does not tell what the caller asked for.
base::Failure Unconfirmed(base::Failure cause, std::string_view what);
// The answer of a write that Odoo carried out: if it cannot be read, the outcome is unknown.
Response Confirmed(Response response);
// `record`, read as `web_read` answers it; nothing there is RECORD_NOT_FOUND.
Response OneRecord(const plan::Plan& plan, const odoo::Session& session,
                   const codec::ReadSpec& read, std::int64_t id, codec::JsonView result);
// RECORD_NOT_FOUND for a record of the plan's model.
base::Failure NotFound(const plan::Plan& plan, std::int64_t id);

}  // namespace gateway::engine
