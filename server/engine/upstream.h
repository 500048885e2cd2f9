// One Odoo as something that can be called: admission, the HTTP exchange, one retry policy, and
// what a lost answer means. Loop thread only.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "base/task.h"
#include "engine/admission.h"
#include "engine/cancellation.h"
#include "engine/trace.h"
#include "http/client.h"
#include "observe/event.h"
#include "odoo/protocol.h"

namespace gateway::engine {

struct UpstreamOptions {
  // `https://odoo.example.com`, without a slash at the end.
  std::string url;
  // What no text of a failure may repeat, see odoo::Redact.
  std::vector<std::string> secrets;
  http::Options http;
  Admission::Limits limits;
};

// What a call to Odoo is for, and how long it may take.
struct Purpose {
  observe::Operation operation = observe::Operation::kLookup;
  // Whether it may change something: then it is never sent twice, and a lost answer is
  // OUTCOME_UNKNOWN.
  bool write = false;
  http::Clock::time_point deadline;
  Cancellation& cancellation;
  // Of the call that it is for; null: for nobody's.
  const Trace* trace = nullptr;
};

class Upstream {
 public:
  Upstream(http::Loop& loop, UpstreamOptions options, observe::Observer& observer);

  // Waits for its turn; the place is held until the result goes.
  base::Task<base::Result<Admission::Place>> Admit(Purpose purpose);
  // Sends, and reads the answer. The caller holds a place.
  base::Task<base::Result<odoo::Answer>> InvokeAdmitted(const odoo::Call& call,
                                                        const odoo::Session& session,
                                                        Purpose purpose,
                                                        odoo::ContextMaker context);
  // Both, for one call.
  base::Task<base::Result<odoo::Answer>> Invoke(const odoo::Call& call,
                                                const odoo::Session& session, Purpose purpose,
                                                odoo::ContextMaker context);

  // One exchange without a session, outside admission: for connecting. A message that could not be
  // encoded fails as it did.
  base::Task<base::Result<odoo::Answer>> Exchange(base::Result<odoo::Message> message,
                                                  odoo::Protocol protocol, Purpose purpose,
                                                  odoo::ContextMaker context);
  // For a message of Exchange: each id is used once.
  std::int64_t NextMessageId() { return ++last_message_id_; }

  // Resumes at `when`, or at once when cancelled.
  base::Task<bool> Sleep(http::Clock::time_point when, Cancellation& cancellation);

 private:
  class Transfer;

  base::Task<http::Outcome> Send(odoo::Message message, const Purpose& purpose);
  // What was sent, as far as its answer has to fit.
  struct Sent {
    odoo::Protocol protocol;
    std::optional<std::int64_t> message_id;
  };
  base::Result<odoo::Answer> Read(http::Outcome outcome, const Sent& sent, const Purpose& purpose,
                                  const odoo::ContextMaker& context);
  base::Result<odoo::Answer> ReadAnswer(http::Outcome outcome, const Sent& sent,
                                        const Purpose& purpose, const odoo::ContextMaker& context);
  void Report(const base::Result<odoo::Answer>& result, bool lost, const Purpose& purpose,
              std::string_view model, odoo::Protocol protocol, http::Clock::time_point begun);

  http::Loop& loop_;
  const UpstreamOptions options_;
  observe::Observer& observer_;
  http::Client client_;
  Admission admission_;
  // Begins anywhere: other clients behind the same proxy, Odoo's own pages included, count from 1.
  std::int64_t last_message_id_;
};

}  // namespace gateway::engine
