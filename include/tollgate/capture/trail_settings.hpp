// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <vector>

#include "tollgate/base/error.hpp"
#include "tollgate/config/config.hpp"
#include "tollgate/trail/audit_store.hpp"
#include "tollgate/trail/signed_note.hpp"

namespace tollgate::capture {

/// What signs checkpoints: the key and, while they are exchanged, the one before it. Error
/// invalid_input: one is none.
Result<std::vector<trail::NoteSigner>> read_signers(const config::Config& config);

/// What the configuration says of the trail's database.
trail::StoreSettings store_settings(const config::Config& config);

}  // namespace tollgate::capture
