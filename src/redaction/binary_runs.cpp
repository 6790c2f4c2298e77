// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "binary_runs.hpp"

#include <algorithm>
#include <array>
#include <cstdlib>

#include "neighbours.hpp"
#include "rule_table.hpp"
#include "tollgate/base/hex.hpp"

namespace tollgate::redaction {
namespace {

constexpr std::string_view kMark = ";base64,";

/// The `data:` that belongs to base64 at `data`; `data` itself where there is none.
std::size_t url_begin(std::string_view text, std::size_t from, std::size_t data) {
  const std::string_view before = text.substr(from, data - from);
  if (!before.ends_with(kMark)) return data;
  const std::size_t least = before.size() > kLongestType ? before.size() - kLongestType : 0;
  const std::size_t at = before.rfind("data:");
  return at == std::string_view::npos || at < least ? data : from + at;
}

/// What a media type may be told as. Any other is a client's own text, and may hold anything.
constexpr std::array<std::string_view, 27> kMediaTypes{
    "application/gzip", "application/json", "application/msword", "application/octet-stream",
    "application/pdf",  "application/xml",  "application/zip",    "audio/flac",
    "audio/mp3",        "audio/mp4",        "audio/mpeg",         "audio/ogg",
    "audio/wav",        "audio/webm",       "audio/x-wav",        "image/bmp",
    "image/gif",        "image/heic",       "image/jpeg",         "image/jpg",
    "image/png",        "image/svg+xml",    "image/tiff",         "image/webp",
    "text/csv",         "text/plain",       "video/mp4"};

/// `image/png` of a data URL; `base64` where nothing tells.
std::string type_of(std::string_view text, const LongRun& run) {
  if (run.begin == run.data) return "base64";
  const std::string_view head = text.substr(run.begin + 5, run.data - run.begin - 5);
  const std::string_view type = head.substr(0, head.find(';'));
  const bool known = std::find(kMediaTypes.begin(), kMediaTypes.end(), type) != kMediaTypes.end();
  return known ? std::string(type) : "base64";
}

/// A letter of a run, or a line end within it.
bool may_be_of_run(char c) { return base64_value(c) >= 0 || c == '=' || c == '\r' || c == '\n'; }

/// Looks at one byte in so many as a long run has at least, and around those that may be of one.
bool may_hold_long_run(std::string_view text) {
  for (std::size_t at = kShortestLongRun - 1; at < text.size();) {
    std::size_t begin = at + 1;
    while (begin > 0 && may_be_of_run(text[begin - 1])) --begin;
    std::size_t end = at + 1;
    while (begin <= at && end < text.size() && end - begin < kShortestLongRun &&
           may_be_of_run(text[end]))
      ++end;
    if (end - begin >= kShortestLongRun && begin <= at) return true;
    at = end + kShortestLongRun - 1;
  }
  return false;
}

}  // namespace

std::optional<LongRun> find_long_run(std::string_view text, std::size_t from, std::size_t to) {
  if (!may_hold_long_run(text.substr(from, to - from + kShortestLongRun))) return std::nullopt;
  for (std::size_t at = from; at < to;) {
    // Not those of URLs: a line of hyphens is no file, and a key may begin with `sk-`.
    const std::size_t end = base64_run_end(text, at, false);
    if (end == at) {
      ++at;
      continue;
    }
    if (end - at >= kShortestLongRun) return LongRun{url_begin(text, from, at), at, end};
    at = end;
  }
  return std::nullopt;
}

BinaryReader::BinaryReader(const LongRun& run) : run_(run), at_(run.data), hash_(EVP_MD_CTX_new()) {
  if (EVP_DigestInit_ex(hash_.get(), EVP_sha256(), nullptr) != 1) std::abort();
}

bool BinaryReader::step(std::string_view text, std::size_t bytes) {
  const std::string_view piece = text.substr(at_, std::min(bytes, run_.end - at_));
  std::string decoded;
  decoded.reserve(piece.size());
  decoder_.take(piece, decoded);
  if (EVP_DigestUpdate(hash_.get(), decoded.data(), decoded.size()) != 1) std::abort();
  for (const char c : piece) {
    digit_ = digit_ || is_digit(c);
    lower_ = lower_ || (c >= 'a' && c <= 'z');
    upper_ = upper_ || (c >= 'A' && c <= 'Z');
  }
  unlike_text_ +=
      static_cast<std::uint64_t>(std::count_if(decoded.begin(), decoded.end(), [](char c) {
        return (static_cast<unsigned char>(c) < 0x20 && c != '\n' && c != '\r' && c != '\t') ||
               static_cast<unsigned char>(c) >= 0x7F;
      }));
  size_ += decoded.size();
  at_ += piece.size();
  return at_ == run_.end;
}

std::optional<std::string> BinaryReader::description(std::string_view text, Replacer& replacer) {
  // A run of one letter or a sequence of genes is a text that happens to be of these letters.
  const bool coded = upper_ && lower_ && digit_;
  const bool url = run_.begin != run_.data;
  if (!url && (!coded || unlike_text_ * 10 < size_)) return std::nullopt;
  std::array<unsigned char, 32> hash{};
  if (EVP_DigestFinal_ex(hash_.get(), hash.data(), nullptr) != 1) std::abort();
  const std::string digest = to_hex({reinterpret_cast<const char*>(hash.data()), hash.size()});
  const bool small = size_ < Replacer::kSmallFile;
  if (!small) replacer.count(kBinary);
  return "[" + type_of(text, run_) + " " + std::to_string(size_) + " bytes " +
         (small ? replacer.file_label(digest) : "sha256:" + digest) + "]";
}

}  // namespace tollgate::redaction
