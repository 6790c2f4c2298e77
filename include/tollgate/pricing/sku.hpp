// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace tollgate::pricing {

/// Where a deployment may be served from, which has a price of its own. `any`: an entry for every
/// scope, or a deployment whose sku nobody told.
enum class Scope : std::uint8_t { any, global, data_zone, regional, developer };

/// By which a request is served.
enum class Tier : std::uint8_t { standard, priority, flex, batch };

/// The words of price files; empty for Scope::any.
std::string_view to_string(Scope scope);
std::string_view to_string(Tier tier);
std::optional<Scope> scope_from_string(std::string_view text);
std::optional<Tier> tier_from_string(std::string_view text);

/// What a deployment's sku says of its price.
struct Sku {
  std::string_view name;  ///< sku.name of the deployment, as Azure has it
  Scope scope = Scope::any;
  Tier tier = Tier::standard;
  bool provisioned = false;  ///< paid by the hour, whoever uses it
};

inline constexpr std::array kSkus{
    Sku{"Standard", Scope::regional},
    Sku{"DataZoneStandard", Scope::data_zone},
    Sku{"GlobalStandard", Scope::global},
    Sku{"DataZoneBatch", Scope::data_zone, Tier::batch},
    Sku{"GlobalBatch", Scope::global, Tier::batch},
    Sku{"ProvisionedManaged", Scope::regional, Tier::standard, true},
    Sku{"DataZoneProvisionedManaged", Scope::data_zone, Tier::standard, true},
    Sku{"GlobalProvisionedManaged", Scope::global, Tier::standard, true},
    Sku{"DeveloperTier", Scope::developer}};

/// Null: there is none of that name.
const Sku* find_sku(std::string_view name);

/// "Standard, DataZoneStandard, ...": for messages.
std::string sku_names();

}  // namespace tollgate::pricing
