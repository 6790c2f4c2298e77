// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include "openai/call.hpp"

namespace tollgate::simulator {

// What the table of routes.cpp points to: one function an operation, by family. Each answers a call
// that was authorised, parsed and, where its row says so, has its deployment and generation.

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

Answer create_conversation(Call& call);
Answer create_conversation_items(Call& call);
Answer create_container(Call& call);
Answer create_container_file(Call& call);
Answer get_nested_content(Call& call);

Answer create_image(Call& call);
Answer edit_image(Call& call);
Answer create_transcription(Call& call);
Answer create_translation(Call& call);
Answer create_speech(Call& call);

// Of objects that are no more than what was sent: found by the call's path (objects.hpp).
Answer get_object(Call& call);
Answer list_objects(Call& call);
Answer modify_object(Call& call);
Answer delete_object(Call& call);

Answer create_assistant(Call& call);
Answer create_thread(Call& call);
Answer create_message(Call& call);
Answer create_run(Call& call);
Answer create_thread_and_run(Call& call);
Answer get_run(Call& call);
Answer modify_run(Call& call);
Answer list_runs(Call& call);
Answer cancel_run(Call& call);
Answer submit_tool_outputs(Call& call);
Answer list_run_steps(Call& call);
Answer get_run_step(Call& call);

Answer create_file(Call& call);
Answer get_file_content(Call& call);
Answer create_upload(Call& call);
Answer add_upload_part(Call& call);
Answer complete_upload(Call& call);
Answer cancel_upload(Call& call);

Answer create_batch(Call& call);
Answer get_batch(Call& call);
Answer list_batches(Call& call);
Answer cancel_batch(Call& call);

Answer create_vector_store(Call& call);
Answer search_vector_store(Call& call);
Answer create_vector_store_file(Call& call);
Answer create_vector_store_file_batch(Call& call);
Answer cancel_vector_store_file_batch(Call& call);
Answer list_vector_store_batch_files(Call& call);

Answer create_fine_tuning_job(Call& call);
Answer get_fine_tuning_job(Call& call);
Answer list_fine_tuning_jobs(Call& call);
Answer cancel_fine_tuning_job(Call& call);
Answer list_fine_tuning_events(Call& call);
Answer list_fine_tuning_checkpoints(Call& call);

Answer list_models(Call& call);
Answer get_model(Call& call);

}  // namespace tollgate::simulator
