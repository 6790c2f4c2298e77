// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "tollgate/audit/binary_parts.hpp"

#include <algorithm>
#include <array>
#include <optional>
#include <vector>

#include "binary_probe.hpp"
#include "tollgate/base/text.hpp"

namespace tollgate::audit {
namespace {

constexpr std::size_t kLongestName = 32;
/// Deeper JSON is none that an API takes: it goes by unread.
constexpr std::size_t kDeepest = 1024;

/// Whether the table has a name of that length.
constexpr std::array<bool, kLongestName + 1> make_lengths() {
  std::array<bool, kLongestName + 1> lengths{};
  for (const BinaryMember& member : kBinaryMembers) {
    lengths[member.name.size()] = true;
    lengths[member.within.size()] = lengths[member.or_within.size()] = true;
  }
  return lengths;
}

constexpr auto kLengths = make_lengths();

constexpr std::size_t kShortestFile =
    std::ranges::min(kBinaryMembers, {}, &BinaryMember::least).least;

bool is_of_file(char c) { return is_base64(c) || c == '\\' || c == '/'; }

/// Whether a string may begin like a data URL.
bool has_data_url(std::string_view text) {
  constexpr std::string_view kScheme = "\"data";
  for (std::size_t at = text.find(':'); at != std::string_view::npos; at = text.find(':', at + 1)) {
    const bool room = at >= kScheme.size();
    if (room && iequals(text.substr(at - kScheme.size(), kScheme.size()), kScheme)) return true;
  }
  return false;
}

/// Looks at one byte in so many as a file has at least, and around those that may be of one.
bool has_file_letters(std::string_view text) {
  for (std::size_t at = kShortestFile - 1; at < text.size();) {
    std::size_t begin = at + 1;
    while (begin > 0 && is_of_file(text[begin - 1])) --begin;
    std::size_t end = at + 1;
    while (begin <= at && end < text.size() && is_of_file(text[end])) ++end;
    if (end - begin >= kShortestFile && begin <= at) return true;
    at = end + kShortestFile - 1;
  }
  return false;
}

}  // namespace

bool may_hold_file(std::string_view text) { return has_data_url(text) || has_file_letters(text); }

/// Reads just enough of JSON to know strings, and which member's value one is.
class BinaryParts::Impl {
 public:
  /// What stays is appended in as few goes as can be: most texts hold no file.
  void feed(std::string_view text, std::string& out) {
    std::size_t kept = 0;  ///< so much of the text has gone to `out`, or will not
    for (std::size_t at = 0; at < text.size();) {
      const bool stayed = stays();
      const std::size_t size = step(text.substr(at), out);
      if (stayed && !stays()) out.append(text.substr(kept, at - kept));
      at += size;
      if (!stayed || !stays()) kept = at;
    }
    out.append(text.substr(kept));
  }

  void finish(std::string& out) {
    if (at_ == At::binary) out.append(probe_->describe(true));
    if (at_ == At::probing) out.append("\"").append(probe_->held());
    at_ = At::outside;
  }

 private:
  enum class At : std::uint8_t {
    outside,  ///< of any string
    string,   ///< in one that stays
    probing,  ///< in one that may be a file; its quote is not written yet
    binary,   ///< in one that is a file
  };

  /// What is taken stays as it is.
  bool stays() const { return at_ == At::outside || at_ == At::string; }

  /// Takes at least a byte; gives how many. Writes only what does not stay.
  std::size_t step(std::string_view text, std::string& out) {
    switch (at_) {
      case At::outside:
        return step_outside(text);
      case At::string:
        return step_string(text);
      case At::probing:
        return step_probing(text.front(), out);
      case At::binary:
        return step_binary(text, out);
    }
    return 1;
  }

  std::size_t step_outside(std::string_view text) {
    const char c = text.front();
    if (c == '"') {
      begin_string();
      return 1;
    }
    if (c == '{' || c == '[') {
      if (parents_.size() < kDeepest) parents_.push_back(value_of_name_ ? member_ : nullptr);
      value_of_name_ = false;
    } else if (c == '}' || c == ']') {
      if (!parents_.empty()) parents_.pop_back();
      value_of_name_ = false;
    } else if (c == ':') {
      value_of_name_ = true;
      name_to_member();
    } else if (c == ',') {
      value_of_name_ = false;
    }
    return 1;
  }

