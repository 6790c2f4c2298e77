// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "binary_probe.hpp"

#include <algorithm>

#include "tollgate/base/text.hpp"

namespace tollgate::audit {
namespace {

constexpr std::string_view kScheme = "data:";
constexpr std::string_view kMark = ";base64";
constexpr std::size_t kLongestHeader = 200;

bool is_media_type(std::string_view text) {
  return !text.empty() && text.size() <= 100 && std::ranges::all_of(text, [](char c) {
    const char lower = ascii_lower(c);
    return (lower >= 'a' && lower <= 'z') || (c >= '0' && c <= '9') ||
           std::string_view("/+.-_").find(c) != std::string_view::npos;
  });
}

}  // namespace

std::string media_type_of(std::string_view content_type) {
  const std::string type = to_lower(trim(content_type.substr(0, content_type.find(';'))));
  return is_media_type(type) ? type : "application/octet-stream";
}

std::string description(std::string_view type, const RunningDigest& digest, std::string_view more) {
  std::string out = "{\"type\":\"";
  out.append(type).append("\",\"bytes\":").append(std::to_string(digest.bytes()));
  out.append(",\"sha256\":\"").append(digest.hex()).append("\"").append(more).append("}");
  return out;
}

BinaryProbe::Verdict BinaryProbe::take(char c) {
  held_.push_back(c);
  if (state_ == State::header) {
    if (c == ',') return end_header();
    return held_.size() > kLongestHeader ? Verdict::text : Verdict::open;
  }
  const bool may_be_url =
      held_.size() <= kScheme.size() && iequals(held_, kScheme.substr(0, held_.size()));
  if (may_be_url && held_.size() == kScheme.size()) state_ = State::header;
  if (may_be_url) return Verdict::open;
  if (member_->type.empty() || !is_base64(c)) {
    const bool slash = c == '\\' || (c == '/' && held_.ends_with("\\/"));
    if (member_->type.empty() || !slash) return Verdict::text;
  }
  if (held_.size() < member_->least) return Verdict::open;
  type_ = member_->type;
  return begin_binary(held_);
}

BinaryProbe::Verdict BinaryProbe::end_header() {
  std::string_view header = held_;
  header.remove_prefix(kScheme.size());
  header.remove_suffix(1);
  if (header.size() < kMark.size()) return Verdict::text;
  const std::size_t mark = header.size() - kMark.size();
  if (!iequals(header.substr(mark), kMark)) return Verdict::text;  // percent-encoded: readable
  std::string type;
  for (const char c : header.substr(0, mark)) {
    if (c != '\\') type.push_back(c);  // "image\/png"
  }
  type_ = media_type_of(type);
  return begin_binary({});
}

BinaryProbe::Verdict BinaryProbe::begin_binary(std::string_view base64) {
  state_ = State::binary;
  count(base64);
  held_.clear();
  return Verdict::binary;
}

void BinaryProbe::count(std::string_view written) {
  while (!written.empty()) {
    if (escaped_) {  // \/ is a slash; the line ends of MIME stand for nothing
      escaped_ = false;
      if (std::string_view("nrt").find(written.front()) == std::string_view::npos) {
        tally_.add(written.substr(0, 1));
      }
      written.remove_prefix(1);
      continue;
    }
    const std::size_t plain = std::min(written.find('\\'), written.size());
    tally_.add(written.substr(0, plain));
    escaped_ = plain < written.size();
    written.remove_prefix(std::min(plain + 1, written.size()));
  }
}

std::string BinaryProbe::describe(bool cut) const {
  std::string more;
  if (tally_.strange() > 0) {
    more.append(",\"not_base64\":").append(std::to_string(tally_.strange()));
  }
  if (cut) more.append(",\"cut\":true");
  return description(type_, tally_.digest(), more);
}

}  // namespace tollgate::audit
