// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
// A configuration is accepted or refused with reasons that stand on its lines, and never shows a
// secret.
#include "splits.hpp"
#include "tollgate/config/load.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace tollgate;
  const std::string_view bytes = fuzz::view(data, size);
  constexpr std::string_view kSecret = "s3cr3t-value-that-must-not-show";
  const auto secret = [&](const std::string&) { return std::optional<std::string>(kSecret); };
  const config::LoadResult loaded = config::load_text(bytes, {secret, secret});
  fuzz::require(loaded.config.has_value() == loaded.errors.empty());
  const std::string text = config::format_errors("file", loaded.errors);
  if (bytes.find(kSecret) == std::string_view::npos) {
    fuzz::require(text.find(kSecret) == std::string::npos);
  }
  return 0;
}
