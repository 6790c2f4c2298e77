// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "tollgate/base/time.hpp"

// Settings' values as text. Each returns nullopt for what is not exactly of the form.
namespace tollgate::config {

/// Bytes of a key that encrypts, which the file has in base64.
inline constexpr std::size_t kLongKeySize = 32;

/// "500ms", "30s", "15m", "1h", "30d"; the unit is required.
std::optional<milliseconds> parse_duration(std::string_view text);

/// "1000", "64KiB", "10MiB", "1GiB": bytes.
std::optional<std::uint64_t> parse_size(std::string_view text);

/// "127.0.0.1:8080", "[::1]:8080", "localhost:8080".
struct HostPort {
  std::string host;
  std::uint16_t port = 0;
};
std::optional<HostPort> parse_address(std::string_view text);

/// Whether connections to it stay on this machine: localhost, or such an address.
bool is_loopback(const std::string& host);

/// 8-4-4-4-12 hexadecimal digits, returned in lower case.
std::optional<std::string> parse_guid(std::string_view text);

/// Printable UTF-8 of 1 to 256 bytes: fit for records and logs as it stands.
bool is_name(std::string_view text);

/// An RFC 9110 field name, no underscore.
bool is_header_name(std::string_view text);

/// The URL without slashes at its end and without the /openai or /openai/v1 that some documents
/// show with it.
std::string without_operations_root(std::string_view url);

/// What is wrong with an https endpoint that may have a path of plain segments; nullopt: nothing.
/// http:// is right as well for a loopback host when `allow_loopback_http`.
std::optional<std::string> base_url_fault(std::string_view url, bool allow_loopback_http = false);

/// https://host[:port] without path; also http:// for a loopback host when `allow_loopback_http`.
/// Returns what is wrong, or nullopt.
std::optional<std::string> endpoint_fault(std::string_view text, bool allow_loopback_http);

}  // namespace tollgate::config
