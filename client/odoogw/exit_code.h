// Exit codes of the program: one per class of outcome, so that a script can decide without reading
// text.
//
//   return static_cast<int>(ExitCodeFor(status));
//
// Pure functions over constant tables; safe from any thread.
#ifndef ODOOGW_EXIT_CODE_H_
#define ODOOGW_EXIT_CODE_H_

#include <string>

#include "google/rpc/status.pb.h"

namespace odoogw {

// What a caller can do about an outcome. The numbers are part of the program's interface.
enum class ExitCode {
  kOk = 0,
  kUsage = 2,           // Nothing was called: wrong arguments or JSON.
  kRequest = 3,         // Mend the request.
  kState = 4,           // The record or the system is not in the state that the call needs.
  kRights = 5,          // Rights are missing.
  kTryLater = 6,        // Nothing is wrong with the request; try again later.
  kOutcomeUnknown = 7,  // A write may or may not have happened.
  kOther = 8,
};

// The class of an error status. The reason OUTCOME_UNKNOWN decides over the code: a write whose
// answer the deadline cut off is DEADLINE_EXCEEDED as well, and must not be taken for one that
// surely did not run.
ExitCode ExitCodeFor(const google::rpc::Status& status);

// All exit codes with their meaning and status codes, a line each, for `--help`.
std::string ExitCodeHelp();

}  // namespace odoogw

#endif  // ODOOGW_EXIT_CODE_H_
