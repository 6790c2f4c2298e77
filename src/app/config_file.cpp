// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "config_file.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <optional>
#include <utility>

#include "certificate_files.hpp"
#include "tollgate/config/price_file.hpp"

namespace tollgate::app {
namespace {

/// The largest file that a configuration is made of: of a larger one this much is compared.
constexpr std::size_t kMostRead = config::kLargestPriceFile;

class Descriptor {
 public:
  explicit Descriptor(const std::string& path)
      : descriptor_(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK)) {}
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  ~Descriptor() {
    if (descriptor_ >= 0) ::close(descriptor_);
  }
  int get() const { return descriptor_; }

 private:
  int descriptor_;
};

std::string read_all(int descriptor) {
  std::string out;
  std::array<char, 16 * 1024> piece;
  while (out.size() < kMostRead) {
    const ssize_t count = ::read(descriptor, piece.data(), piece.size());
    if (count <= 0) break;
    out.append(piece.data(), static_cast<std::size_t>(count));
  }
  return out;
}

/// nullopt: no descriptor was left to look with, and nothing is known.
std::optional<Sha256> try_digest(const std::string& path) {
  const Descriptor file(path);
  if (file.get() < 0 && (errno == EMFILE || errno == ENFILE)) return std::nullopt;
  struct stat status {};
  if (file.get() < 0 || ::fstat(file.get(), &status) != 0 || !S_ISREG(status.st_mode))
    return Sha256();
  std::string bytes = read_all(file.get());
  bytes.push_back((status.st_mode & S_IROTH) != 0 ? 'o' : 'p');
  return sha256(bytes);
}

void look_at(const std::string& path, FileDigests& files) {
  files.emplace(path, digest_file(path));
}

}  // namespace

Sha256 digest_file(const std::string& path) { return try_digest(path).value_or(Sha256()); }

FileDigests look_again(const FileDigests& files) {
  FileDigests out;
  for (const auto& [path, digest] : files) out.emplace(path, try_digest(path).value_or(digest));
  return out;
}

ConfigFile read_config_file(const std::string& path) {
  ConfigFile out;
  look_at(path, out.files);
  config::SecretSources sources = config::system_secret_sources();
  sources.file = [&out, read = std::move(sources.file)](const std::string& secret) {
    look_at(secret, out.files);
    return read(secret);
  };
  sources.before_file = [&out](const std::string& prices) { look_at(prices, out.files); };
  out.loaded = config::load_file(path, sources);
  if (!out.loaded.config) return out;
  for (const CertificateFile& file : certificate_files(*out.loaded.config))
    look_at(file.path, out.files);
  return out;
}

}  // namespace tollgate::app
