// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "credential_file.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>
#include <utility>

namespace tollgate::credentials {
namespace {

class Descriptor {
 public:
  explicit Descriptor(int number) : number_(number) {}
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  ~Descriptor() {
    if (number_ >= 0) ::close(number_);
  }
  int number() const { return number_; }

 private:
  int number_;
};

Error unusable(const std::string& path, const std::string& why) {
  return {Errc::storage, "cannot use " + path + ": " + why};
}

}  // namespace

Result<Secret> read_credential_file(const std::string& path, std::size_t limit, Links links) {
  const auto system_error = [&] { return unusable(path, std::generic_category().message(errno)); };
  // Not blocking: opening a pipe would wait for its writer.
  const int flags = O_RDONLY | O_CLOEXEC | O_NONBLOCK | (links == Links::refuse ? O_NOFOLLOW : 0);
  const Descriptor file(::open(path.c_str(), flags));
  struct stat status {};
  if (file.number() < 0 || ::fstat(file.number(), &status) != 0) return system_error();
  if (!S_ISREG(status.st_mode)) return unusable(path, "it is not a regular file");
  std::string text(limit + 1, '\0');
  std::size_t size = 0;
  while (size < text.size()) {
    const ssize_t count = ::read(file.number(), text.data() + size, text.size() - size);
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return system_error();
    if (count == 0) break;
    size += static_cast<std::size_t>(count);
  }
  if (size == 0 || size > limit) {
    return unusable(path, "it is empty or larger than " + std::to_string(limit) + " bytes");
  }
  text.resize(size);
  return Secret(std::move(text));
}

}  // namespace tollgate::credentials
