// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <atomic>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <nlohmann/json.hpp>

#include "behaviour.hpp"
#include "bill.hpp"

namespace tollgate::simulator {

/// A part of a body: an event of a stream, or a stretch of a whole body.
struct Piece {
  std::string bytes;
  std::size_t size = 0;     ///< `bytes` over and over up to this size; 0: once
  bool usage = false;       ///< has the usage object
  bool last = false;        ///< only the message's own end follows, if anything
  SteadyTime not_before{};  ///< work is not so far yet

  std::size_t length() const { return size == 0 ? bytes.size() : size; }
};

/// `unit` over and over, `size` bytes in all.
Piece repeated(std::string_view unit, std::size_t size);

using Fields = std::vector<std::pair<std::string, std::string>>;

/// full: as azure-protocol.md 8.1; provisioned: without x-ratelimit-; bare: an id and no more (3.2,
/// key 401).
enum class HeadKind { full, provisioned, bare };

/// What an operation answers, before any of it is sent.
struct Answer {
  int status = 200;
  std::string reason = "OK";
  std::string content_type = "application/json";
  Fields fields;  ///< of the head, over those that it would have anyway
  HeadKind head = HeadKind::full;
  bool streamed = false;  ///< pieces are events
  std::vector<Piece> pieces;
  Charge charge;
  std::optional<Bill::Ref>
      booked;  ///< by the operation itself; else the charge is booked when it is sent
  std::optional<Bill::Ref>
      shows;  ///< the entry of the earlier operation whose usage this one repeats
  std::shared_ptr<const std::atomic<bool>> cancelled;  ///< ends a stream early when it becomes true
};

/// Text of a body. Writes the behaviour's `usage_values` as they are, valid numbers or not.
std::string to_text(const nlohmann::ordered_json& body);

/// A whole JSON body; the piece from its last `"usage":` on is marked.
Answer json_answer(const nlohmann::ordered_json& body);
/// A whole body that is no JSON.
Answer plain_answer(std::string content_type, std::string body);

/// azure-protocol.md 3.2: {"error": {"code", "message", ...}}; `type` adds "type" and "param".
Answer error_answer(int status, const std::string& reason, const nlohmann::json& code,
                    const std::string& message, const char* type = nullptr);

}  // namespace tollgate::simulator
