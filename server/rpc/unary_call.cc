#include "rpc/unary_call.h"

#include <memory>
#include <string_view>
#include <utility>
#include <vector>

#include "codec/record_ids.h"
#include "rpc/bytes.h"
#include "rpc/caller.h"
#include "rpc/route.h"

namespace gateway::rpc {
namespace {

using base::Fail;
using base::Failure;
using base::Reason;

http::Clock::time_point SteadyDeadline(const grpc::CallbackServerContext& context) {
  const auto deadline = context.deadline();
  if (deadline == std::chrono::system_clock::time_point::max())
    return http::Clock::time_point::max();
  return http::Clock::now() + std::chrono::duration_cast<http::Clock::duration>(
                                  deadline - std::chrono::system_clock::now());
}

Failure Refused(const Services& services, Failure failure) {
  services.observer.Observe(observe::RequestRefused{failure.reason});
  return failure;
}

class UnaryCall final : public grpc::ServerGenericBidiReactor, private Arrival {
 public:
  UnaryCall(const Services& services, grpc::GenericCallbackServerContext& context)
      : services_(services), context_(context), trace_(TraceOf(context)) {
    services_.observer.Observe(observe::CallStarted{context_.method()});
    if (base::Status entered = Enter(); !entered) {
      End(std::move(entered.failure()));
    } else {
      Await();
    }
  }

  void OnReadDone(bool ok) override {
    if (!services_.arrivals.Leave(arrival_)) return;
    if (ok && !has_request_) return TakeMessage();
    if (context_.IsCancelled()) {
      // Broken off before the end of the request: nothing of it is carried out.
      End(Fail(Reason::kCancelled, "The caller gave up before the request was complete."));
    } else if (ok || !has_request_) {
      End(Fail(Reason::kMalformedRequest, "A unary call has exactly one message; send one."));
    } else {
      Run();
    }
  }

  // Reads that are under way end the call no more: Leave tells them.
  void Expire() override {
    End(Fail(Reason::kTimeout, "The request did not arrive in time. Send it at once."));
  }

  void OnCancel() override { slot_->Cancel(); }
  void OnDone() override { delete this; }

 private:
  // Who calls comes first: nobody else is told what is served.
  base::Status Enter() {
    if (!services_.access.open()) {
      auto caller = services_.access.Identify(CredentialsOf(context_));
      if (!caller) return Refused(services_, std::move(caller.failure()));
      caller_ = *caller;
      if (auto admitted = caller_->Admit(http::Clock::now()); !admitted)
        return Refused(services_, std::move(admitted.failure()));
    }
    const Choice choice(services_.backends, caller_);
    auto backend = choice.Route(context_);
    if (!backend) return std::move(backend.failure());
    backend_ = *backend;
    auto method = choice.Serve(*backend_, context_.method());
    if (!method) return std::move(method.failure());
    method_ = *method;
    if (caller_ == nullptr) return base::Done{};
    auto permit = caller_->Permit(*method_);
    if (!permit) return Refused(services_, std::move(permit.failure()));
    permit_ = *permit;
    return base::Done{};
  }

  void Await() {
    arrival_ = services_.arrivals.Enter(*this);
    StartRead(&buffer_);
  }

  void TakeMessage() {
    has_request_ = true;
    request_ = ToString(buffer_);
    buffer_.Clear();
    if (!services_.calls.Take(handle_, caller_, request_.size())) {
      return End(Refused(services_, Fail(Reason::kOverloaded,
                                         "The gateway holds as many bytes of requests as it may "
                                         "(max_pending_bytes).")));
    }
    // gRPC leaves it to us to see that there is no second message.
    Await();
  }

