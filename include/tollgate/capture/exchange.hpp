// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <functional>
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

/// What becomes of a request that is to be stored before its answer.
enum class RequestFate {
  none,      ///< it goes with its answer
  underway,  ///< it was handed over, and whether its rows can be stored is not known yet
  stored,
  lost,  ///< its rows are not stored, nor will be
};

/// What both sides of an exchange have in common, though they may be stored apart: known once the
/// first is made into rows. The recorder's thread's, from when the first is handed over.
struct Conversation {
  std::optional<bool> is_kept;    ///< whether its content is; conversations are in whole or not
  std::optional<std::string> id;  ///< redacted
  bool loss_is_counted = false;   ///< a side is without content; the exchange counts once
  RequestFate request = RequestFate::none;
  /// Told once when the request is underway no longer; null: nobody waits for that. It throws
  /// nothing.
  std::function<void()> when_settled;
};

/// A request that is to be stored before its answer. It goes with the request from hand to hand;
/// where it ends, however that comes about, the request is lost unless stored() was called.
class UnstoredRequest {
 public:
  UnstoredRequest() = default;
  explicit UnstoredRequest(std::shared_ptr<Conversation> of) noexcept
      : conversation_(std::move(of)) {
    if (conversation_ != nullptr) conversation_->request = RequestFate::underway;
  }
  UnstoredRequest(UnstoredRequest&& other) noexcept = default;
  UnstoredRequest& operator=(UnstoredRequest&& other) noexcept {
    std::swap(conversation_, other.conversation_);
    return *this;
  }
  ~UnstoredRequest() { end(RequestFate::lost); }

  void stored() noexcept { end(RequestFate::stored); }

 private:
  void end(RequestFate fate) noexcept {
    const std::shared_ptr<Conversation> of = std::exchange(conversation_, nullptr);
    if (of == nullptr) return;
    of->request = fate;
    // What stands nowhere has been counted nowhere.
    if (fate == RequestFate::lost) of->loss_is_counted = false;
    if (const auto told = std::exchange(of->when_settled, nullptr)) told();
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
  bool request_alone = false;  ///< the answer follows
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

/// On the recorder's thread: what became of its request where that was to be stored before.
inline RequestFate request_fate(const Exchange& exchange) {
  return exchange.conversation == nullptr ? RequestFate::none : exchange.conversation->request;
}

}  // namespace tollgate::capture
