// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "row_order.hpp"

#include <utility>

#include "tollgate/base/uuid.hpp"
#include "tollgate/trail/row_digest.hpp"
#include "trail_schema.hpp"

namespace tollgate::trail {
namespace {

AuditRow checkpoint_row(const CheckpointProof& proof, UtcTime now) {
  AuditRow out;
  out.event_time = now;
  out.record_id = make_uuid_v7(now).to_string();
  out.kind = kind::kCheckpoint;
  out.form = "proof";
  out.content_type = "application/json";
  out.content = proof.to_json();
  out.content_sha256 = to_hex(sha256(out.content));
  out.content_bytes = static_cast<std::int64_t>(out.content.size());
  return out;
}

}  // namespace

Result<void> RowOrder::load() {
  const Result<std::string> trail = read_fact(database_, fact::kTrail);
  if (!trail) return trail.error();
  const Result<std::int64_t> given_to = read_number(database_, fact::kGivenTo);
  if (!given_to) return given_to.error();
  const Result<std::int64_t> last_evidence = read_number(database_, fact::kLastEvidence);
  if (!last_evidence) return last_evidence.error();
  Result<Frontier> frontier = read_frontier(database_);
  if (!frontier) return frontier.error();
  trail_ = *trail;
  given_to_ = *given_to;
  last_evidence_ = *last_evidence;
  frontier_ = std::move(*frontier);
  return {};
}

Result<void> RowOrder::append(std::span<const AuditRow> rows) {
  RowTable::KeyOfRow last;
  for (const AuditRow& row : rows) {
    const Result<void> done = append_one(row, last);
    if (!done) return done;
    last_evidence_ = given_to_;
  }
  const Result<void> given = write_number(database_, fact::kGivenTo, given_to_);
  return given ? write_number(database_, fact::kLastEvidence, last_evidence_) : given;
}

Result<void> RowOrder::append_one(AuditRow row, RowTable::KeyOfRow& last) {
  row.gateway = gateway_;
  row.trail = trail_;
  row.sequence = ++given_to_;
  return rows_.append(row, last);
}

Result<std::string> RowOrder::add_checkpoint(std::span<const NoteSigner> signers, UtcTime now) {
  Result<std::vector<Sha256>> leaves = rows_.leaves(proved_to(), kMostLeaves);
  if (!leaves) return leaves.error();
  CheckpointProof proof{.note = {}, .before = frontier_, .leaves = std::move(*leaves)};
  Frontier after = proof.after();
  const Checkpoint state{origin_of(gateway_, trail_), after.size(), after.root()};
  Result<std::string> note = sign_note(state.text(), signers);
  if (!note) return note.error();
  proof.note = *note;
  RowTable::KeyOfRow none;
  const Result<void> appended = append_one(checkpoint_row(proof, now), none);
  if (!appended) return appended.error();
  const Result<void> given = write_number(database_, fact::kGivenTo, given_to_);
  if (!given) return given.error();
  const Result<void> advanced = advance(std::move(after));
  if (!advanced) return advanced.error();
  return note;
}

Result<void> RowOrder::prove_unsigned(std::int64_t sequence) {
  if (sequence <= proved_to()) return {};
  const Result<std::vector<Sha256>> leaves =
      rows_.leaves(proved_to(), static_cast<std::size_t>(sequence - proved_to()));
  if (!leaves) return leaves.error();
  Frontier after = frontier_;
  for (const Sha256& leaf : *leaves) after.append(leaf);
  return advance(std::move(after));
}

Result<void> RowOrder::advance(Frontier frontier) {
  frontier_ = std::move(frontier);
  return write_frontier(database_, frontier_);
}

}  // namespace tollgate::trail
