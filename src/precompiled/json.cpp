// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
// What precompiled.hpp leaves to be compiled here.
#include <nlohmann/json.hpp>

template class nlohmann::basic_json<>;
template class nlohmann::basic_json<nlohmann::ordered_map>;
template class nlohmann::detail::serializer<nlohmann::json>;
template class nlohmann::detail::serializer<nlohmann::ordered_json>;
