// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "tollgate/usage/answer_editor.hpp"

#include "object_framer.hpp"
#include "text_replacer.hpp"
#include "tollgate/usage/sse_framer.hpp"

namespace tollgate::usage {

struct AnswerEditor::Texts {
  TextReplacer text;
  SseFramer events{};
  ObjectFramer objects{};
};

AnswerEditor::AnswerEditor(BodyShape label, const JsonPaths& paths, Replacement& replacement)
    : probe_(label), texts_(std::make_unique<Texts>(Texts{TextReplacer(paths, replacement)})) {
  if (label == BodyShape::opaque) shape_ = label;
}

AnswerEditor::~AnswerEditor() = default;

void AnswerEditor::feed(std::string_view bytes, std::string& out) {
  if (!shape_) {
    shape_ = probe_.feed(bytes);
    if (!shape_) return;
    bytes = probe_.held();
  }
  if (*shape_ == BodyShape::server_sent_events) return edit_events(bytes, out);
  if (*shape_ == BodyShape::json) return edit_objects(bytes, out);
  out.append(bytes);
}

void AnswerEditor::finish(std::string& out) {
  if (!shape_) out.append(probe_.held());
  texts_->text.end(out);
}

void AnswerEditor::edit_events(std::string_view bytes, std::string& out) {
  using Kind = SseFramer::Kind;
  TextReplacer& text = texts_->text;
  for (;;) {
    const SseFramer::Token token = texts_->events.next(bytes);
    if (token.kind == Kind::need_more) return;
    bytes.remove_prefix(token.raw.size());
    if (token.kind == Kind::event) {
      const auto begin = static_cast<std::size_t>(token.data.data() - token.raw.data());
      out.append(token.raw.substr(0, begin));
      text.feed(token.data, out);
      text.end(out);
      out.append(token.raw.substr(begin + token.data.size()));
    } else if (token.kind == Kind::data && token.raw.data() == token.data.data()) {
      text.feed(token.data, out);
    } else {
      // A further data line is a line feed of the text, whatever is written.
      if (token.kind == Kind::end) text.end(out);
      text.pass(token.data, token.raw, out);
    }
  }
}

void AnswerEditor::edit_objects(std::string_view bytes, std::string& out) {
  using Kind = ObjectFramer::Kind;
  for (;;) {
    const ObjectFramer::Token token = texts_->objects.next(bytes);
    if (token.kind == Kind::need_more) return;
    bytes.remove_prefix(token.raw.size());
    if (token.kind == Kind::piece || token.kind == Kind::last) {
      texts_->text.feed(token.raw, out);
    } else {
      out.append(token.raw);
    }
    if (token.kind == Kind::last) texts_->text.end(out);
  }
}

}  // namespace tollgate::usage
