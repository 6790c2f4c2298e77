// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "message.hpp"

#include <algorithm>
#include <cstdlib>

#include "raw_connection.hpp"
#include "tollgate/base/text.hpp"

namespace tollgate::integration {
namespace {

constexpr std::string_view kLineEnd = "\r\n";

/// Where the field's line begins; npos: there is none.
std::size_t find_line(std::string_view head, std::string_view name) {
  for (std::size_t line = head.find(kLineEnd); line != std::string_view::npos;
       line = head.find(kLineEnd, line + 2)) {
    const std::string_view rest = head.substr(line + 2);
    if (rest.size() > name.size() && rest[name.size()] == ':' &&
        iequals(rest.substr(0, name.size()), name)) {
      return line + 2;
    }
  }
  return std::string_view::npos;
}

bool has_no_body(const Message& message, Kind kind) {
  if (kind == Kind::response_to_head) return true;
  const int status = message.status();
  return kind == Kind::response && (status < 200 || status == 204 || status == 304);
}

void read_chunks(RawConnection& source, Message& out) {
  for (;;) {
    const std::string line = source.read_through(kLineEnd);
    out.wire.append(line);
    if (!line.ends_with(kLineEnd)) return;
    const std::size_t size = std::strtoul(line.c_str(), nullptr, 16);
    const std::string chunk = source.read_exactly(size + 2);
    out.wire.append(chunk);
    out.body.append(chunk, 0, std::min(size, chunk.size()));
    if (!chunk.ends_with(kLineEnd) || chunk.size() != size + 2) return;
    if (size == 0) {
      out.complete = true;
      return;
    }
  }
}

void read_length(RawConnection& source, std::size_t length, Message& out) {
  out.body = source.read_exactly(length);
  out.wire.append(out.body);
  out.complete = out.body.size() == length;
}

}  // namespace

int Message::status() const {
  return head.starts_with("HTTP/1.") && head.size() > 12 ? std::atoi(head.c_str() + 9) : 0;
}

std::string Message::field(std::string_view name) const {
  const std::size_t line = find_line(head, name);
  if (line == std::string::npos) return {};
  const std::size_t value = line + name.size() + 1;
  return std::string(
      trim(std::string_view(head).substr(value, head.find(kLineEnd, value) - value)));
}

bool Message::has_field(std::string_view name) const {
  return find_line(head, name) != std::string::npos;
}

Message read_message(RawConnection& source, Kind kind) {
  Message out;
  out.head = source.read_through("\r\n\r\n");
  out.wire = out.head;
  if (!out.head.ends_with("\r\n\r\n")) return out;
  if (has_no_body(out, kind)) {
    out.complete = true;
  } else if (iequals(out.field("transfer-encoding"), "chunked")) {
    read_chunks(source, out);
  } else if (out.has_field("content-length")) {
    read_length(source, std::strtoul(out.field("content-length").c_str(), nullptr, 10), out);
  } else if (kind == Kind::request) {
    out.complete = true;
  } else {
    out.body = source.read_to_end();
    out.wire.append(out.body);
    out.complete = true;  // as far as the message tells: the connection's end() says more
  }
  return out;
}

}  // namespace tollgate::integration
