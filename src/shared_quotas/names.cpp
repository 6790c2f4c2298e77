// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "names.hpp"

#include <charconv>

namespace tollgate::shared_quotas {
namespace {

/// Changes with what a key holds: during a rolling upgrade both count for themselves.
constexpr std::string_view kFormat = "q1:";

bool is_plain(char c) {
  const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
  return letter || (c >= '0' && c <= '9') || c == '.' || c == '_' || c == '-';
}

int value_of(char digit) { return digit <= '9' ? digit - '0' : digit - 'A' + 10; }

std::string weights_text(const quotas::TokenWeights& weights) {
  return std::to_string(weights.prompt) + "-" + std::to_string(weights.cached) + "-" +
         std::to_string(weights.completion);
}

template <class Number>
bool read(std::string_view text, Number& out) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), out);
  return error == std::errc() && end == text.data() + text.size();
}

}  // namespace

std::string escaped(std::string_view text) {
  constexpr std::string_view kDigits = "0123456789ABCDEF";
  std::string out;
  for (const char c : text) {
    if (is_plain(c)) {
      out += c;
      continue;
    }
    const auto byte = static_cast<unsigned char>(c);
    out += '%';
    out += kDigits[byte >> 4U];
    out += kDigits[byte & 15U];
  }
  return out;
}

std::string gateway_of(std::string_view process) {
  const std::string_view text = process.substr(0, process.rfind('@'));
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool coded = text[i] == '%' && i + 2 < text.size();
    out += coded ? static_cast<char>(value_of(text[i + 1]) * 16 + value_of(text[i + 2])) : text[i];
    if (coded) i += 2;
  }
  return out;
}

std::string to_text(const Process& process) {
  return escaped(process.gateway) + "@" + std::to_string(process.incarnation);
}

std::string member_of(const Process& process) {
  return to_text(process) + "/" + std::to_string(process.workers);
}

std::optional<Process> process_of(std::string_view member) {
  const std::size_t at = member.rfind('@');
  const std::size_t slash = member.rfind('/');
  if (at == std::string_view::npos || slash == std::string_view::npos || slash < at)
    return std::nullopt;
  Process out;
  out.gateway = gateway_of(member.substr(0, slash));
  const bool good = read(member.substr(at + 1, slash - at - 1), out.incarnation) &&
                    read(member.substr(slash + 1), out.workers);
  return good ? std::optional(out) : std::nullopt;
}

std::string worker_claim(const Process& process, unsigned worker) {
  return "c:" + to_text(process) + "/" + std::to_string(worker);
}

std::string settled_claim(const Process& process) { return "c:" + to_text(process) + "/s"; }

std::string slot_tag(const quotas::Subject& subject) {
  switch (subject.scope) {
    case quotas::Scope::gateway:
      break;
    case quotas::Scope::tag:
      return "t:" + escaped(subject.name) + "=" + escaped(subject.detail);
    case quotas::Scope::client:
    case quotas::Scope::client_model:
      return "c:" + escaped(subject.name);
    case quotas::Scope::deployment:
      return "d:" + escaped(subject.name) + "/" + escaped(subject.detail);
  }
  return "g";
}

std::string count_name(std::string_view prefix, const quotas::LimitKey& key,
                       const std::optional<quotas::Window>& window) {
  std::string out(prefix);
  out.append(kFormat).append("{").append(slot_tag(key.subject)).append("}:");
  if (key.subject.scope == quotas::Scope::client_model)
    out.append("m:").append(escaped(key.subject.detail)).append(":");
  out.append(to_string(key.measure));
  if (key.count != quotas::TokenCount::all) out.append("-").append(to_string(key.count));
  if (key.count == quotas::TokenCount::weighted) out.append("-").append(weights_text(key.weights));
  out.append(":").append(to_string(key.period));
  if (window) out.append(":").append(std::to_string(to_unix_micros(window->begin) / 1'000'000));
  return out;
}

std::string processes_name(std::string_view prefix) {
  return std::string(prefix).append(kFormat).append("{m}:processes");
}

std::string made_name(std::string_view prefix) {
  return std::string(prefix).append(kFormat).append("{m}:made");
}

}  // namespace tollgate::shared_quotas
