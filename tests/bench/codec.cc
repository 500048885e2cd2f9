// The codecs in one process.
//
//   bench-codec ratios N      medians of N interleaved repetitions, as JSON
//   bench-codec read N        N answers of 1,000 rows, for callgrind
//   bench-codec request N     N requests of an order with 20 lines, for callgrind
#include <google/protobuf/util/type_resolver_util.h>
#include <time.h>

#include <algorithm>
#include <cstdio>
#include <string>
#include <string_view>
#include <vector>

#include "../fuzz/target.h"
#include "engine/operations/operations.h"
#include "files.h"
#include "odoo/protocol.h"
#include "plan/plan.h"

namespace gateway::bench {
namespace {

using codec::JsonView;
using fuzz::Require;
using test::Json;
namespace pb = google::protobuf;

constexpr int kVersion = 18;
constexpr std::size_t kRows = 1000;
constexpr std::size_t kFields = 40;
constexpr int kLines = 20;
// One is too short for the clock.
constexpr int kOrdersAtOnce = 20;

// Of this thread, so that what else the machine does counts less.
double CpuSeconds() {
  timespec time{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
  return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_nsec) / 1e9;
}

template <class Work>
double SecondsOf(int times, const Work& work) {
  const double begun = CpuSeconds();
  for (int i = 0; i < times; ++i) work();
  return CpuSeconds() - begun;
}

double Median(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  return values[values.size() / 2];
}

// How many times as long the first takes as the second.
template <class First, class Second>
double RatioOf(int repetitions, int at_once, const First& first, const Second& second) {
  std::vector<double> ratios;
  first();
  second();
  for (int i = 0; i < repetitions; ++i) {
    const double numerator = SecondsOf(at_once, first);
    ratios.push_back(numerator / SecondsOf(at_once, second));
  }
  return Median(std::move(ratios));
}

// A page of partners: the fields are the first of those that are read by default.
class Page {
 public:
  Page() : plan_(MakePlan(MaskOf(MakePlan("")))), text_(AnswerText()) {}

  void ParseAlone() {
    Require(parser_.parse(text_).error() == simdjson::SUCCESS, "the answer is JSON");
  }

  void ToWire() {
    const simdjson::dom::element root = parser_.parse(text_);
    const auto response = engine::Answer(plan_, session_, search_, JsonView(root["result"]));
    Require(response.ok(), "the answer fits the contract");
  }

 private:
  static plan::Plan MakePlan(const std::string& read_mask) {
    const contract::Method& method = test::MethodNamed("SearchPartners");
    const std::string text = "page_size: " + std::to_string(kRows) + read_mask;
    auto plan = plan::MakePlan(test::BuiltIn(), method, fuzz::TargetOf(kVersion),
                               test::RequestBytes(method, text));
    Require(plan.ok(), "the search can be planned");
    return std::move(*plan);
  }

  static std::string MaskOf(const plan::Plan& plan) {
    const auto& fields = std::get<plan::Search>(plan.body).read.fields;
    Require(fields.size() >= kFields, "partners have enough fields");
    std::string mask;
    for (std::size_t i = 0; i < kFields; ++i) {
      mask += " paths: \"" + fields[i].field->name + "\"";
    }
    return " read_mask {" + mask + " }";
  }

  simdjson::padded_string AnswerText() const {
    const Json partner = Json::parse(ReadFile(BENCH_DIR "/partner.json"));
    std::string records;
    for (std::size_t row = 1; row <= kRows; ++row) {
      Json record{{"id", row}};
      for (const auto& field : std::get<plan::Search>(plan_.body).read.fields) {
        const std::string name(field.odoo_name);
        record[name] = partner.value(name, Json(false));
      }
      records += (row == 1 ? "" : ", ") + Numbered(record.dump(), std::to_string(row));
    }
    return {R"({"jsonrpc": "2.0", "id": 1, "result": {"length": 1000, "records": [)" + records +
            "]}}"};
  }

  static std::string Numbered(std::string text, const std::string& row) {
    constexpr std::string_view kMark = "{row}";
    for (std::size_t at = 0; (at = text.find(kMark, at)) != std::string::npos;) {
      text.replace(at, kMark.size(), row);
    }
    return text;
  }

  const plan::Plan plan_;
  const plan::Search& search_ = std::get<plan::Search>(plan_.body);
  const odoo::Session session_;
  const simdjson::padded_string text_;
  simdjson::dom::parser parser_;
};

// An order with lines, as it comes from the caller.
class Order {
 public:
  void ToBody() const {
    auto plan = plan::MakePlan(test::BuiltIn(), method_, target_, bytes_);
    Require(plan.ok(), "the order can be planned");
    const auto message = odoo::Encode(odoo::CallOf(*plan, {}), session_, 1);
    Require(message && message->body.size() > bytes_.size(), "the order is written");
  }

  // What protobuf::util::MessageToJsonString does, but with a resolver made once.
  void PrintAsJson() const {
    const auto message = test::NewMessage(type_);
    Require(message->ParseFromString(bytes_), "the order is a message");
    std::string text;
    const auto status = pb::util::BinaryToJsonString(resolver_.get(), "/" + type_.full_name(),
                                                     message->SerializeAsString(), &text, {});
    Require(status.ok(), "the order can be printed");
  }

 private:
  static std::string Text() {
    std::string text =
        "values { partner_id { id: 14 } client_order_ref: \"PO-2026-0815\" order_line { ";
    for (int line = 1; line <= kLines; ++line) {
      const std::string number = std::to_string(line);
      text += "rows { product_id { id: " + number + " } name: \"Desk, oak, no. " + number +
              "\" product_uom_qty: \"" + number +
              ".5\" price_unit: \"119.90\" discount: \"5\" product_uom_id { id: 1 } "
              "tax_ids { set { refs { id: 1 } refs { id: 2 } } } } ";
    }
    return text + "} }";
  }

  const contract::Method& method_ = test::MethodNamed("CreateSaleOrder");
  const pb::Descriptor& type_ = *test::DescriptorOf(method_).input_type();
  const std::string bytes_ = test::RequestBytes(method_, Text());
  const codec::Target target_ = fuzz::TargetOf(kVersion);
  const odoo::Session session_;
  const std::unique_ptr<pb::util::TypeResolver> resolver_{
      pb::util::NewTypeResolverForDescriptorPool("", &test::BuiltIn().pool())};
};

int PrintRatios(int repetitions) {
  Page page;
  const Order order;
  const Json ratios{
      {"read_codec_over_dom",
       RatioOf(
           repetitions, 1, [&] { page.ToWire(); }, [&] { page.ParseAlone(); })},
      {"request_codec_over_json_printer",
       RatioOf(
           repetitions, kOrdersAtOnce, [&] { order.ToBody(); }, [&] { order.PrintAsJson(); })}};
  std::puts(ratios.dump().c_str());
  return 0;
}

int Read(int times) {
  Page page;
  for (int i = 0; i < times; ++i) page.ToWire();
  return 0;
}

int Request(int times) {
  const Order order;
  for (int i = 0; i < times; ++i) order.ToBody();
  return 0;
}

int Run(std::string_view command, int number) {
  if (command == "ratios") return PrintRatios(number);
  if (command == "read") return Read(number);
  if (command == "request") return Request(number);
  return 2;
}

}  // namespace
}  // namespace gateway::bench

int main(int argc, char** argv) {
  const int code = argc == 3 ? gateway::bench::Run(argv[1], std::stoi(argv[2])) : 2;
  if (code == 2) std::fputs("usage: bench-codec ratios|read|request N\n", stderr);
  return code;
}
