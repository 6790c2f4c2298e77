// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "standard_output.hpp"

#include <poll.h>
#include <unistd.h>

#include <cerrno>

namespace tollgate::app {

StandardOutput::int_type StandardOutput::overflow(int_type c) {
  if (sync() != 0) return traits_type::eof();
  if (traits_type::eq_int_type(c, traits_type::eof())) return traits_type::not_eof(c);
  return sputc(traits_type::to_char_type(c));
}

int StandardOutput::sync() {
  const bool written = write({pbase(), static_cast<std::size_t>(pptr() - pbase())});
  begin();
  return written ? 0 : -1;
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
