// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <string>

#include "tollgate/base/digest.hpp"
#include "tollgate/base/text_builder.hpp"
#include "tollgate/trail/audit_row.hpp"
#include "tollgate/trail/row_fields.hpp"

// What a row's hashes are made of (docs/audit-proof.md). Pure.
namespace tollgate::trail {

/// The columns of one cover that the row has, in the table's order, each as `NAME=SIZE:VALUE` and a
/// line feed: SIZE is that of VALUE in bytes, a time is microseconds since 1970, a truth `true` or
/// `false`, a dynamic value its JSON with members sorted and without spaces. What is empty or null
/// is left out.
std::string canonical_columns(const AuditRow& row, Cover cover);
/// The same of a row whose dynamic values are in that form already.
void add_tidy_columns(TextBuilder& out, const AuditRow& row, Cover cover);

/// What a row's commitment is made of behind the salt: the sealed columns. Where the row has the
/// whole content, its hash among them speaks for `Content`, and a line in front says so: what is
/// hashed already is not hashed again (docs/adr/0193). `row`: its dynamic values are tidy.
void add_committed(TextBuilder& out, const AuditRow& row);

/// SHA-256 over the salt's bytes (read from its hexadecimal form) and what add_committed() adds.
Sha256 commitment_of(const AuditRow& row);

/// Whether the row's commitment is one to its sealed columns, its hash of the content is that of
/// the content, and so all of them are as they were. Rows of earlier versions commit to `Content`
/// itself.
bool commitment_fits(const AuditRow& row);

/// SHA-256 over the open columns, `Commitment` among them: all that the leaf says but the place.
Sha256 digest_of(const AuditRow& row);

/// The row in the Merkle tree, at that place: SHA-256 over 0x00 and `tollgate-audit-row/1`, the
/// sequence and the digest in hexadecimal, each with a line feed.
Sha256 leaf_at(std::int64_t sequence, const Sha256& digest);

/// Lower-case hexadecimal.
std::string to_hex(const Sha256& hash);

}  // namespace tollgate::trail
