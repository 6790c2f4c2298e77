// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <deque>
#include <optional>
#include <string>
#include <string_view>

#include "answer_reading.hpp"
#include "tollgate/http/head.hpp"
#include "tollgate/operations/operation.hpp"
#include "tollgate/seals/exchange_ids.hpp"
#include "tollgate/usage/answer_editor.hpp"
#include "tollgate/usage/content_decoder.hpp"

namespace tollgate::proxy {

/// Seals the ids in one answer on its way to the client. A coding that came although none was asked
/// for is taken off; what it unfolds to goes on.
class AnswerIds {
 public:
  /// `head`: the backend's; it and `ids` outlive this.
  AnswerIds(seals::ExchangeIds& ids, const http::ResponseHead& head, const AnswerReading& reading,
            const operations::Operation& operation);

  /// The head that the client gets: its views are of the backend's head and of this.
  const http::ResponseHead& head() const { return head_; }
  /// Whether the body may hold ids.
  bool edits() const { return editor_.has_value(); }
  /// The body's bytes with their ids sealed, those that may go to the client.
  void feed(std::string_view payload, std::string& out);
  void finish(std::string& out);
  /// The coding is broken, or the end of it is missing: what has gone is all there is.
  bool broken() const { return decoder_ && (decoder_->failed() || cut_off_); }

 private:
  http::ResponseHead head_;
  std::deque<std::string> values_;  ///< of fields that changed
  std::optional<usage::ContentDecoder> decoder_;
  std::optional<usage::AnswerEditor> editor_;
  bool has_bytes_ = false;
  bool cut_off_ = false;
};

}  // namespace tollgate::proxy
