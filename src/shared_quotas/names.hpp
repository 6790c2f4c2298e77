// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "tollgate/quotas/limit.hpp"
#include "tollgate/quotas/windows.hpp"
#include "tollgate/shared_quotas/process.hpp"

// What things are called in the store. Pure.
namespace tollgate::shared_quotas {

/// "GATEWAY@INCARNATION".
std::string to_text(const Process& process);
/// The GATEWAY of a process, as it is configured.
std::string gateway_of(std::string_view process);
/// As the gateway's part of it is written.
std::string escaped(std::string_view text);
/// Of the list of processes: with the number of workers behind it.
std::string member_of(const Process& process);
/// nullopt: it is none.
std::optional<Process> process_of(std::string_view member);

/// The claim of a worker, and that of what the process settled beside.
std::string worker_claim(const Process& process, unsigned worker);
std::string settled_claim(const Process& process);

/// What all keys of a subject have between braces: they are of one slot of a cluster.
std::string slot_tag(const quotas::Subject& subject);
/// The key of a limit's count, in that window.
std::string count_name(std::string_view prefix, const quotas::LimitKey& key,
                       const std::optional<quotas::Window>& window);
std::string processes_name(std::string_view prefix);
std::string made_name(std::string_view prefix);

}  // namespace tollgate::shared_quotas
