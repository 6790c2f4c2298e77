// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "refusal_writer.hpp"

#include <string>

namespace tollgate::proxy {

namespace asio = boost::asio;

asio::awaitable<Afterwards> RefusalWriter::write(Refusal refusal) {
  if (refusal.status == 0) co_return Afterwards::abort;
  const bool keep = body_read_ && client_.keeps_alive(head_) && refusal.status != 408;
  refusal.extra_fields.append(client_.answer_lines);
  const std::string bytes = render(refusal, id_.to_string(), keep, head_.method == "HEAD");
  client_.stream.deadline(std::chrono::steady_clock::now() + write_timeout_);
  metrics_.count_refusal(refusal.status);
  const Result<void> written = co_await client_.stream.write(bytes);
  client_.stream.no_deadline();
  if (!written) co_return Afterwards::abort;
  if (keep) co_return Afterwards::keep;
  co_return body_read_ ? Afterwards::close : Afterwards::linger;
}

}  // namespace tollgate::proxy