  void Run() {
    request_bytes_ = request_.size();
    if (base::Writes(method_->operation)) {
      named_ids_ = codec::IdsInRequest(*method_, request_);
      validate_only_ = codec::IsValidateOnly(*method_, request_);
    }
    // From Start on, the answer may be sent and `this` deleted at any moment.
    const auto slot = slot_;
    slot->Put(services_.engine.Start(
        {backend_, method_, std::move(request_), SteadyDeadline(context_), permit_, trace_},
        [this](engine::Response response) { End(std::move(response)); }));
  }

  void End(engine::Response response) {
    context_.AddTrailingMetadata("x-request-id", trace_.request_id);
    if (response) {
      Report(base::Code::kOk, nullptr, *response);
      buffer_ = ToBuffer(*response);
      services_.calls.End(handle_);
      StartWriteAndFinish(&buffer_, {}, grpc::Status::OK);
      return;
    }
    Failure& failure = response.failure();
    if (backend_ != nullptr) failure.metadata.emplace_back("instance", backend_->name);
    Report(failure.StatusCode(), &failure, {});
    const status::Answer answer = status::Render(failure, trace_.request_id, services_.status);
    services_.calls.End(handle_);
    Finish({static_cast<grpc::StatusCode>(answer.code), answer.message, answer.details});
  }

  void Report(base::Code code, const Failure* failure, std::string_view response) {
    const std::string peer = PeerOf(context_);
    observe::CallFinished event;
    event.path = context_.method();
    event.peer = peer;
    if (caller_ != nullptr) event.caller = caller_->name();
    event.request_id = trace_.request_id;
    event.trace_id = trace_.trace_id();
    event.code = code;
    event.duration = http::Clock::now() - begun_;
    event.request_bytes = request_bytes_;
    event.response_bytes = response.size();
    event.validate_only = validate_only_;
    const auto made_ids = MadeIds(response);
    event.ids = named_ids_.empty() ? made_ids : named_ids_;
    if (!named_ids_.empty()) event.result_ids = made_ids;
    if (backend_ != nullptr) event.instance = backend_->name;
    if (method_ != nullptr) {
      event.model = method_->record->model;
      event.operation = method_->operation;
    }
    if (failure != nullptr) {
      event.reason = failure->reason;
      event.message = failure->message;
      event.debug = failure->debug;
      if (failure->odoo_message_withheld) event.odoo_message = failure->odoo_message;
    }
    services_.observer.Observe(event);
  }

  // Of a write; those that the request named itself are left out.
  std::vector<std::int64_t> MadeIds(std::string_view response) const {
    if (method_ == nullptr || !base::Writes(method_->operation)) return {};
    const bool answers_named = !named_ids_.empty() && method_->action.result == nullptr;
    return answers_named ? std::vector<std::int64_t>() : codec::IdsInResponse(*method_, response);
  }

  const Services& services_;
  grpc::GenericCallbackServerContext& context_;
  // Null until the call has entered; it stays so where it is refused before.
  const engine::Backend* backend_ = nullptr;
  // Of whichever instance, so that refusals can be told by it, then of the backend. Null where none
  // has it.
  const contract::Method* method_ = services_.catalog.Find(context_.method());
  // Null where everybody may call.
  const access::Caller* caller_ = nullptr;
  const contract::Permit* permit_ = nullptr;
  const engine::Trace trace_;
  const http::Clock::time_point begun_ = http::Clock::now();
  const std::shared_ptr<CallSlot> slot_ = std::make_shared<CallSlot>();
  const Calls::Handle handle_ = services_.calls.Begin(slot_);
  // Set while a read is under way.
  Arrivals::Handle arrival_;
  grpc::ByteBuffer buffer_;
  bool has_request_ = false;
  std::string request_;
  std::size_t request_bytes_ = 0;
  std::vector<std::int64_t> named_ids_;
  bool validate_only_ = false;
};

}  // namespace

grpc::ServerGenericBidiReactor* StartUnaryCall(const Services& services,
                                               grpc::GenericCallbackServerContext& context) {
  return new UnaryCall(services, context);
}

}  // namespace gateway::rpc
