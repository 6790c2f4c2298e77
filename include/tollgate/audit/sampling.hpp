// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <string_view>

#include "tollgate/base/secret.hpp"

namespace tollgate::audit {

/// Whether an exchange's content is kept, at a share from 0 (none) to 1 (all), both exact. Goes by
/// a keyed hash of the client and its conversation, so that one is kept whole or not at all, on
/// every replica with the key alike, and no client can find a name that is left out; of the
/// record's id where there is no conversation. Whoever is in at one share is in at every greater
/// one.
bool is_sampled(const Secret& key, std::string_view client, std::string_view conversation_id,
                std::string_view record_id, double share);

}  // namespace tollgate::audit
