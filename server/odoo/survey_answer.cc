#include "odoo/survey_answer.h"

#include <charconv>

namespace gateway::odoo {
namespace {

// `2027-11-22 14:07:18`, UTC.
Expiry TimeOf(std::string_view text) {
  constexpr std::string_view kForm = "0000-00-00 00:00:00";
  if (text.size() < kForm.size()) return std::nullopt;
  const auto number = [text](std::size_t at, std::size_t digits) {
    int value = 0;
    std::from_chars(text.data() + at, text.data() + at + digits, value);
    return value;
  };
  using namespace std::chrono;
  const year_month_day date{year(number(0, 4)), month(static_cast<unsigned>(number(5, 2))),
                            day(static_cast<unsigned>(number(8, 2)))};
  if (!date.ok()) return std::nullopt;
  return sys_days(date) + hours(number(11, 2)) + minutes(number(14, 2)) + seconds(number(17, 2));
}

// A key without a scope serves for everything.
bool ServesForRpc(const codec::JsonView& key) {
  const auto scope = key.Member("scope");
  return !scope || scope->IsFalse() || scope->Text() == "rpc";
}

}  // namespace

std::optional<std::vector<Expiry>> KeysOf(const codec::JsonView& records) {
  std::vector<Expiry> keys;
  const bool list = records.ForEachElement([&keys](const codec::JsonView& key) {
    const auto expires = key.Member("expiration_date");
    if (ServesForRpc(key))
      keys.push_back(expires ? TimeOf(expires->Text().value_or("")) : Expiry());
    return true;
  });
  if (!list) return std::nullopt;
  return keys;
}

}  // namespace gateway::odoo
