// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "tollgate/http/head.hpp"

#include <array>

#include "head_grammar.hpp"
#include "tollgate/base/name_index.hpp"
#include "tollgate/base/text.hpp"

namespace tollgate::http {
namespace {

std::string_view find_in(const std::vector<Field>& fields, std::string_view name) {
  for (const Field& field : fields) {
    if (iequals(field.name, name)) return field.value;
  }
  return {};
}

constexpr NameIndex kHopByHop(std::array<std::string_view, 10>{
    "connection", "keep-alive", "proxy-authenticate", "proxy-authorization", "proxy-connection",
    "te", "trailer", "transfer-encoding", "upgrade", "http2-settings"});

/// Fields whose loss would change framing, meaning or proof: a Connection field cannot take them
/// out.
constexpr NameIndex kProtected(std::array<std::string_view, 8>{
    "content-length", "content-type", "content-encoding", "host", "authorization", "api-key",
    "expect", "accept"});

}  // namespace

std::string_view RequestHead::find(std::string_view name) const { return find_in(fields, name); }
std::string_view ResponseHead::find(std::string_view name) const { return find_in(fields, name); }

HeadScanner::Verdict HeadScanner::scan(std::string_view bytes) {
  for (;;) {
    const std::size_t feed = bytes.find('\n', scanned_);
    if (feed == std::string_view::npos) {
      scanned_ = bytes.size();
      return Verdict::more;
    }
    if (feed == line_begin_ || bytes[feed - 1] != '\r') return Verdict::refused;
    scanned_ = feed + 1;
    const bool empty_line = feed - 1 == line_begin_;
    if (empty_line && line_begin_ == 0) return Verdict::refused;  // no start line at all
    line_begin_ = scanned_;
    if (empty_line) {
      length_ = scanned_;
      return Verdict::complete;
    }
  }
}

bool is_hop_by_hop(std::string_view name) { return kHopByHop.contains_in_any_case(name); }

bool is_nominated_hop_by_hop(const std::vector<Field>& fields, std::string_view name) {
  if (kProtected.contains_in_any_case(name)) return false;
  bool nominated = false;
  for (const Field& field : fields) {
    if (!iequals(field.name, "connection")) continue;
    for_each_element(field.value, [&](std::string_view option) {
      nominated = nominated || iequals(option, name);
    });
  }
  return nominated;
}

}  // namespace tollgate::http
