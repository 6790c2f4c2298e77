// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <memory>
#include <string_view>

#include "tollgate/usage/content_decoder.hpp"

namespace tollgate::usage {

/// gzip by RFC 1952 and deflate: zlib (RFC 1950) by the book, raw deflate in practice.
std::unique_ptr<Unfolder> make_deflate_unfolder();
/// zstd by RFC 8878, with windows of up to 8 MiB, which that text asks every reader to take.
std::unique_ptr<Unfolder> make_zstd_unfolder();

struct Coding {
  std::string_view name;  ///< in Content-Encoding
  std::unique_ptr<Unfolder> (*make)();
};

/// The row for a Content-Encoding value; null: none fits.
const Coding* find_coding(std::string_view value);

}  // namespace tollgate::usage
