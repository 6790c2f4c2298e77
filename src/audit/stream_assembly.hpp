// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "content_budget.hpp"
#include "event_assembly.hpp"
#include "event_reader.hpp"
#include "growing_value.hpp"
#include "unknown_events.hpp"

namespace tollgate::audit {

/// Sans-I/O: one body of a stream of events, whichever API's. An error that stands among the events
/// becomes the body's `error`, or `stream_error` beside an error of its own. Events that the API is
/// not known to send are kept as `events`; of a stream of no known API they are the body
/// (UnknownEvents). Of what a stream breaks off in no half of a value stays.
class StreamAssembly : private EventSink {
 public:
  explicit StreamAssembly(std::size_t max_bytes);

  void feed(std::string_view bytes) { reader_.feed(bytes); }
  /// Once, at the end. `whole`: the answer reached it as framed.
  BoundedJson::Kept finish(bool whole);

 private:
  void on_event(std::string_view name, const BoundedJson::Kept& data) override;
  std::size_t take_plain(std::string_view data, std::string_view behind) override;
  bool take_object(std::string_view name, JsonSlice data);
  bool take_error(std::string_view name, const JsonFields& event);
  void keep_text(std::string_view name, const BoundedJson::Kept& data);
  void keep_unknown(std::string_view name, std::string_view data);
  std::string compose();

  std::size_t max_bytes_;
  ContentBudget budget_;
  EventReader reader_;
  std::unique_ptr<EventAssembly> assembly_;
  EventTemplate last_;
  GrowingValue error_;
  UnknownEvents unknown_;
  bool cut_ = false;
  bool done_ = false;   ///< the stream said so
  bool ended_ = false;  ///< its bytes have ended, perhaps within an event
};

}  // namespace tollgate::audit
