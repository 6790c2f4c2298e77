// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "content_budget.hpp"
#include "described_pieces.hpp"
#include "json_slice.hpp"

namespace tollgate::audit {

/// A JSON value that grows with the deltas of a stream. Strings stay as they are written, escapes
/// included, so that a surrogate pair that was cut in two by the backend is whole again.
///
/// What it holds is charged to the budget; what that refuses is left out. Amortised linear in what
/// is put in.
class GrowingValue {
 public:
  /// Takes a delta as OpenAI's own clients do: strings grow, but for those that stand once (role,
  /// id, type, name); objects are merged by member, arrays by the `index` of their elements, which
  /// goes, and by appending those without; anything else is replaced, by null never. Calls of tools
  /// without an index are known by their id, and without that by their order.
  void merge(JsonSlice delta, ContentBudget& budget, std::string_view name = {});
  /// The same of an object, `but` left out; what was none before becomes one.
  void merge_members(JsonSlice delta, ContentBudget& budget, std::string_view but = {});
  void replace(JsonSlice value, ContentBudget& budget);
  /// More of a string. Over the budget: its begin, without what may be half a value.
  void append(JsonSlice text, ContentBudget& budget);
  /// A further piece of a file.
  void append_file(JsonSlice piece);
  /// A further element of an array.
  GrowingValue* push(JsonSlice value, ContentBudget& budget);

  /// Nothing follows, though it has not ended: of every text in it that came as a delta, but for
  /// those that stand once, what may be half a value at its end goes; what was replaced since is
  /// whole. Of elements that stand in the order in which they came the last may go on in the one
  /// before, so that loses its end too where of a text in the last nothing is left. True: there was
  /// such a text.
  bool break_off(ContentBudget& budget);

  /// The member of that name, made if it is not there; nullptr over the budget or kMostMembers.
  /// What is no object becomes one.
  GrowingValue* member(std::string_view name, ContentBudget& budget);
  /// The same of an array. `index`: any, the array has no holes.
  GrowingValue* element(std::int64_t index, ContentBudget& budget);

  bool exists() const { return kind_ != Kind::absent; }
  void write(std::string& out) const;
  /// Forgets everything.
  void clear(ContentBudget& budget);

 private:
  static constexpr std::size_t kMostMembers = 256;
  enum class Kind : std::uint8_t { absent, raw, text, object, array, file };
  struct Member;
  using Places = std::map<std::string, std::int64_t, std::less<>>;
  using Elements = std::map<std::int64_t, std::unique_ptr<GrowingValue>>;

  void merge_object(JsonSlice delta, ContentBudget& budget);
  void merge_array(JsonSlice delta, ContentBudget& budget);
  void merge_calls(JsonSlice delta, ContentBudget& budget);
  GrowingValue* call_of(JsonSlice call, bool is_sole, std::int64_t place, ContentBudget& budget);
  std::string id() const;  ///< that an object has
  void become_object(ContentBudget& budget);
  void become_array(ContentBudget& budget);
  bool merges_as_file(JsonSlice delta) const;
  std::size_t charged() const;
  void cut_text();
  bool break_off_raw();
  bool break_off_elements(ContentBudget& budget);
  bool break_off_below(ContentBudget& budget);
  void write_members(std::string& out) const;
  void write_elements(std::string& out) const;

  Kind kind_ = Kind::absent;
  bool cut_ = false;      ///< of text: more of it was over the budget
  bool grows_ = false;    ///< the last that was said of it was a delta
  bool next_ = false;     ///< an element of a delta that has no index
  bool emptied_ = false;  ///< broken off so that of a text nothing is left
  std::string text_;      ///< of raw: JSON; of text: a string's inside
  std::vector<Member> members_;
  std::unique_ptr<Elements> elements_;
  std::unique_ptr<Places> ids_;  ///< of calls: where they are
  std::unique_ptr<DescribedPieces> file_;
};

struct GrowingValue::Member {
  std::string name;
  std::unique_ptr<GrowingValue> value;
};

}  // namespace tollgate::audit
