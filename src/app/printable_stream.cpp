// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "printable_stream.hpp"

#include <string>
#include <string_view>

#include "tollgate/base/text.hpp"

namespace tollgate::app {

std::streamsize PrintableStream::xsputn(const char* text, std::streamsize size) {
  const std::string shown = printable_lines({text, static_cast<std::size_t>(size)});
  const auto whole = static_cast<std::streamsize>(shown.size());
  return target_->sputn(shown.data(), whole) == whole ? size : 0;
}

PrintableStream::int_type PrintableStream::overflow(int_type c) {
  if (traits_type::eq_int_type(c, traits_type::eof())) return traits_type::not_eof(c);
  const char one = traits_type::to_char_type(c);
  return xsputn(&one, 1) == 1 ? c : traits_type::eof();
}

}  // namespace tollgate::app
