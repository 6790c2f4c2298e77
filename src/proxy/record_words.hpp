// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

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

/// The client's own words. Who the caller is proved to be, is none: erasing goes by it.
void redact_client_words(usage::UsageRecord& record, const capture::Recorder& recorder);

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
