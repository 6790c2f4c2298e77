// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "tollgate/audit/answer_assembly.hpp"
#include "tollgate/audit/request_content.hpp"
#include "tollgate/capture/content_memory.hpp"
#include "tollgate/capture/terms.hpp"
#include "tollgate/redaction/replacer.hpp"
#include "tollgate/usage/usage_record.hpp"

namespace tollgate::capture {

/// A request as the client sent it, without content coding. Not redacted: only ever in memory.
struct CapturedRequest {
  std::string content_type;
  std::string body;  ///< empty where `shortened` is there
  /// In place of a text over `audit.max_body`.
  std::optional<audit::RequestContent> shortened = std::nullopt;
};

/// An answer as the user saw it, in one body. Not redacted: only ever in memory.
struct CapturedAnswer {
  std::string content_type;
  audit::AssembledAnswer answer;
};

/// Who gave the answer.
namespace source {
inline constexpr std::string_view kModel = "model";
inline constexpr std::string_view kGateway = "gateway_error";
}  // namespace source

/// What both sides of an exchange have in common, though they may be stored apart: known once the
/// first is made into rows. The recorder's thread's.
struct Conversation {
  std::optional<bool> is_kept;    ///< whether its content is; conversations are in whole or not
  std::optional<std::string> id;  ///< redacted
  bool is_lost = false;           ///< a side is without content; the exchange counts once
  /// The request is to be stored before its answer, and whether it can be is not known yet.
  bool request_is_underway = false;
  /// The request was to be stored before, and its rows were not: found when nobody may wait for it
  /// any more.
  bool request_is_lost = false;
};

/// A request that is to be stored before its answer. It goes with the request from hand to hand;
/// where it ends, however that comes about, the request is lost unless stored() was called.
class UnstoredRequest {
 public:
  UnstoredRequest() = default;
  explicit UnstoredRequest(std::shared_ptr<Conversation> of) noexcept
      : conversation_(std::move(of)) {
    if (conversation_ != nullptr) conversation_->request_is_underway = true;
  }
  UnstoredRequest(UnstoredRequest&& other) noexcept = default;
  UnstoredRequest& operator=(UnstoredRequest&& other) noexcept {
    std::swap(conversation_, other.conversation_);
    return *this;
  }
  ~UnstoredRequest() { end(true); }

  void stored() noexcept { end(false); }

 private:
  void end(bool is_lost) noexcept {
    if (conversation_ == nullptr) return;
    conversation_->request_is_underway = false;
    conversation_->request_is_lost = is_lost;
    if (is_lost) conversation_->is_lost = false;  // what stands nowhere has been counted nowhere
    conversation_ = nullptr;
  }

  std::shared_ptr<Conversation> conversation_;  ///< null: there is none, or its end is known
};

/// What is to be kept of one exchange, or of its request alone.
struct Exchange {
  /// `empty`: of its client's.
  explicit Exchange(ContentHold empty) : hold(std::move(empty)) {}

  Terms terms;
  usage::UsageRecord record;               ///< as it is by now; final with the answer
  std::optional<CapturedRequest> request;  ///< nullopt: stored before, or there was no room for it
  std::optional<CapturedAnswer> answer;    ///< nullopt: none came, or there was no room for it
  std::string_view answered_by = source::kModel;
  bool request_alone = false;      ///< the answer follows
  bool request_is_stored = false;  ///< it came before, or was handed over before
  bool request_is_lost = false;    ///< it was to be stored before, and could not be
  /// The client names the record's conversation; else that follows from what the request refers to
  /// or makes, and goes behind what the client says elsewhere.
  bool names_conversation = true;
  bool no_room = false;  ///< content is missing that there was no memory for
  /// Numbers the values that it takes out, over both sides.
  std::shared_ptr<redaction::Replacer> replacer;
  std::shared_ptr<Conversation> conversation;  ///< null: there is one side only
  UnstoredRequest unstored;                    ///< of a request that its answer must come behind
  ContentHold hold;                            ///< the memory that request and answer take
};

/// On the recorder's thread, once its request has been dealt with: it was to be stored, and is not.
inline bool request_is_lost(const Exchange& exchange) {
  return exchange.request_is_lost ||
         (exchange.conversation != nullptr && exchange.conversation->request_is_lost);
}

}  // namespace tollgate::capture
