// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <utility>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>

#include "analyzer.hpp"
#include "preparation.hpp"
#include "tollgate/base/error.hpp"
#include "tollgate/capture/exchange.hpp"
#include "tollgate/config/config.hpp"
#include "tollgate/net/deadline.hpp"

namespace tollgate::capture {

/// How rows are made under one configuration. On the executor that it was made with.
class Making {
 public:
  /// Error invalid_input: rules or certificates cannot be used. `sweep` belongs to `executor`; it
  /// outlives what is made.
  static Result<std::shared_ptr<const Making>> make(const config::Config& config,
                                                    net::DeadlineSweep& sweep,
                                                    boost::asio::any_io_executor executor);
  Making(const config::Audit& given, redaction::Rules compiled, std::shared_ptr<Analyzer> asked)
      : settings(given),
        rules(std::move(compiled)),
        words_key(key_of_words(given)),
        sampling_key(key_of_sampling(given)),
        analyzer(std::move(asked)) {}

  /// Of this configuration.
  MakingKeys keys() const { return {words_key, sampling_key}; }
  /// What numbers the values of one exchange.
  std::shared_ptr<redaction::Replacer> make_replacer() const;
  /// The name of a conversation or user, or a backend's word, without what the rules find. Thread
  /// safe.
  std::string redacted(std::string word) const;

  /// Whether the external redactor is to see it.
  bool is_asked_about(const Exchange& exchange) const;
  bool drops_unexamined() const {
    return settings.redaction.external->on_failure == config::RedactorFailure::drop_content;
  }
  /// Shows it what is to be kept, and takes out what it finds. Why it did not see it; empty: it
  /// did. This outlives the wait.
  boost::asio::awaitable<std::string> look_outside(PreparedExchange& prepared) const;

  const config::Audit settings;
  const redaction::Rules rules;
  /// Replaces values in the names of conversations and users, which must be told apart whatever
  /// numbers the values in texts.
  const Secret words_key;
  /// Draws the conversations that are kept where `sample` is below 1: by a key that replicas share,
  /// if one is configured.
  const Secret sampling_key;
  const std::shared_ptr<Analyzer> analyzer;  ///< null: there is no external redactor

  /// A word that records and log lines hold, without what the rules find; done again, it changes
  /// nothing. One that was cut where they hold no more (usage::kLongestWord) is hidden wholly: of a
  /// value at its end the rules would not know the first half.
  static std::string redacted_word(const redaction::Rules& rules, const Secret& words_key,
                                   std::string word);

  /// Without a key for replacements, one that follows from the key of the database.
  static Secret key_of_words(const config::Audit& settings);
  /// From `caller_key`, else the key for replacements, else that of the database.
  static Secret key_of_sampling(const config::Audit& settings);

 private:
  static std::uint64_t next_number();
  const std::uint64_t number_ = next_number();  ///< no other has it, before or after
};

}  // namespace tollgate::capture
