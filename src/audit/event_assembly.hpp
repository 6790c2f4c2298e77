// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <memory>

#include "content_budget.hpp"
#include "event_template.hpp"
#include "json_slice.hpp"
#include "object_writer.hpp"

namespace tollgate::audit {

/// Makes one body of the events of one API's stream.
class EventAssembly {
 public:
  EventAssembly() = default;
  EventAssembly(const EventAssembly&) = delete;
  EventAssembly& operator=(const EventAssembly&) = delete;
  virtual ~EventAssembly() = default;

  /// The data of the next event, an object. False: it is none of this API's.
  virtual bool take(const JsonFields& event, ContentBudget& budget) = 0;
  /// What the event that was taken last, which is given, has made longer, if that is all that it
  /// did: taking it again would do no more than that again.
  virtual Growth growth(const JsonFields& /*event*/, ContentBudget& /*budget*/) { return {}; }
  /// The stream has ended without an end of its own: of texts that were still to go on, what may be
  /// half a value at their end goes. True: there were some.
  virtual bool break_off(ContentBudget& budget) = 0;
  /// The body's members. What is small comes first: a body that is cut ends with its text.
  /// `error`: the stream held an error, which the caller adds as `error`.
  virtual void write(ObjectWriter& body, bool error) const = 0;
  /// The body has an `error` of its own, which says something.
  virtual bool has_error() const { return false; }
};

/// The assembly of the API that the event belongs to; nullptr: it is no known API's.
std::unique_ptr<EventAssembly> assembly_for(const JsonFields& event);

}  // namespace tollgate::audit
