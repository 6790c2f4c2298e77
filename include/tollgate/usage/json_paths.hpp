// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace tollgate::usage {

/// Declared places in JSON, ready to be looked for. A path is member names with dots between, from
/// the outermost object on; `**.` before it lets it begin at any depth; a name `*` behind the first
/// stands for any name. Arrays on the way, and
/// arrays of the value, are stepped into however deep they nest: `tools.vector_store_ids` finds
/// every id in {"tools":[{"vector_store_ids":["a",["b"]]}]}. Names match in any case of ASCII
/// letters: a backend may read them so. Where a path is to leave something out, it must not fit
/// more than is meant: a name with `{}` behind it is stepped into where its value is no array,
/// one with `[]` where it is an array of what is sought, not of further arrays.
class JsonPaths {
 public:
  /// Where a walk through a text stands: one bit a segment whose path has been followed so far.
  __extension__ using Mask = unsigned __int128;
  static constexpr std::size_t kMostSegments = 127;
  static constexpr std::size_t kLongestName = 40;

  /// `blind`: paths below which nothing is looked for, because it is the client's own data.
  /// `dictionaries`: paths of objects whose members are called as the client likes, so that no name
  /// of theirs begins a blind path. At most kMostSegments names in all, none longer than
  /// kLongestName: more is a fault of the program and ends it.
  explicit JsonPaths(std::span<const std::string_view> paths,
                     std::span<const std::string_view> blind = {},
                     std::span<const std::string_view> dictionaries = {});

  /// The mask of a member's value. `of_object`: the mask of the object that it is a member of, as
  /// behind() has it; `outermost`: that object is the text itself.
  Mask step(Mask of_object, bool outermost, std::string_view name) const;
  /// The mask of an object or string of a member's value. `of_value`: the member's; `arrays`: how
  /// many arrays of the value it stands in.
  Mask behind(Mask of_value, std::size_t arrays) const;
  /// The mask of an object's members, `of_object` being its own: below a blind path, of none.
  Mask inside(Mask of_object) const { return (of_object & blinds_) == 0 ? of_object : kBlind; }
  /// Values that are no strings are told of at this path as well.
  void tell_all_values(std::size_t path);
  /// The value there may also be an object whose `id` is what is sought: {"container":{"id":"a"}}.
  void take_identified(std::size_t path);
  bool tells_all_values(Mask mask) const { return (mask & told_) != 0; }
  /// Whether a string with this mask stands at a declared place.
  bool wanted(Mask mask) const { return (mask & finals_) != 0; }
  /// Which path that is: its number in the list. Call when wanted().
  std::size_t path_of(Mask mask) const;

 private:
  struct Segment {
    std::string name;
    bool first = false;     ///< of its path
    bool anywhere = false;  ///< first of a path that may begin at any depth
    bool blind = false;     ///< of a blind path
    int path = -1;          ///< the number of the path that ends here; -1: none does
  };
  enum class Ends { wanted, blind, dictionary };
  static constexpr Mask kBlind = Mask{1} << kMostSegments;

  /// `number` is that of a path that is wanted.
  void add(std::string_view path, Ends ends, int number = -1);
  /// The bits of the segments with which this path ends.
  Mask ends_of(std::size_t path) const;

  std::vector<Segment> segments_;
  std::array<std::vector<std::uint8_t>, kLongestName + 1> by_length_;
  std::vector<std::uint8_t> any_name_;
  Mask finals_ = 0;
  Mask blinds_ = kBlind;   ///< a blind path ends here
  Mask dictionaries_ = 0;  ///< the path of a dictionary ends here
  Mask itself_ = 0;        ///< the name has {} behind it
  Mask element_ = 0;       ///< the name has [] behind it
  Mask told_ = 0;
  Mask identified_ = 0;
};

}  // namespace tollgate::usage
