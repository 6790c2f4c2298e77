// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "tollgate/http/answer_head.hpp"

namespace tollgate::http {

Result<bool> AnswerHeadReader::read(std::string& bytes, ResponseHead& out) {
  using Verdict = HeadScanner::Verdict;
  for (;;) {
    const Verdict verdict = scanner_.scan(bytes);
    const bool endless = verdict == Verdict::more && bytes.size() > kLimits.bytes;
    if (verdict == Verdict::refused || endless) {
      return Error{Errc::protocol, "the answer's head is malformed or too large"};
    }
    if (verdict == Verdict::more) return false;
    const std::string_view head = std::string_view(bytes).substr(0, scanner_.length());
    if (const auto error = parse_response_head(head, kLimits, to_head_request_, out)) {
      return Error{Errc::protocol, std::string(error->reason)};
    }
    if (out.status >= 200) return true;
    if (out.status == 101 || ++interim_ > kMostInterim) {
      return Error{Errc::protocol, "an interim answer came that nobody asked for"};
    }
    bytes.erase(0, scanner_.length());
    scanner_.reset();
  }
}

void read_moved_head(std::string_view head, ResponseHead& out) {
  const BodyFraming body = out.body;  // of a HEAD request's answer, which the bytes do not tell
  parse_response_head(head, AnswerHeadReader::kLimits, false, out);
  out.body = body;
}

}  // namespace tollgate::http
