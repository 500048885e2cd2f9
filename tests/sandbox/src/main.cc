// odoo-sandbox: starts the server, stops it at SIGTERM or SIGINT.
#include <csignal>
#include <fstream>
#include <iostream>
#include <sstream>
#include <thread>

#include "base/clock.h"
#include "http/server.h"
#include "options.h"
#include "orm/seed.h"
#include "rpc/control.h"

namespace sandbox {
namespace {

class Sandbox {
 public:
  Sandbox(const Options& options, const Json& seed, const Json& fields)
      : dispatcher_(options.version, options.database, seed, options.without, fields),
        control_(dispatcher_, options.latency) {
    transports_.push_back(MakeJsonRpc(dispatcher_));
    transports_.push_back(MakeXmlRpc(dispatcher_));
    transports_.push_back(MakeJson2(dispatcher_));
    transports_.push_back(MakeWebPages(dispatcher_));
  }

  HttpResponse Answer(const HttpRequest& request) {
    if (control_.Accepts(request)) return control_.Answer(request);
    if (control_.down()) return Silence();
    for (const auto& transport : transports_) {
      if (transport->Accepts(request)) return Guarded(request, *transport);
    }
    return Silence();
  }

  void Stop() { control_.Stop(); }

 private:
  static HttpResponse Silence() {
    HttpResponse response;
    response.close_silently = true;
    return response;
  }

  // A mistake of the sandbox must look like one, not like an answer of Odoo.
  HttpResponse Guarded(const HttpRequest& request, Transport& transport) {
    try {
      return control_.Apply(request, transport);
    } catch (const std::exception& error) {
      std::cerr << "odoo-sandbox: " << error.what() << " at " << request.target << ": "
                << request.body.substr(0, 500) << std::endl;
      return HtmlPage(500, "500 Internal Server Error",
                      std::string("odoo-sandbox cannot do this: ") + error.what());
    }
  }

  Dispatcher dispatcher_;
  Control control_;
  std::vector<std::unique_ptr<Transport>> transports_;
};

Json ReadJson(const std::string& file) {
  std::ifstream stream(file);
  if (!stream) throw std::runtime_error("cannot read " + file);
  return Json::parse(stream);
}

sigset_t StopSignals() {
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGTERM);
  sigaddset(&signals, SIGINT);
  return signals;
}

int Run(const Options& options) {
  const sigset_t signals = StopSignals();
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  Sandbox sandbox(options, options.seed.empty() ? ShopSeed() : ReadJson(options.seed),
                  options.fields.empty() ? Json::object() : ReadJson(options.fields));
  HttpServer server({options.host, options.port, options.keep_alive},
                    [&](const HttpRequest& request) { return sandbox.Answer(request); });
  server.Listen();
  std::cerr << "odoo-sandbox: an emulator of Odoo " << options.version
            << " for tests, not Odoo; nothing is kept" << std::endl;
  std::cout << "listening on http://" << options.host << ":" << server.port() << std::endl;
  std::thread waiter([&] {
    int signal = 0;
    sigwait(&signals, &signal);
    sandbox.Stop();
    server.Stop();
  });
  server.Run();
  waiter.join();
  return 0;
}

}  // namespace
}  // namespace sandbox

int main(int argc, char** argv) {
  try {
    const sandbox::Options options = sandbox::ParseOptions(argc, argv);
    if (options.help) {
      std::cout << sandbox::HelpText();
      return 0;
    }
    if (!options.today.empty()) sandbox::SetToday(options.today);
    return sandbox::Run(options);
  } catch (const std::exception& error) {
    std::cerr << "odoo-sandbox: " << error.what() << std::endl;
    return 2;
  }
}
