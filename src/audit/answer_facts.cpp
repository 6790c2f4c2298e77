// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "tollgate/audit/answer_facts.hpp"

#include "filter_facts.hpp"
#include "json_slice.hpp"
#include "tollgate/base/text.hpp"

namespace tollgate::audit {
namespace {

constexpr std::size_t kLongest = 256;

std::string word(JsonSlice value) { return sanitize_utf8(value.text(), kLongest); }

template <class Take>
void for_each(JsonSlice array, const Take& take) {
  JsonItems items(array);
  for (JsonItem item; items.next(item);) take(item.value);
}

class FactsReader {
 public:
  explicit FactsReader(JsonSlice body) : body_(body) {}

  AnswerFacts read() {
    for_each(body_["choices"], [this](JsonSlice choice) { read_choice(choice); });
    for_each(body_["output"], [this](JsonSlice item) { read_item(item); });
    read_run(body_["object"].is_text("thread.run") ? body_.object() : body_["run"]);
    for_each(body_["steps"], [this](JsonSlice step) { read_calls(step["step_details"]); });
    if (body_["output"].is_array()) add_status(body_.object());
    for (const char* const name : {"prompt_filter_results", "prompt_annotations"}) {
      for_each(body_[name], [this](JsonSlice part) { read_results(FilterSource::prompt, part); });
    }
    read_filters(body_["content_filters"]);
    for (const char* const name : {"error", "stream_error"}) read_error(body_[name]);
    filter_.write(facts_.content_filter);
    return std::move(facts_);
  }

 private:
  void read_choice(JsonSlice object) {
    const JsonFields choice(object);
    add_reason(choice["finish_reason"]);
    read_results(FilterSource::completion, choice);
    const JsonFields message(choice["message"]);
    read_calls(message);
    const JsonSlice call = message["function_call"];
    if (call.is_object()) add_call({}, call["name"]);
  }

  template <class Holder>
  void read_calls(const Holder& holder) {
    for_each(holder["tool_calls"], [this](JsonSlice call) {
      JsonSlice name = call["function"]["name"];
      if (!name.exists()) name = call["custom"]["name"];
      add_call(call["id"], name.exists() ? name : call["type"]);
    });
  }

  void read_item(JsonSlice item) {
    const JsonSlice type = item["type"];
    if (!type.written().ends_with("_call")) return;
    const JsonSlice call_id = item["call_id"];
    const JsonSlice name = item["name"];
    add_call(call_id.exists() ? call_id : item["id"], name.is_string() ? name : type);
  }

  void read_run(JsonSlice run) {
    if (!run.is_object()) return;
    add_status(run);
    read_calls(run["required_action"]["submit_tool_outputs"]);
  }

  void add_status(JsonSlice object) {
    const JsonSlice reason = object["incomplete_details"]["reason"];
    add_reason(reason.is_string() ? reason : object["status"]);
  }

  /// Azure spells these names in several ways (azure-protocol.md 10, item 5).
  template <class Holder>
  void read_results(FilterSource source, const Holder& holder) {
    for (const char* const name : {"content_filter_results", "content_filter_result"}) {
      filter_.add(source, holder[name]);
    }
  }

  /// Those of Responses, which say what each is about.
  void read_filters(JsonSlice filters) {
    for_each(filters, [this](JsonSlice filter) {
      const FilterSource source = source_called(filter["source_type"]);
      read_results(source, filter);
      if (filter["blocked"].is_true()) filter_.note_blocked(source);
    });
  }

  static FilterSource source_called(JsonSlice word) {
    if (word.is_text("prompt")) return FilterSource::prompt;
    return word.is_text("completion") ? FilterSource::completion : FilterSource::unknown;
  }

  /// A prompt that is refused is named in `param`, but not by every API and version.
  void read_error(JsonSlice error) {
    read_filters(error["content_filters"]);
    const FilterSource source = source_called(error["param"]);
    read_results(source, error);
    for (const char* const name : {"innererror", "inner_error"}) read_results(source, error[name]);
  }

  void add_reason(JsonSlice reason) {
    if (!reason.says_something() || facts_.finish_reasons.size() == AnswerFacts::kMost) return;
    facts_.finish_reasons.push_back(word(reason));
  }

  void add_call(JsonSlice id, JsonSlice name) {
    if (facts_.tool_calls.size() < AnswerFacts::kMost) {
      facts_.tool_calls.push_back({word(id), word(name)});
    }
  }

  JsonFields body_;
  AnswerFacts facts_;
  FilterFacts filter_;
};

}  // namespace

AnswerFacts answer_facts(std::string_view body) {
  const JsonSlice slice(body);
  if (!slice.is_object()) return {};
  return FactsReader(slice).read();
}

}  // namespace tollgate::audit
