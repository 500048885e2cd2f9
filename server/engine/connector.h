// Finds out what an Odoo is and who we are there, step by step. Loop thread only.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "engine/upstream.h"
#include "odoo/session.h"

namespace gateway::engine {

struct ConnectOptions {
  odoo::Credentials credentials;
  // Nothing: what fits the connected version and the credentials.
  std::optional<odoo::Protocol> protocol;
  // Models whose fields are fetched.
  std::vector<std::string> models;
};

// Look-ups that need not wait for each other, so many at once. Before there are calls: more gain
// nothing, Odoo has few workers.
inline constexpr std::size_t kConnectWidth = 8;
// Beside calls.
inline constexpr std::size_t kBackgroundWidth = 2;

// Asks outside admission: no call waits or is refused because of it. `upstream` and `options` must
// outlive it.
class Connector {
 public:
  Connector(Upstream& upstream, const ConnectOptions& options)
      : upstream_(upstream), options_(options) {}

  // All of the following in order; `width` look-ups of models at once.
  base::Task<base::Result<odoo::Session>> Connect(std::size_t width, Cancellation& cancellation);

  // Version and protocol, of any Odoo.
  base::Task<base::Result<odoo::Session>> Detect(Cancellation& cancellation);
  // Whether the gateway can speak to that version.
  static base::Status Supported(const odoo::Session& session);
  // Id of the integration user.
  base::Task<base::Result<std::int64_t>> Authenticate(const odoo::Session& session,
                                                      Cancellation& cancellation);
  // Company and language.
  base::Task<base::Status> ReadUser(odoo::Session& session, Cancellation& cancellation);
  base::Task<base::Status> ReadSchema(odoo::Session& session, std::size_t width,
                                      Cancellation& cancellation);

 private:
  base::Task<base::Result<odoo::Session>> DetectByRpc(odoo::Session session,
                                                      odoo::Protocol protocol,
                                                      Cancellation& cancellation);
  base::Task<base::Status> ReadModel(const std::string& model, const odoo::Session& session,
                                     schema::Schema& schema, Cancellation& cancellation);
  base::Task<base::Result<odoo::Answer>> Ask(base::Result<odoo::Message> message,
                                             odoo::Protocol protocol, Cancellation& cancellation);
  base::Task<base::Result<odoo::Answer>> Ask(const odoo::Call& call, const odoo::Session& session,
                                             Cancellation& cancellation);

  Upstream& upstream_;
  const ConnectOptions& options_;
};

}  // namespace gateway::engine
