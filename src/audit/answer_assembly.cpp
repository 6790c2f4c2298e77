// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "tollgate/audit/answer_assembly.hpp"

#include <algorithm>
#include <optional>
#include <utility>

#include "binary_probe.hpp"
#include "stream_assembly.hpp"
#include "text_body.hpp"
#include "tollgate/base/text.hpp"
#include "tollgate/usage/body_shape.hpp"
#include "unlabelled_events.hpp"

namespace tollgate::audit {

namespace {

constexpr std::string_view kBlanks = " \t\r\n\xEF\xBB\xBF";

/// What has no type at all is read as what answers are made of.
usage::BodyShape shape_of(std::string_view content_type) {
  return trim(content_type).empty() ? usage::BodyShape::json : usage::body_shape(content_type);
}

}  // namespace

class AnswerAssembly::Impl {
 public:
  Impl(std::string_view content_type, std::size_t max_bytes, AnswerKind kind)
      : type_(media_type_of(content_type)),
        max_bytes_(max_bytes),
        shape_(shape_of(content_type)),
        text_type_(kind == AnswerKind::text || is_text_type(content_type)),
        may_be_stream_(kind == AnswerKind::as_it_begins),
        probe_(shape_) {
    using usage::BodyShape;
    if (kind == AnswerKind::file) {
      is_chosen_ = true;
      file_.emplace();
    } else if (kind == AnswerKind::text) {
      choose(BodyShape::unsure);
    } else if (shape_ == BodyShape::opaque || (shape_ == BodyShape::unsure && text_type_)) {
      choose(shape_);
    }
  }

  void feed(std::string_view payload) {
    any_ = any_ || payload.find_first_not_of(text_type_ ? kBlanks : "") != payload.npos;
    if (is_chosen_) return read(payload);
    const std::optional<usage::BodyShape> told = probe_.feed(payload);
    if (!told) return;
    choose(*told);
    read(probe_.held());
  }

  AssembledAnswer finish(bool whole) {
    AssembledAnswer answer;
    if (!any_) return answer;
    if (!is_chosen_) {
      choose(shape_ == usage::BodyShape::unsure ? usage::BodyShape::opaque : shape_);
      read(probe_.held());
    }
    answer.streamed = stream_ != nullptr;
    if (file_) {
      answer.body = description(type_, *file_, whole ? "" : ",\"cut\":true");
      answer.json = true;
      answer.truncated = !whole;
      return answer;
    }
    BoundedJson::Kept kept = stream_ ? stream_->finish(whole) : text_->finish();
    if (!stream_ && is_unlabelled(kept)) {
      answer.streamed = true;
      put_together(kept, whole);
    }
    answer.truncated = kept.cut || (!whole && !kept.json);
    answer.json = kept.json;
    answer.body = std::move(kept.text);
    return answer;
  }

 private:
  void read(std::string_view bytes) {
    if (stream_) stream_->feed(bytes);
    if (text_) text_->feed(bytes);
    if (file_) file_->add(bytes);
  }

  /// One object is no stream, whatever it holds.
  bool is_unlabelled(const BoundedJson::Kept& kept) const {
    return may_be_stream_ && !(kept.json && kept.text.starts_with('{')) &&
           is_unlabelled_stream(kept.text, max_bytes_);
  }

  void put_together(BoundedJson::Kept& kept, bool whole) const {
    StreamAssembly stream(max_bytes_);
    read_unlabelled_stream(kept.text, [&](std::string_view bytes) { stream.feed(bytes); });
    const bool cut = kept.cut;
    kept = stream.finish(whole && !cut);
    kept.cut = kept.cut || cut;
  }

  /// `told`: by its first bytes, whatever its label says (faults.md S8). Mere bytes are a file
  /// unless they begin as an answer does: then their end tells what they are.
  void choose(usage::BodyShape told) {
    using usage::BodyShape;
    is_chosen_ = true;
    const bool is_labelled = shape_ == BodyShape::json || shape_ == BodyShape::server_sent_events;
    if (is_labelled && told == BodyShape::server_sent_events) {
      stream_ = std::make_unique<StreamAssembly>(max_bytes_);
    } else if (text_type_ || told == BodyShape::json || told == BodyShape::server_sent_events) {
      text_.emplace(max_bytes_);
    } else {
      file_.emplace();
    }
  }

  std::string type_;
  std::size_t max_bytes_;
  usage::BodyShape shape_;
  bool text_type_;
  bool may_be_stream_;  ///< whatever it is called
  usage::ShapeProbe probe_;
  bool any_ = false;        ///< something came, of a text more than blanks
  bool is_chosen_ = false;  ///< as what it is read
  std::unique_ptr<StreamAssembly> stream_;
  std::optional<TextBody> text_;
  std::optional<RunningDigest> file_;
};

AnswerAssembly::AnswerAssembly(std::string_view content_type, std::size_t max_bytes,
                               AnswerKind kind)
    : impl_(std::make_unique<Impl>(content_type, max_bytes, kind)) {}
AnswerAssembly::AnswerAssembly(AnswerAssembly&&) noexcept = default;
AnswerAssembly& AnswerAssembly::operator=(AnswerAssembly&&) noexcept = default;
AnswerAssembly::~AnswerAssembly() = default;

void AnswerAssembly::feed(std::string_view payload) { impl_->feed(payload); }
AssembledAnswer AnswerAssembly::finish(bool whole) { return impl_->finish(whole); }

}  // namespace tollgate::audit
