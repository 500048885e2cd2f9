// The services behind JSON-RPC and XML-RPC: `common`, `object` and `db`.
#pragma once

#include <string>

#include "rpc/dispatcher.h"

namespace sandbox {

class Services {
 public:
  // `transport`: as remembered calls name it.
  Services(Dispatcher& dispatcher, std::string transport)
      : dispatcher_(dispatcher), transport_(std::move(transport)) {}

  // A discarded value where the method answers nothing. Throws Fault.
  Json Dispatch(const std::string& service, const std::string& method, const Json& args);

 private:
  bool Is18() const { return dispatcher_.version() == "18.0"; }
  Json Common(const std::string& method, const Json& args);
  Json Login(const Json& args);
  Json Database(const std::string& method) const;
  Fault NoOdooDatabase() const;
  void CheckDatabase(const std::string& name) const;
  Json Object(const std::string& method, const Json& args);

  Dispatcher& dispatcher_;
  const std::string transport_;
};

}  // namespace sandbox
