// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include <algorithm>
#include <optional>
#include <span>
#include <utility>

#include "covered.hpp"
#include "tollgate/redaction/readings.hpp"
#include "tollgate/redaction/text_redaction.hpp"

namespace tollgate::redaction {
namespace {

/// What a search costs however short its text is, in bytes that are searched in that time.
constexpr std::size_t kPerSearch = 128;

}  // namespace

/// Without readings it is TextRedaction. With them the text as it stands is one of them; what is
/// left is searched once more, and files in base64 go.
class ReadingsRedaction::Impl {
 public:
  Impl(const Rules& rules, Replacer& replacer, std::string text, NextReading next)
      : rules_(rules), replacer_(replacer), text_(std::move(text)), next_(std::move(next)) {
    ahead_ = next_(text_);
    if (ahead_) {
      begin({{.begin = 0, .end = static_cast<std::uint32_t>(text_.size())}});
    } else {
      search_.emplace(rules_, replacer_, std::move(text_));
    }
  }

  /// Takes out only what lies in so many pieces of a reading, or in more.
  Impl(const Rules& rules, Replacer& replacer, std::string text, NextReading next,
       std::size_t fewest_pieces)
      : rules_(rules),
        replacer_(replacer),
        text_(std::move(text)),
        next_(std::move(next)),
        fewest_pieces_(fewest_pieces) {
    ahead_ = next_(text_);
    go_on();
  }

  bool step(std::size_t bytes) {
    for (std::size_t done = 0; search_ && done < bytes;) {
      if (!search_->step(bytes)) return false;
      if (!reading_) return true;
      done += searched_bytes_ + kPerSearch;
      note_found();
      search_next();
    }
    return !search_;
  }

  std::size_t looks() const { return covered_.looks(); }
  std::string take() { return search_ ? std::move(search_->take().front()) : std::move(text_); }

 private:
  void begin(Reading reading) {
    left_ = reading_.emplace(std::move(reading));
    search_text();
  }

  /// The first of the texts that are left of the reading.
  void search_text() {
    const auto is_apart = [](const ReadPiece& piece) { return piece.apart; };
    const auto behind =
        left_.empty() ? left_.begin() : std::find_if(left_.begin() + 1, left_.end(), is_apart);
    searched_ = left_.first(static_cast<std::size_t>(behind - left_.begin()));
    left_ = left_.subspan(searched_.size());
    ReadText read = text_of(text_, searched_);
    searched_bytes_ = read.text.size();
    search_.emplace(
        TextRedaction::finding(rules_, std::move(read.text), std::move(read.junctions)));
  }

  void note_found() {
    if (fewest_pieces_ > 1) {
      covered_.add_of_json(text_, searched_, search_->found(), fewest_pieces_);
    } else {
      covered_.add(searched_, search_->found());
    }
  }

  void search_next() {
    if (!left_.empty()) return search_text();
    covered_.end_reading();
    go_on();
  }

  void go_on() {
    if (!ahead_) {
      reading_.reset();
      if (fewest_pieces_ > 1) {
        text_ = covered_.take_out_of(text_, replacer_);
        return search_.reset();
      }
      return void(search_.emplace(rules_, replacer_, covered_.take_out_of(text_, replacer_)));
    }
    begin(*std::exchange(ahead_, std::nullopt));
    ahead_ = next_(text_);
  }

  const Rules& rules_;
  Replacer& replacer_;
  std::string text_;
  NextReading next_;
  std::optional<Reading> reading_;       ///< that is searched; none: what is left at the end
  std::optional<Reading> ahead_;         ///< the one behind it
  std::span<const ReadPiece> searched_;  ///< the one of its texts that is
  std::size_t searched_bytes_ = 0;
  std::span<const ReadPiece> left_;  ///< its texts behind that
  std::optional<TextRedaction> search_;
  Covered covered_;
  std::size_t fewest_pieces_ = 1;  ///< that a value must lie in; above one: that is all
};

ReadingsRedaction::ReadingsRedaction(const Rules& rules, Replacer& replacer, std::string text,
                                     NextReading next)
    : impl_(std::make_unique<Impl>(rules, replacer, std::move(text), std::move(next))) {}
ReadingsRedaction::ReadingsRedaction(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}

ReadingsRedaction ReadingsRedaction::of_parted(const Rules& rules, Replacer& replacer,
                                               std::string text, NextReading next) {
  return ReadingsRedaction(
      std::make_unique<Impl>(rules, replacer, std::move(text), std::move(next), 2));
}

ReadingsRedaction::ReadingsRedaction(ReadingsRedaction&&) noexcept = default;
ReadingsRedaction::~ReadingsRedaction() = default;

bool ReadingsRedaction::step(std::size_t bytes) { return impl_->step(bytes); }
std::string ReadingsRedaction::take() { return impl_->take(); }
std::size_t ReadingsRedaction::looks() const { return impl_->looks(); }

}  // namespace tollgate::redaction
