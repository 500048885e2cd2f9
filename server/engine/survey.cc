#include "engine/survey.h"

#include <algorithm>
#include <functional>

#include "engine/fan_out.h"

namespace gateway::engine {
namespace {

using std::chrono::milliseconds;

// For all look-ups together.
constexpr milliseconds kPatience{20000};
// Odoo's settings group implies it.
constexpr std::string_view kAdministrators = "base.group_erp_manager";

// One call, and what its answer adds.
struct Question {
  odoo::Call call;
  std::function<void(const codec::JsonView& answer)> take;
};

Question RightQuestion(const std::string& model, schema::Right right, Survey& survey) {
  return {odoo::RightCall(model, base::NameOf(right)),
          [&survey, &model, right](const codec::JsonView& answer) {
            const auto granted = answer.Boolean();
            if (!granted) return;
            schema::Access& access = survey.access[model];
            access.known.set(static_cast<std::size_t>(right));
            access.granted.set(static_cast<std::size_t>(right), *granted);
          }};
}

std::vector<Question> QuestionsOf(const odoo::Session& session, const schema::Needs& needs,
                                  Survey& survey) {
  std::vector<Question> questions;
  questions.push_back(
      {odoo::GroupCall(session.uid, kAdministrators),
       [&survey](const codec::JsonView& answer) { survey.administrator = answer.Boolean(); }});
  questions.push_back({odoo::KeysCall(session.uid), [&survey](const codec::JsonView& answer) {
                         survey.keys = odoo::KeysOf(answer);
                       }});
  for (const auto& [model, rights] : needs) {
    if (session.schema->Find(model) == nullptr) continue;
    for (std::size_t right = 0; right < rights.size(); ++right) {
      if (rights.test(right))
        questions.push_back(RightQuestion(model, static_cast<schema::Right>(right), survey));
    }
  }
  return questions;
}

// Without Odoo, all further questions would only wait.
bool EndsSurvey(base::Reason reason) {
  return reason == base::Reason::kUpstreamUnavailable || reason == base::Reason::kTimeout ||
         reason == base::Reason::kCancelled;
}

base::Task<base::Status> Answer(Upstream& upstream, const odoo::Session& session,
                                const Question& question, Purpose purpose) {
  auto message = odoo::Encode(question.call, session, upstream.NextMessageId());
  auto answer = co_await upstream.Exchange(std::move(message), session.protocol, purpose,
                                           [&question] { return odoo::ContextOf(question.call); });
  if (answer) {
    question.take(answer->result());
  } else if (EndsSurvey(answer.failure().reason)) {
    co_return std::move(answer.failure());
  }
  co_return base::Done{};
}

}  // namespace

bool Survey::Allows(std::string_view model) const {
  const auto found = access.find(model);
  return found == access.end() || found->second.granted.any();
}

odoo::Expiry Survey::FirstExpiry() const {
  odoo::Expiry first;
  if (!keys) return first;
  for (const odoo::Expiry& key : *keys) {
    if (key && (!first || *key < *first)) first = key;
  }
  return first;
}

base::Task<base::Result<Survey>> LookAround(Upstream& upstream, const odoo::Session& session,
                                            const schema::Needs& needs, std::size_t width,
                                            Cancellation& cancellation) {
  Survey survey;
  const std::vector<Question> questions = QuestionsOf(session, needs, survey);
  const auto deadline = http::Clock::now() + kPatience;
  FanOut all(
      questions.size(), width,
      [&](std::size_t at, Cancellation& lane) {
        return Answer(upstream, session, questions[at],
                      {observe::Operation::kConnect, false, deadline, lane});
      },
      cancellation);
  auto status = co_await all;
  if (!status) co_return std::move(status.failure());
  co_return std::move(survey);
}

}  // namespace gateway::engine
