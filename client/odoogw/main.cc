// odoogw: calls the methods of a running odoo-gateway from a shell. `odoogw --help` says how.
#include <unistd.h>

#include <iostream>

#include "odoogw/program.h"

int main(int argc, char** argv) {
  const odoogw::Terminal terminal = {std::cin, std::cout, std::cerr, isatty(STDOUT_FILENO) == 1,
                                     isatty(STDERR_FILENO) == 1};
  return static_cast<int>(odoogw::RunProgram({argv + 1, argv + argc}, terminal));
}
