// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "openai/answer.hpp"

namespace tollgate::simulator {

/// Collects the events of a stream and frames them as the behaviour wants: line ends, comments,
/// split data.
class EventStream {
 public:
  explicit EventStream(const Behaviour& behaviour) : behaviour_(behaviour) {}

  /// `name` becomes the event field unless it is empty.
  void add(std::string_view name, const nlohmann::ordered_json& data, bool has_usage = false);
  /// `data: [DONE]`, as often as the behaviour wants, and what it wants after it; `name` as for
  /// add().
  void done(std::string_view name = {});
  /// The stream ends with an error instead, in the form that the behaviour's `error_event` names.
  Answer fail();
  /// As an answer; its last event is marked.
  Answer finish();

  std::size_t size() const { return pieces_.size(); }

 private:
  void add_text(std::string_view name, std::string_view data, bool has_usage);
  void data_line(std::string& out, std::string_view data);
  std::string_view line_end();

  const Behaviour& behaviour_;
  std::vector<Piece> pieces_;
  std::size_t lines_ = 0;
};

/// Stands for big_event_bytes of text in an event's data; add() puts them in.
inline constexpr std::string_view kBigText = "@big-text@";

}  // namespace tollgate::simulator
