#include "rpc/unary_call.h"

#include <memory>
#include <mutex>
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

// The engine's call, which may end before its handle is stored, and a cancellation, which may come
// before either.
class CallSlot {
 public:
  void Put(std::shared_ptr<engine::Call> call) {
    const std::lock_guard lock(mutex_);
    call_ = std::move(call);
    if (cancelled_) call_->Cancel();
  }
  void Cancel() {
    const std::lock_guard lock(mutex_);
    cancelled_ = true;
    if (call_ != nullptr) call_->Cancel();
  }

 private:
  std::mutex mutex_;
  std::shared_ptr<engine::Call> call_;
  bool cancelled_ = false;
};

Failure Refused(const Services& services, Failure failure) {
  services.observer.Observe(observe::RequestRefused{failure.reason});
  return failure;
}

class UnaryCall final : public grpc::ServerGenericBidiReactor {
 public:
  UnaryCall(const Services& services, grpc::GenericCallbackServerContext& context)
      : services_(services), context_(context), trace_(TraceOf(context)) {
    ++services_.unanswered;
    services_.observer.Observe(observe::CallStarted{context_.method()});
    if (base::Status entered = Enter(); !entered) {
      End(std::move(entered.failure()));
    } else {
      StartRead(&buffer_);
    }
  }

  void OnReadDone(bool ok) override {
    if (ok && !has_request_) {
      has_request_ = true;
      request_ = ToString(buffer_);
      // gRPC leaves it to us to see that there is no second message.
      StartRead(&buffer_);
    } else if (context_.IsCancelled()) {
      // Broken off before the end of the request: nothing of it is carried out.
      End(Fail(Reason::kCancelled, "The caller gave up before the request was complete."));
    } else if (ok || !has_request_) {
      End(Fail(Reason::kMalformedRequest, "A unary call has exactly one message; send one."));
    } else {
      Run();
    }
  }

  void OnCancel() override { slot_->Cancel(); }
  void OnDone() override { delete this; }

 private:
  // Who calls comes first: nobody else is told what is served.
  base::Status Enter() {
    if (!services_.access.open()) {
      auto caller = Authenticate(services_, context_);
      if (!caller) return std::move(caller.failure());
      caller_ = *caller;
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

  void Run() {
    request_bytes_ = request_.size();
    if (contract::IsWrite(method_->operation)) {
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
      --services_.unanswered;
      StartWriteAndFinish(&buffer_, {}, grpc::Status::OK);
      return;
    }
    Failure& failure = response.failure();
    if (backend_ != nullptr) failure.metadata.emplace_back("instance", backend_->name);
    Report(failure.StatusCode(), &failure, {});
    status::Answer answer = status::Render(failure, trace_.request_id, services_.status);
    --services_.unanswered;
    Finish({static_cast<grpc::StatusCode>(answer.code), std::move(answer.message),
            std::move(answer.details)});
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
      event.operation = engine::ObservedAs(method_->operation);
    }
    if (failure != nullptr) {
      event.reason = failure->reason;
      event.message = failure->message;
      event.debug = failure->debug;
    }
    services_.observer.Observe(event);
  }

  // Of a write; those that the request named itself are left out.
  std::vector<std::int64_t> MadeIds(std::string_view response) const {
    if (method_ == nullptr || !contract::IsWrite(method_->operation)) return {};
    const bool answers_named = !named_ids_.empty() && method_->action.result == nullptr;
    return answers_named ? std::vector<std::int64_t>() : codec::IdsInResponse(*method_, response);
  }

  const Services& services_;
  grpc::GenericCallbackServerContext& context_;
  // Null until the call has entered; both stay so where it is refused before.
  const engine::Backend* backend_ = nullptr;
  const contract::Method* method_ = nullptr;
  // Null where everybody may call.
  const access::Caller* caller_ = nullptr;
  const contract::Permit* permit_ = nullptr;
  const engine::Trace trace_;
  const http::Clock::time_point begun_ = http::Clock::now();
  const std::shared_ptr<CallSlot> slot_ = std::make_shared<CallSlot>();
  grpc::ByteBuffer buffer_;
  bool has_request_ = false;
  std::string request_;
  std::size_t request_bytes_ = 0;
  std::vector<std::int64_t> named_ids_;
  bool validate_only_ = false;
};

}  // namespace

base::Result<const access::Caller*> Authenticate(const Services& services,
                                                 const grpc::CallbackServerContext& context) {
  auto caller = services.access.Identify(CredentialsOf(context));
  if (!caller) return Refused(services, std::move(caller.failure()));
  if (auto admitted = (*caller)->Admit(http::Clock::now()); !admitted)
    return Refused(services, std::move(admitted.failure()));
  return caller;
}

grpc::ServerGenericBidiReactor* StartUnaryCall(const Services& services,
                                               grpc::GenericCallbackServerContext& context) {
  return new UnaryCall(services, context);
}

}  // namespace gateway::rpc
