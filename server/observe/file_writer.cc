#include "observe/file_writer.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <memory>
#include <utility>

#include "observe/descriptor.h"
#include "observe/line_queue.h"

namespace gateway::observe {
namespace {

// One thread at a time.
class AppendedFile {
 public:
  explicit AppendedFile(std::string path) : path_(std::move(path)) {}
  ~AppendedFile() { Close(); }
  AppendedFile(const AppendedFile&) = delete;
  AppendedFile& operator=(const AppendedFile&) = delete;

  bool Open() {
    Close();
    descriptor_ = open(path_.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    return descriptor_ >= 0;
  }

  bool Write(std::string_view text) {
    return (IsInPlace() || Open()) && WriteAll(descriptor_, text);
  }

 private:
  bool IsInPlace() const {
    struct stat ours;
    struct stat named;
    return descriptor_ >= 0 && fstat(descriptor_, &ours) == 0 && stat(path_.c_str(), &named) == 0 &&
           ours.st_dev == named.st_dev && ours.st_ino == named.st_ino;
  }

  void Close() {
    if (descriptor_ >= 0) close(descriptor_);
    descriptor_ = -1;
  }

  const std::string path_;
  int descriptor_ = -1;
};

}  // namespace

base::Result<LineWriter> FileWriter(const std::string& path, DropCounter dropped) {
  auto file = std::make_shared<AppendedFile>(path);
  if (!file->Open()) {
    return base::Fail(base::Reason::kInvalidFieldValue,
                      "Cannot write to " + path + ": " + std::strerror(errno) +
                          ". Create its folder, or let the gateway "
                          "write there.");
  }
  return QueuedWriter([file](std::string_view text) { return file->Write(text); },
                      std::move(dropped));
}

}  // namespace gateway::observe