  void begin_string() {
    name_.clear();
    if (value_of_name_ && candidate_ != nullptr) {
      probe_.emplace(*candidate_);
      at_ = At::probing;
    } else {
      at_ = At::string;
    }
  }

  /// What stands before a colon is the name of what follows.
  void name_to_member() {
    member_ = nullptr;
    candidate_ = nullptr;
    if (!kLengths[std::min(name_.size(), kLongestName)]) return;
    for (const BinaryMember& member : kBinaryMembers) {
      if (name_ == member.within) member_ = member.within.data();
      if (name_ == member.or_within) member_ = member.or_within.data();
      if (name_ == member.name && is_within(member)) candidate_ = &member;
    }
  }

  bool is_within(const BinaryMember& member) const {
    if (member.within.empty()) return true;
    const char* parent = parents_.empty() ? nullptr : parents_.back();
    return parent != nullptr &&
           (parent == member.within.data() || parent == member.or_within.data());
  }

  std::size_t step_string(std::string_view text) {
    if (escaped_) {
      escaped_ = false;
      keep(text.substr(0, 1));
      return 1;
    }
    std::size_t plain = 0;
    while (plain < text.size() && text[plain] != '"' && text[plain] != '\\') ++plain;
    if (plain > 0) {
      keep(text.substr(0, plain));
      return plain;
    }
    if (text.front() == '"') {
      at_ = At::outside;
    } else {
      escaped_ = true;
      keep(text.substr(0, 1));
    }
    return 1;
  }

  void keep(std::string_view text) {
    if (name_.size() > kLongestName) return;
    name_.append(text.substr(0, kLongestName + 1 - name_.size()));
  }

  std::size_t step_probing(char c, std::string& out) {
    if (c == '"' && !escaped_) {
      out.append("\"").append(probe_->held()).append("\"");
      at_ = At::outside;
      return 1;
    }
    escaped_ = c == '\\' && !escaped_;
    const BinaryProbe::Verdict verdict = probe_->take(c);
    if (verdict == BinaryProbe::Verdict::binary) at_ = At::binary;
    if (verdict == BinaryProbe::Verdict::text) {
      out.append("\"").append(probe_->held());
      at_ = At::string;
    }
    return 1;
  }

  std::size_t step_binary(std::string_view text, std::string& out) {
    if (escaped_) {
      escaped_ = false;
      probe_->count(text.substr(0, 1));
      return 1;
    }
    const std::size_t plain = std::min(text.find_first_of("\"\\"), text.size());
    probe_->count(text.substr(0, plain));
    if (plain == text.size()) return plain;
    if (text[plain] == '"') {
      out.append(probe_->describe(false));
      at_ = At::outside;
    } else {
      probe_->count(text.substr(plain, 1));
      escaped_ = true;
    }
    return plain + 1;
  }

  At at_ = At::outside;
  bool escaped_ = false;
  bool value_of_name_ = false;    ///< a colon stands before what comes
  std::string name_;              ///< the last string that stayed, its first bytes
  const char* member_ = nullptr;  ///< its name, where one of the table's names stands within it
  const BinaryMember* candidate_ = nullptr;
  std::vector<const char*> parents_;
  std::optional<BinaryProbe> probe_;
};

BinaryParts::BinaryParts() : impl_(std::make_unique<Impl>()) {}
BinaryParts::BinaryParts(BinaryParts&&) noexcept = default;
BinaryParts& BinaryParts::operator=(BinaryParts&&) noexcept = default;
BinaryParts::~BinaryParts() = default;

void BinaryParts::feed(std::string_view text, std::string& out) { impl_->feed(text, out); }
void BinaryParts::finish(std::string& out) { impl_->finish(out); }

std::string describe_binary(std::string_view media_type, std::string_view bytes) {
  RunningDigest digest;
  digest.add(bytes);
  return description(media_type_of(media_type), digest);
}

}  // namespace tollgate::audit
