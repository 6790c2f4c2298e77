// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "tollgate/capture/exchange.hpp"
#include "tollgate/config/audit.hpp"
#include "tollgate/redaction/json_redaction.hpp"
#include "tollgate/redaction/readings.hpp"
#include "tollgate/redaction/replacer.hpp"
#include "tollgate/redaction/rules.hpp"
#include "tollgate/trail/audit_row.hpp"

namespace tollgate::capture {

/// The form of content as it was sent, and of rows without any.
inline constexpr const char* kRawForm = "raw";

/// One side of an exchange on its way into rows.
struct Side {
  const char* kind;
  std::string content_type;
  std::string text;  ///< without what the rules find, but at level `full`
  bool json = false;
  bool streamed = false;  ///< it was put together from events
  bool truncated = false;
  bool kept = false;  ///< there is content, and it is to be kept
  /// Why there is none (trail::missing); empty: there was none.
  const char* missing = "";
  /// What was taken out of it, by rule.
  redaction::Replacer::Counts redactions;
};

/// An exchange without what the rules find, before it is cut into rows.
struct PreparedExchange {
  trail::AuditRow base;  ///< what its rows have in common
  Side request;
  std::optional<Side> answer;      ///< nullopt: it follows
  bool request_is_stored = false;  ///< it came before
  bool names_conversation = true;  ///< as Exchange has it
  /// That of the request, where its content is kept: as rows have it.
  std::string conversation_name;
  bool redacted = true;  ///< its level is not `full`
  std::shared_ptr<redaction::Replacer> replacer;
  std::shared_ptr<Conversation> conversation;  ///< null: there is one side only
};

/// Which conversation a request belongs to whose record has `id`, `named` as Exchange has it.
std::string conversation_of(std::string_view request, const std::string& id, bool named);

/// That of a prepared request's content, which may say less of it than rows do.
std::string conversation_in(const PreparedExchange& prepared);

/// Where more was taken out of the request than the rules found, and its conversation is not called
/// as it was `before`: no part of the name is shown, but what stands for it is the same for the
/// same name.
void hide_changed_conversation(PreparedExchange& prepared, std::string_view before,
                               const Secret& words_key);

/// What was counted after `before`.
redaction::Replacer::Counts counted_since(const redaction::Replacer::Counts& before,
                                          const redaction::Replacer::Counts& now);

/// Keys that follow from the configuration, made once for it: as Making has them.
struct MakingKeys {
  const Secret& words;
  const Secret& sampling;
};

/// Takes out of an exchange what the rules find, some at a time, so that the exchanges of others
/// have turns in between; the result is the same whatever the steps. Pure but for the exchange's
/// replacer, which counts. Works for long on large content: not on a worker.
class Preparation {
 public:
  static constexpr std::size_t kStep = 64 * 1024;

  /// `rules`, `settings` and what `keys` refers to outlive it.
  Preparation(const redaction::Rules& rules, const config::Audit& settings, const MakingKeys& keys,
              Exchange&& exchange);
  Preparation(const Preparation&) = delete;

  /// Goes on for about so many bytes. True: it has ended.
  bool step(std::size_t bytes = kStep);
  /// Once it has ended.
  PreparedExchange take() { return std::move(out_); }

 private:
  void begin_side();
  void begin_json(std::string text);
  void end_side();
  void name_conversation();

  const redaction::Rules& rules_;
  const Secret& words_key_;
  PreparedExchange out_;
  std::deque<Side*> sides_;  ///< of out_, that are still to be searched; the first is at hand
  redaction::Replacer::Counts before_;
  std::optional<redaction::JsonRedaction> json_;
  std::optional<redaction::ReadingsRedaction> text_;
};

}  // namespace tollgate::capture
