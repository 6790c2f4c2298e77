// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <optional>
#include <string>

#include <boost/container/static_vector.hpp>

#include "tollgate/capture/recorder.hpp"
#include "tollgate/config/config.hpp"
#include "tollgate/usage/usage_record.hpp"

namespace tollgate::proxy {

// What others say in records and log lines, which reach the ledger, the log and every exporter. At
// audit level `redacted` nothing stands there that the rules find. What backends say:
// capture/backend_words.hpp.

using ClientWords = boost::container::static_vector<std::string*, 6>;

/// Where a record holds what the client wrote as it liked: the custom id too, where it proves
/// nothing.
ClientWords client_words(usage::UsageRecord& record);

/// How much of a word is kept, and how much is looked through before it is cut: half a key or half
/// a personal value would be found by nothing.
inline constexpr std::size_t kLongestWord = 256;
inline constexpr std::size_t kLongestWordSeen = 2 * kLongestWord;

/// What is kept of a word of which so many bytes were looked through, and which is this by now.
/// What stood within the last of them is none of it where the word was longer.
std::string kept_word(const std::string& word, std::size_t seen);

/// The client's own words, cut. Who the caller is proved to be, is none: erasing goes by it.
void redact_client_words(usage::UsageRecord& record, const capture::Recorder& recorder);
/// The same words cut alone, where nothing is redacted.
void cut_client_words(usage::UsageRecord& record);

/// What a client may have written into a log line about a request that became no operation.
class RefusedWords {
 public:
  /// Nothing is taken out.
  RefusedWords() = default;
  /// As the level of the client says by now. Null: nothing is audited.
  RefusedWords(const capture::Recorder* recorder, const config::Config& config,
               const config::Client& client, UtcTime now);

  std::string text(std::string text) const;
  /// A model's name; what has not the form of one is not shown.
  std::string model(std::string name) const;

 private:
  const capture::Recorder* recorder_ = nullptr;  ///< null: nothing is taken out
};

}  // namespace tollgate::proxy
