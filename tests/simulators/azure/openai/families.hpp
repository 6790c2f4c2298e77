// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include "openai/call.hpp"

namespace tollgate::simulator {

// What the table of routes.cpp points to: one function an operation, by family. Each answers a call that was
// authorised, parsed and, where its row says so, has its deployment and generation.

Answer create_chat_completion(Call& call);
Answer create_completion(Call& call);
Answer create_embeddings(Call& call);

Answer create_response(Call& call);
Answer compact_response(Call& call);
Answer count_input_tokens(Call& call);
Answer get_response(Call& call);
Answer delete_response(Call& call);
Answer cancel_response(Call& call);
Answer list_input_items(Call& call);

}  // namespace tollgate::simulator
