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
constexpr std::size_t kMostBlanks = 4096;  ///< more of them say no more

/// What has no type at all is read as what answers are made of.
usage::BodyShape shape_of(std::string_view content_type) {
  return trim(content_type).empty() ? usage::BodyShape::json : usage::body_shape(content_type);
}

}  // namespace

class AnswerAssembly::Impl {
 public:
  Impl(std::string_view content_type, std::size_t max_bytes, LabelledText text)
      : type_(media_type_of(content_type)),
        max_bytes_(max_bytes),
        shape_(shape_of(content_type)),
        text_type_(is_text_type(content_type)),
        may_be_stream_(text == LabelledText::may_be_stream) {}

  void feed(std::string_view payload) {
    if (begun_) return read(payload);
    if (shape_ != usage::BodyShape::unsure || text_type_) return read(begin(payload));
    const std::optional<usage::BodyShape> told = probe_.feed(payload);
    if (told) begin_untold(*told);
  }

  AssembledAnswer finish(bool whole) {
    AssembledAnswer answer;
    if (!begun_ && !probe_.held().empty()) begin_untold(usage::BodyShape::opaque);
    if (!begun_) return answer;
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

  /// Mere bytes are a file unless they begin as an answer does: then their end tells what they are.
  void begin_untold(usage::BodyShape told) {
    begun_ = true;
    if (told == usage::BodyShape::opaque) {
      file_.emplace();
    } else {
      text_.emplace(max_bytes_);
    }
    read(probe_.held());
  }

  /// JSON errors come as event streams, streams as JSON (faults.md S8): the first byte that says
  /// something tells. What stands before it is held until then. Gives what is to be read.
  std::string_view begin(std::string_view payload) {
    const bool is_file = shape_ == usage::BodyShape::opaque && !text_type_;
    const std::size_t blanks =
        is_file ? 0 : std::min(payload.find_first_not_of(kBlanks), payload.size());
    blanks_.append(payload.substr(0, std::min(blanks, kMostBlanks - blanks_.size())));
    payload.remove_prefix(blanks);
    if (payload.empty()) return payload;
    begun_ = true;
    choose(payload.front());
    read(blanks_);
    return payload;
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

  void choose(char first) {
    const bool structured = first == '{' || first == '[';
    const bool events = shape_ == usage::BodyShape::server_sent_events ||
                        (shape_ == usage::BodyShape::json &&
                         std::string_view("deir:").find(first) != std::string_view::npos);
    if (events && !structured) {
      stream_ = std::make_unique<StreamAssembly>(max_bytes_);
    } else if (structured || text_type_) {
      text_.emplace(max_bytes_);
    } else {
      file_.emplace();
    }
  }

  std::string type_;
  std::size_t max_bytes_;
  usage::BodyShape shape_;
  bool text_type_;
  bool may_be_stream_;  ///< though it is called text
  usage::ShapeProbe probe_;
  std::string blanks_;  ///< before the first byte that says something
  bool begun_ = false;
  std::unique_ptr<StreamAssembly> stream_;
  std::optional<TextBody> text_;
  std::optional<RunningDigest> file_;
};

AnswerAssembly::AnswerAssembly(std::string_view content_type, std::size_t max_bytes,
                               LabelledText text)
    : impl_(std::make_unique<Impl>(content_type, max_bytes, text)) {}
AnswerAssembly::AnswerAssembly(AnswerAssembly&&) noexcept = default;
AnswerAssembly& AnswerAssembly::operator=(AnswerAssembly&&) noexcept = default;
AnswerAssembly::~AnswerAssembly() = default;

void AnswerAssembly::feed(std::string_view payload) { impl_->feed(payload); }
AssembledAnswer AnswerAssembly::finish(bool whole) { return impl_->finish(whole); }

}  // namespace tollgate::audit
