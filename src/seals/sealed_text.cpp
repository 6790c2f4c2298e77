// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "sealed_text.hpp"

#include <algorithm>
#include <cstdint>

#include "tollgate/base/base64.hpp"
#include "tollgate/base/digest.hpp"
#include "tollgate/base/hex.hpp"

namespace tollgate::seals {
namespace {

constexpr unsigned kHasNames = 1;
constexpr unsigned kHasConversation = 2;
enum class Folded : std::uint8_t { not_at_all, from_hex, from_base64url };

/// Together with how it is folded, in one byte; longer texts take two more.
constexpr std::size_t kShort = 63;
constexpr std::size_t kMostBytes = 0xFFFF;
constexpr unsigned kSizeBits = 6;

template <std::size_t N>
std::array<char, N> tag_of(std::string_view name) {
  std::array<char, N> out{};
  if (name.empty()) return out;
  const Sha256 digest = sha256(name);
  std::copy_n(digest.begin(), N, out.begin());
  return out;
}

/// How many bytes it takes, and how.
struct Packed {
  Folded how;
  std::string bytes;
};

Packed fold(std::string_view text) {
  auto hex = from_hex(text);
  if (hex && to_hex(*hex) == text) return {Folded::from_hex, std::move(*hex)};
  auto coded = from_base64url(text);
  if (coded) return {Folded::from_base64url, std::move(*coded)};
  return {Folded::not_at_all, std::string(text)};
}

std::optional<std::string> unfold(Folded how, std::string_view bytes) {
  if (how == Folded::from_hex) return to_hex(bytes);
  if (how == Folded::from_base64url) return to_base64url(bytes);
  if (how == Folded::not_at_all) return std::string(bytes);
  return std::nullopt;
}

void put(std::string& out, std::string_view text) {
  const Packed packed = fold(text.substr(0, kMostBytes));
  const std::size_t size = packed.bytes.size();
  const std::size_t head = std::min(size, kShort);
  out.push_back(static_cast<char>((static_cast<unsigned>(packed.how) << kSizeBits) | head));
  if (head == kShort) {
    out.push_back(static_cast<char>(size >> 8U));
    out.push_back(static_cast<char>(size & 0xFFU));
  }
  out.append(packed.bytes);
}

/// Takes bytes from the front of what is left; nullopt behind its end.
class Taker {
 public:
  explicit Taker(std::string_view bytes) : left_(bytes) {}

  std::optional<std::string_view> bytes(std::size_t count) {
    if (count > left_.size()) return std::nullopt;
    const std::string_view out = left_.substr(0, count);
    left_.remove_prefix(count);
    return out;
  }

  template <std::size_t N>
  bool tag(std::array<char, N>& out) {
    const auto found = bytes(N);
    if (found) std::copy(found->begin(), found->end(), out.begin());
    return found.has_value();
  }

  std::optional<std::string> text() {
    const auto head = bytes(1);
    if (!head) return std::nullopt;
    const auto first = static_cast<unsigned char>(head->front());
    std::size_t size = first & kShort;
    if (size == kShort) {
      const auto more = bytes(2);
      if (!more) return std::nullopt;
      size = (static_cast<std::size_t>(static_cast<unsigned char>((*more)[0])) << 8U) |
             static_cast<unsigned char>((*more)[1]);
    }
    const auto found = bytes(size);
    return found ? unfold(static_cast<Folded>(first >> kSizeBits), *found) : std::nullopt;
  }

  bool at_end() const { return left_.empty(); }

 private:
  std::string_view left_;
};

template <std::size_t N>
void put(std::string& out, const std::array<char, N>& tag) {
  out.append(tag.data(), tag.size());
}

}  // namespace

LongTag long_tag(std::string_view name) { return tag_of<8>(name); }
ShortTag short_tag(std::string_view name) { return tag_of<6>(name); }

std::string encode(const SealedText& text) {
  const bool names = text.deployment != ShortTag{} || text.model != ShortTag{};
  const unsigned flags =
      (names ? kHasNames : 0U) | (text.conversation.empty() ? 0U : kHasConversation);
  std::string out(1, static_cast<char>(flags));
  put(out, text.client);
  put(out, text.backend);
  if (names) put(out, text.deployment);
  if (names) put(out, text.model);
  put(out, text.rest);
  if (!text.conversation.empty()) put(out, text.conversation);
  return out;
}

std::optional<SealedText> decode(std::string_view bytes) {
  Taker taker(bytes);
  SealedText out;
  const auto flags = taker.bytes(1);
  if (!flags || !taker.tag(out.client) || !taker.tag(out.backend)) return std::nullopt;
  const auto has = static_cast<unsigned char>(flags->front());
  if ((has & kHasNames) != 0 && !(taker.tag(out.deployment) && taker.tag(out.model)))
    return std::nullopt;
  auto rest = taker.text();
  if (!rest) return std::nullopt;
  out.rest = std::move(*rest);
  if ((has & kHasConversation) != 0) {
    auto conversation = taker.text();
    if (!conversation) return std::nullopt;
    out.conversation = std::move(*conversation);
  }
  return taker.at_end() && encode(out) == bytes ? std::optional(std::move(out)) : std::nullopt;
}

}  // namespace tollgate::seals
