// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <openssl/evp.h>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base64_run.hpp"
#include "tollgate/redaction/replacer.hpp"

namespace tollgate::redaction {

/// A run of base64 so long that it is a file's: an image, a sound, a document.
struct LongRun {
  std::size_t begin = 0;  ///< of `data:` where it is a data URL
  std::size_t data = 0;   ///< of the base64
  std::size_t end = 0;
};
inline constexpr std::size_t kShortestLongRun = 512;
/// Of the `data:image/png;base64,` before a run.
inline constexpr std::size_t kLongestType = 100;

/// The first that begins in text[from, to).
std::optional<LongRun> find_long_run(std::string_view text, std::size_t from, std::size_t to);

/// Reads a long run piece by piece and says whether it is a file, and which.
class BinaryReader {
 public:
  explicit BinaryReader(const LongRun& run);

  const LongRun& run() const { return run_; }
  /// Goes on for about so many bytes of the text. True: the run has been read.
  bool step(std::string_view text, std::size_t bytes);
  /// Once it has: `[image/png 12345 bytes sha256:...]`, of a small file `[image/png 1234 bytes
  /// BINARY_1]`; nullopt when it is a text in base64. The replacer counts it.
  std::optional<std::string> description(std::string_view text, Replacer& replacer);

 private:
  struct FreeContext {
    void operator()(EVP_MD_CTX* context) const { EVP_MD_CTX_free(context); }
  };

  LongRun run_;
  std::size_t at_;
  Base64Decoder decoder_;
  std::unique_ptr<EVP_MD_CTX, FreeContext> hash_;
  std::uint64_t size_ = 0;
  std::uint64_t unlike_text_ = 0;  ///< control characters, and bytes above ASCII
  bool upper_ = false;
  bool lower_ = false;
  bool digit_ = false;
};

}  // namespace tollgate::redaction
