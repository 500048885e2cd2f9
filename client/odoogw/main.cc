// odoogw: calls the methods of a running odoo-gateway from a shell. `odoogw --help` says how.
#include <unistd.h>

#include <cstdio>
#include <iostream>
#include <string>

#include "base/printable.h"
#include "google/protobuf/stubs/logging.h"
#include "grpc/support/log.h"
#include "odoogw/program.h"

namespace {

// What gRPC and protobuf log by themselves may repeat what a server sent.
void PrintLog(const char* library, const std::string& message) {
  std::fprintf(stderr, "%s: %s\n", library, gateway::base::Printable(message).c_str());
}

void PrintGrpcLog(gpr_log_func_args* args) { PrintLog("gRPC", args->message); }

void PrintProtobufLog(google::protobuf::LogLevel, const char*, int, const std::string& message) {
  PrintLog("protobuf", message);
}

}  // namespace

int main(int argc, char** argv) {
  gpr_set_log_function(PrintGrpcLog);
  google::protobuf::SetLogHandler(PrintProtobufLog);
  const odoogw::Terminal terminal = {std::cin, std::cout, std::cerr, isatty(STDOUT_FILENO) == 1,
                                     isatty(STDERR_FILENO) == 1};
  return static_cast<int>(odoogw::RunProgram({argv + 1, argv + argc}, terminal));
}
