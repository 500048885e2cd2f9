// Events as Prometheus metrics. `grpc_server_*` are named and labelled as go-grpc-middleware does
// (codes as in Go, `NotFound`), so that its dashboards work.
//
// Every series exists from the start, so that the first error of a kind shows as an increase and no
// call waits for a series to be made; but for what only the connected Odoo can tell. Labels come
// from the served methods and the names of instances: a path that is not served counts as service
// and method `unknown`, any other model as `other`; what is said of no instance in the list counts
// nowhere.
#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "observe/event.h"

namespace prometheus {
class Registry;
}

namespace gateway::observe {

// A method that contracts bring, as far as labels need it.
struct ServedMethod {
  // `/odoo.sale.v1.SaleOrderService/CreateSaleOrder`
  std::string path;
  std::string model;
  Operation operation = Operation::kCall;
};

// An instance of Odoo, and what is served of it.
struct ServedInstance {
  std::string name;
  std::vector<ServedMethod> methods;
  // Calls that it gets at once, and that may wait for their turn.
  std::size_t max_in_flight = 0;
  std::size_t max_waiting = 0;
};

class MetricsObserver final : public Observer {
 public:
  // `version`: the gateway's. `callers`: names of the configured callers.
  MetricsObserver(std::span<const ServedInstance> instances, std::string_view version,
                  std::span<const std::string> callers = {});
  ~MetricsObserver() override;

  // About 0.1 us; allocates nothing.
  void Observe(const Event& event) override;

  // Prometheus' text format, as MetricsServer serves it.
  std::string Text() const;

  // What is collected from. Outlives the observer where somebody keeps it.
  std::shared_ptr<prometheus::Registry> registry() const;

 private:
  class Series;
  std::unique_ptr<Series> series_;
};

}  // namespace gateway::observe
