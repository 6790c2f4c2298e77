// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include "event_assembly.hpp"
#include "growing_value.hpp"
#include "kept_members.hpp"

namespace tollgate::audit {

/// Streams of speech, transcriptions and images (azure-protocol.md 2.5).
/// - transcription: `{"text":...,"usage":...}`, as without a stream; `segments` if they came;
/// - images: `{"created":...,"data":[{"b64_json":...}],"usage":...}`, as without a stream, with
///   `partial_images`;
/// - speech, which is no JSON without a stream: `{"object":"speech","audio":...,"usage":...}`.
/// Images and audio are descriptions.
class MediaAssembly : public EventAssembly {
 public:
  bool take(const JsonFields& event, ContentBudget& budget) override;
  bool break_off(ContentBudget& budget) override;
  void write(ObjectWriter& body, bool error) const override;

 private:
  bool take_image(std::string_view type, const JsonFields& event, ContentBudget& budget);
  void keep(const JsonFields& event, std::initializer_list<std::string_view> but,
            ContentBudget& budget);

  KeptMembers members_;
  GrowingValue text_;
  GrowingValue segments_;
  GrowingValue audio_;
  GrowingValue images_;
  GrowingValue partial_images_;
};

}  // namespace tollgate::audit
