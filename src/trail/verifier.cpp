// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "tollgate/trail/verifier.hpp"

#include <algorithm>
#include <map>
#include <utility>
#include <variant>

#include "row_json.hpp"
#include "seen_trail.hpp"
#include "sink_rows.hpp"
#include "tollgate/base/hex.hpp"
#include "tollgate/trail/row_digest.hpp"
#include "tollgate/trail/row_fields.hpp"

namespace tollgate::trail {
namespace {

/// Says who read the trail, and stands in another table: it has no place in the order.
bool is_access(const nlohmann::json& columns) {
  return columns.is_object() && columns.contains("Reader") && columns.contains("Command") &&
         !columns.contains("Sequence");
}

std::string described(const AuditRow& row) {
  return row.record_id + " " + row.kind + " " + row.form + " " +
         std::to_string(row.part.value_or(0));
}

bool fits_leaf(const AuditRow& row) {
  return to_hex(leaf_at(*row.sequence, digest_of(row))) == row.leaf_hash;
}

/// A row that was given out as damaged has its own word in front of the hashes: whichever fits.
bool take_hashed_word(AuditRow& row) {
  if (row.content_missing != missing::kDamaged) return false;
  for (const char* const word : missing::kHashed) {
    row.content_missing = word;
    if (fits_leaf(row)) return true;
  }
  row.content_missing = missing::kDamaged;
  return false;
}

bool is_written(const AuditRow& row, const RowField<AuditRow>& field) {
  const auto* number = std::get_if<Number AuditRow::*>(&field.member);
  if (number != nullptr) return (row.*(*number)).has_value();
  return std::holds_alternative<bool AuditRow::*>(field.member) ||
         std::holds_alternative<UtcTime AuditRow::*>(field.member);
}

bool says_nothing(const nlohmann::json& value) {
  return value.is_null() || (value.is_string() && value.get_ref<const std::string&>().empty());
}

/// A column that is not there reads as what rows mostly have in it: that is not what was written.
bool has_its_columns(const AuditRow& row, const nlohmann::json& columns) {
  return std::ranges::all_of(audit_fields(), [&](const RowField<AuditRow>& field) {
    const auto given = columns.find(field.column);
    return (given != columns.end() && !says_nothing(*given)) || !is_written(row, field);
  });
}

SeenRow seen(AuditRow row, const nlohmann::json& columns) {
  // Without its salt, nothing that is under the commitment can be checked: nor may any be there.
  const bool closed = row.salt.empty();
  const std::string sealed = canonical_columns(row, Cover::sealed);
  const bool opened = !closed && commitment_fits(row);
  const bool damaged = closed && sealed.empty() && take_hashed_word(row);
  SeenRow out{.digest = digest_of(row), .what = described(row)};
  if (closed) out.content = damaged ? ContentState::damaged : ContentState::erased;
  out.fits_itself =
      (opened || (closed && sealed.empty())) && fits_leaf(row) && has_its_columns(row, columns);
  return out;
}

}  // namespace

std::string_view to_string(Fault fault) {
  switch (fault) {
    case Fault::unreadable:
      return "unreadable";
    case Fault::missing:
      return "missing";
    case Fault::not_given:
      return "not_given";
    case Fault::changed:
      return "changed";
    case Fault::reordered:
      return "reordered";
    case Fault::doubled:
      return "doubled";
    case Fault::bad_signature:
      return "bad_signature";
    case Fault::bad_checkpoint:
      return "bad_checkpoint";
    case Fault::not_an_extension:
      return "not_an_extension";
    case Fault::missing_checkpoint:
      return "missing_checkpoint";
    case Fault::damaged:
      return "damaged";
  }
  return "unreadable";
}

struct Verifier::Parts {
  std::vector<NoteVerifier> keys;
  std::map<std::string, SeenTrail> trails;
  std::vector<Finding> findings;
  std::uint64_t unchecked = 0;  ///< of Verification
  std::uint64_t accesses = 0;   ///< likewise

  void add_row(const SinkRow& given, const std::string& where) {
    if (!given.fault.empty()) {
      findings.push_back({Fault::unreadable, {}, 0, 0, where + ": " + given.fault});
      return;
    }
    if (is_access(given.columns)) {
      ++accesses;
      return;
    }
    AuditRow row;
    const Result<void> taken = take_columns(given.columns, row, given.values);
    if (!taken || !row.sequence || row.trail.empty()) {
      const std::string reason = taken ? "no row of an audit trail" : taken.error().message;
      findings.push_back({Fault::unreadable, {}, 0, 0, where + ": " + reason});
      return;
    }
    const std::string origin = origin_of(row.gateway, row.trail);
    trail(origin).add_row(*row.sequence, seen(row, given.columns));
    // What was erased of a checkpoint's row says nothing: it is a row like others then.
    if (row.kind == kind::kCheckpoint && !row.content.empty()) add_proof(row, origin);
  }

  void add_proof(const AuditRow& row, const std::string& origin) {
    auto proof = CheckpointProof::parse(row.content);
    if (!proof) {
      findings.push_back({Fault::bad_checkpoint, origin, *row.sequence, *row.sequence,
                          "the row holds no checkpoint"});
      return;
    }
    const std::string note = proof->note;
    add_state(note, std::move(proof), origin, "row " + std::to_string(*row.sequence));
  }

  /// `expected_origin` is empty where a note comes alone.
  void add_state(std::string_view text, std::optional<CheckpointProof> proof,
                 const std::string& expected_origin, const std::string& where) {
    const auto note = SignedNote::parse(text);
    const auto state = note ? Checkpoint::parse(note->text) : std::nullopt;
    if (!state || (!expected_origin.empty() && state->origin != expected_origin)) {
      findings.push_back(
          {Fault::bad_checkpoint, expected_origin, 0, 0, where + ": no checkpoint of this trail"});
      return;
    }
    const auto size = static_cast<std::int64_t>(state->size);
    if (keys.empty()) {
      ++unchecked;
      return;
    }
    const Signed worth = check_signatures(*note, keys);
    if (worth != Signed::valid) {
      findings.push_back({Fault::bad_signature, state->origin, size, size,
                          where + (worth == Signed::forged ? ": the signature does not fit"
                                                           : ": signed by no key that is known")});
      return;
    }
    trail(state->origin).add_checkpoint({*state, std::move(proof)});
  }

  SeenTrail& trail(const std::string& origin) {
    return trails.try_emplace(origin, origin).first->second;
  }
};

Verifier::Verifier(std::vector<NoteVerifier> keys)
    : parts_(std::make_unique<Parts>(Parts{std::move(keys), {}, {}})) {}
Verifier::Verifier(Verifier&&) noexcept = default;
Verifier::~Verifier() = default;

void Verifier::add_rows(std::string_view text, const std::string& name) {
  for_each_row(text, [&](const SinkRow& row, std::size_t number) {
    parts_->add_row(row, name + ":" + std::to_string(number));
  });
}

void Verifier::add_note(std::string_view note, const std::string& name) {
  parts_->add_state(note, std::nullopt, "", name);
}

Verification Verifier::finish() {
  Verification out{.findings = std::move(parts_->findings),
                   .trails = {},
                   .unchecked = parts_->unchecked,
                   .accesses = parts_->accesses};
  for (auto& [origin, trail] : parts_->trails) out.trails.push_back(trail.finish(out.findings));
  return out;
}

}  // namespace tollgate::trail
