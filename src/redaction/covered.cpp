// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "covered.hpp"

#include <algorithm>
#include <map>
#include <numeric>
#include <utility>

#include "json_escape.hpp"

namespace tollgate::redaction {
namespace {

/// Values that go as one.
class ValueGroups {
 public:
  explicit ValueGroups(std::size_t values) : leaders_(values) {
    std::iota(leaders_.begin(), leaders_.end(), 0U);
  }

  std::uint32_t leader(std::uint32_t value) {
    while (leaders_[value] != value) value = leaders_[value] = leaders_[leaders_[value]];
    return value;
  }
  void unite(std::uint32_t a, std::uint32_t b) {
    const auto [first, second] = std::minmax({leader(a), leader(b)});
    leaders_[second] = first;
  }

 private:
  std::vector<std::uint32_t> leaders_;
};

}  // namespace

ReadText text_of(std::string_view text, std::span<const ReadPiece> pieces) {
  ReadText out;
  for (const ReadPiece& piece : pieces) {
    if (!out.text.empty()) out.junctions.push_back(out.text.size());
    if (piece.blank_before) out.text.push_back(' ');
    out.text += text.substr(piece.begin, piece.end - piece.begin);
  }
  return out;
}

/// Of the values of one more reading with those before.
class Covered::Joining {
 public:
  explicit Joining(Covered& all) : all_(all), sizes_(all.values_.size()) {
    all_.looks_ += all_.parts_.size() + all_.values_.size();
    for (const Part& part : all_.parts_) sizes_[part.value] += part.end - part.begin;
  }

  /// Parts come in any order, those of one value one behind another.
  void add(Part part) {
    if (part.value != value_) end_value();
    value_ = part.value;
    std::uint32_t from = part.begin;
    auto old = std::ranges::upper_bound(all_.parts_, part.begin, {}, &Part::end);
    for (; old != all_.parts_.end() && old->begin < part.end; ++old) {
      ++all_.looks_;
      shared_[old->value] += std::min(old->end, part.end) - std::max(old->begin, part.begin);
      if (old->begin > from) bare_.push_back({from, old->begin, part.value});
      from = old->end;
    }
    if (from < part.end) bare_.push_back({from, part.end, part.value});
    ++all_.looks_;
  }

  void end() {
    end_value();
    ValueGroups groups(all_.values_.size());
    for (const auto& [a, b] : united_) groups.unite(a, b);
    all_.parts_.insert(all_.parts_.end(), bare_.begin(), bare_.end());
    std::sort(all_.parts_.begin(), all_.parts_.end(),
              [](const Part& a, const Part& b) { return a.begin < b.begin; });
    std::vector<Finding> values;
    std::vector<std::uint32_t> numbers(all_.values_.size());
    for (std::uint32_t value = 0; value < numbers.size(); ++value) {
      const std::uint32_t leader = groups.leader(value);  // at most `value`
      if (leader == value) {
        numbers[value] = static_cast<std::uint32_t>(values.size());
        values.push_back(std::move(all_.values_[value]));
      } else if (outranks(all_.values_[value], values[numbers[leader]])) {
        values[numbers[leader]] = std::move(all_.values_[value]);
      }
    }
    for (Part& part : all_.parts_) part.value = numbers[groups.leader(part.value)];
    all_.values_ = std::move(values);
  }

 private:
  void end_value() {
    bool any = false;
    for (const auto& [old, bytes] : shared_) {
      if (bytes < sizes_[old]) continue;
      united_.emplace_back(old, value_);
      any = true;
    }
    if (!any && !shared_.empty()) united_.emplace_back(shared_.begin()->first, value_);
    shared_.clear();
  }

  Covered& all_;
  std::vector<std::uint32_t> sizes_;               ///< in bytes; of new ones 0
  std::uint32_t value_ = 0;                        ///< the new one at hand
  std::vector<Part> bare_;                         ///< what of the new ones is not covered yet
  std::map<std::uint32_t, std::uint32_t> shared_;  ///< bytes, by value before, of the new value
  std::vector<std::pair<std::uint32_t, std::uint32_t>> united_;
};

void Covered::add(std::span<const ReadPiece> pieces, std::vector<Finding> found,
                  std::size_t fewest_pieces) {
  std::vector<Part> parts;
  std::size_t at = 0;  // of the piece's bytes in the pieces' text
  auto piece = pieces.begin();
  if (piece != pieces.end() && piece->blank_before) ++at;
  for (Finding& one : found) {
    const auto value = static_cast<std::uint32_t>(values_.size());
    parts.clear();
    while (piece != pieces.end()) {
      const std::size_t end = at + (piece->end - piece->begin);
      if (one.begin < end && one.end > at) {
        const std::size_t from = std::max(one.begin, at) - at;
        const std::size_t until = std::min(one.end, end) - at;
        parts.push_back({static_cast<std::uint32_t>(piece->begin + from),
                         static_cast<std::uint32_t>(piece->begin + until), value});
      }
      if (one.end <= end) break;  // the next value may begin in this piece
      ++piece;
      at = end + (piece != pieces.end() && piece->blank_before ? 1 : 0);
    }
    if (parts.size() < fewest_pieces) continue;
    new_parts_.insert(new_parts_.end(), parts.begin(), parts.end());
    values_.push_back(std::move(one));
  }
}

void Covered::add_of_json(std::string_view json, std::span<const ReadPiece> pieces,
                          std::vector<Finding> found, std::size_t fewest_pieces) {
  const std::size_t from = new_parts_.size();
  add(pieces, std::move(found), fewest_pieces);
  widen_to_escapes(json, from);
}

/// Of two values that meet in an escape the first has it.
void Covered::widen_to_escapes(std::string_view json, std::size_t from) {
  std::uint32_t taken_from = 0;
  std::uint32_t taken_until = 0;
  for (auto part = new_parts_.begin() + static_cast<std::ptrdiff_t>(from); part != new_parts_.end();
       ++part) {
    part->begin = static_cast<std::uint32_t>(json_escape_around(json, part->begin).begin);
    part->end = static_cast<std::uint32_t>(json_escape_around(json, part->end).end);
    if (part->begin >= taken_from && part->begin < taken_until) part->begin = taken_until;
    part->end = std::max(part->begin, part->end);
    taken_from = part->begin, taken_until = part->end;
  }
  std::erase_if(new_parts_, [](const Part& part) { return part.begin == part.end; });
}

void Covered::end_reading() {
  if (new_parts_.empty()) return;
  Joining joining(*this);
  for (const Part& part : new_parts_) joining.add(part);
  joining.end();
  new_parts_.clear();
}

std::string Covered::take_out_of(std::string_view text, Replacer& replacer) const {
  std::string out;
  std::vector<bool> written(values_.size());
  std::size_t at = 0;
  for (const Part& part : parts_) {
    out += text.substr(at, part.begin - at);
    at = part.end;
    if (written[part.value]) continue;
    written[part.value] = true;
    out += replacer.replacement(values_[part.value].rule, values_[part.value].value);
  }
  return out += text.substr(at);
}

}  // namespace tollgate::redaction
