// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>

#include "analyzer.hpp"
#include "row_maker.hpp"
#include "tollgate/base/error.hpp"
#include "tollgate/capture/exchange.hpp"
#include "tollgate/config/config.hpp"
#include "tollgate/net/deadline.hpp"

namespace tollgate::capture {

/// An exchange's rows, and what went wrong on the way.
struct MadeRows {
  std::vector<trail::AuditRow> rows;
  std::string unmade;      ///< why they have no content; empty: they have it
  bool asked = false;      ///< the external redactor was to see it
  std::string unexamined;  ///< why the external redactor did not see it; empty: it did, or need not
};

/// How rows are made under one configuration. On the executor that it was made with.
class Making {
 public:
  /// Error invalid_input: rules or certificates cannot be used. `sweep` belongs to `executor`; it
  /// and `memory` outlive what is made.
  static Result<std::shared_ptr<const Making>> make(const config::Config& config,
                                                    ContentMemory& memory,
                                                    net::DeadlineSweep& sweep,
                                                    boost::asio::any_io_executor executor);
  Making(const config::Audit& given, redaction::Rules compiled, std::shared_ptr<Analyzer> asked,
         ContentMemory& memory)
      : settings(given),
        rules(std::move(compiled)),
        words_key(key_of_words(given)),
        analyzer(std::move(asked)),
        memory_(memory) {}

  /// What numbers the values of one exchange.
  std::shared_ptr<redaction::Replacer> make_replacer() const;
  /// The name of a conversation or user without what the rules find.
  std::string redacted(std::string name) const;

  /// Whether the external redactor is to see it.
  bool is_asked_about(const Exchange& exchange) const;
  bool drops_unexamined() const {
    return settings.redaction.external->on_failure == config::RedactorFailure::drop_content;
  }
  /// Content that cannot be made into rows does not take the exchange's own rows with it.
  MadeRows rows(Exchange exchange) const;
  /// The same of what is asked about. `self` is this.
  static boost::asio::awaitable<MadeRows> ask(std::shared_ptr<const Making> self,
                                              Exchange exchange);

  const config::Audit settings;
  const redaction::Rules rules;
  /// Replaces values in the names of conversations and users, which must be told apart whatever
  /// numbers the values in texts.
  const Secret words_key;
  const std::shared_ptr<Analyzer> analyzer;  ///< null: there is no external redactor

 private:
  /// Without a key for replacements, one that follows from the key of the database.
  static Secret key_of_words(const config::Audit& settings);
  Exchange without_content(const Exchange& exchange) const;
  /// Why the external redactor did not see it; empty: it did.
  boost::asio::awaitable<std::string> look_outside(PreparedExchange& prepared) const;

  ContentMemory& memory_;
};

}  // namespace tollgate::capture
