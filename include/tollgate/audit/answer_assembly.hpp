// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

namespace tollgate::audit {

/// An answer as it is audited, before redaction.
struct AssembledAnswer {
  /// One body of at most `max_bytes`, in well-formed UTF-8; empty: nothing came.
  std::string body;
  bool json = false;      ///< the body is a JSON text; else it is text
  bool streamed = false;  ///< it came as events
  /// Something that came is not in the body as it came: it was over `max_bytes`, nested too deep
  /// or the answer ended within a value; of a stream, before a text's end was told. A stream that
  /// only lacks its own end is not truncated.
  bool truncated = false;
};

/// What is known of an answer, whose label may be wrong.
enum class AnswerKind : std::uint8_t {
  as_it_begins,  ///< nothing: its label and its first bytes tell; streams come as text too
  text,          ///< as a transcript that was asked for as such: kept as its user saw it
  file,          ///< described, whatever it is called and looks like
};

/// Sans-I/O: puts an answer together as its user saw it, in one body of the API's own shape without
/// a stream. It takes whatever comes, in any pieces, and never fails.
///
/// - A stream of chat or legacy completions, of Responses, of a run, of images, speech or a
///   transcription becomes the body that those APIs give without one: deltas are merged as
///   OpenAI's clients do (completion_assembly.hpp and its neighbours). Left out are
///   logprobs of chat, padding (`obfuscation`) and what only repeats. An error among the events
///   stands under `error`.
/// - A stream of no known API is an array of `{"event":...,"data":...}`, events of one kind about
///   one thing put together, as they may spell a text (unknown_events.hpp).
/// - JSON stays as it is, files in it described (BinaryParts); cut, it is closed.
/// - Other text stays text; what is no text is described by type, size and SHA-256.
///
/// The grammar goes by the content type and the first byte that says something, as the meter's. A
/// stream that came under another label is told by its bytes at the end (unlabelled_events.hpp),
/// unless more is known of it (AnswerKind).
/// Linear in what is fed. Holds at most about four times `max_bytes` (what has been merged, an
/// event, the body being written), less for what is no stream, whatever comes.
class AnswerAssembly {
 public:
  /// `max_bytes`: at least 2; of the body.
  AnswerAssembly(std::string_view content_type, std::size_t max_bytes,
                 AnswerKind kind = AnswerKind::as_it_begins);
  AnswerAssembly(AnswerAssembly&&) noexcept;
  AnswerAssembly& operator=(AnswerAssembly&&) noexcept;
  ~AnswerAssembly();

  /// The next bytes as the client sees them, without transfer framing and content coding.
  void feed(std::string_view payload);
  /// Call once. `whole`: the answer reached its end as framed.
  AssembledAnswer finish(bool whole);

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace tollgate::audit
