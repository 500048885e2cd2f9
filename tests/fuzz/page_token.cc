// Page tokens of any text: refused, or the same after another round.
#include "plan/page_token.h"

#include "input.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace gateway;
  const auto token = plan::DecodePageToken({reinterpret_cast<const char*>(data), size});
  if (!token) return 0;
  const auto again = plan::DecodePageToken(plan::EncodePageToken(*token));
  fuzz::Require(again && again->fingerprint == token->fingerprint, "the fingerprint stays");
  fuzz::Require(again->position == token->position, "the position stays");
  return 0;
}
