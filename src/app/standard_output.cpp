// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "standard_output.hpp"

#include <poll.h>
#include <unistd.h>

#include <cerrno>
#include <utility>

#include "tollgate/base/text.hpp"

namespace tollgate::app {
namespace {

/// How many bytes at the end are a UTF-8 sequence's begin without its end.
std::size_t unfinished(std::string_view text) {
  for (std::size_t back = 1; back <= 3 && back <= text.size(); ++back) {
    const auto byte = static_cast<unsigned char>(text[text.size() - back]);
    if (byte < 0x80) return 0;
    if (byte < 0xC0) continue;
    const std::size_t length = byte < 0xE0 ? 2 : byte < 0xF0 ? 3 : 4;
    return back < length ? back : 0;
  }
  return 0;
}

}  // namespace

StandardOutput::StandardOutput(int descriptor)
    : descriptor_(descriptor), terminal_(::isatty(descriptor) == 1) {
  begin();
}

StandardOutput::int_type StandardOutput::overflow(int_type c) {
  if (sync() != 0) return traits_type::eof();
  if (traits_type::eq_int_type(c, traits_type::eof())) return traits_type::not_eof(c);
  return sputc(traits_type::to_char_type(c));
}

int StandardOutput::sync() {
  const std::string_view bytes(pbase(), static_cast<std::size_t>(pptr() - pbase()));
  const bool written = terminal_ ? show(bytes) : write(bytes);
  begin();
  return written ? 0 : -1;
}

bool StandardOutput::show(std::string_view bytes) {
  std::string text = std::move(cut_).append(bytes);
  cut_ = text.substr(text.size() - unfinished(text));
  text.resize(text.size() - cut_.size());
  return write(printable_lines(text));
}

bool StandardOutput::write(std::string_view bytes) {
  while (failed_ == 0 && !bytes.empty()) {
    const ssize_t count = ::write(descriptor_, bytes.data(), bytes.size());
    if (count >= 0) {
      bytes.remove_prefix(static_cast<std::size_t>(count));
    } else if (errno == EAGAIN) {
      pollfd room{descriptor_, POLLOUT, 0};
      ::poll(&room, 1, -1);  // whatever it says, the next write tells
    } else if (errno != EINTR) {
      failed_ = errno;
    }
  }
  return failed_ == 0;
}

}  // namespace tollgate::app
