// Runs a fuzz target without libFuzzer over its seeds: each as it is, cut at some places, and with
// some bytes changed. The same every time.
#include <algorithm>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <iterator>
#include <random>
#include <string>
#include <vector>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

namespace {

constexpr std::size_t kVariants = 40;

void Run(const std::string& bytes) {
  LLVMFuzzerTestOneInput(reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size());
}

void RunVariants(const std::string& seed, std::mt19937& random) {
  if (seed.empty()) return;
  const std::size_t step = std::max<std::size_t>(1, seed.size() / kVariants);
  for (std::size_t size = 0; size < seed.size(); size += step) Run(seed.substr(0, size));
  for (std::size_t i = 0; i < kVariants; ++i) {
    std::string changed = seed;
    changed[random() % changed.size()] = static_cast<char>(random());
    Run(changed);
  }
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 2) {
    std::cerr << "usage: " << argv[0] << " FOLDER_OF_SEEDS\n";
    return 2;
  }
  std::vector<std::filesystem::path> seeds;
  for (const auto& entry : std::filesystem::directory_iterator(argv[1])) {
    seeds.push_back(entry.path());
  }
  std::sort(seeds.begin(), seeds.end());
  std::mt19937 random(1);  // NOLINT(cert-msc51-cpp): the same every time
  for (const auto& path : seeds) {
    std::ifstream file(path, std::ios::binary);
    const std::string seed{std::istreambuf_iterator<char>(file), {}};
    Run(seed);
    RunVariants(seed, random);
  }
  std::cout << seeds.size() << " seeds\n";
  return seeds.empty() ? 1 : 0;
}
