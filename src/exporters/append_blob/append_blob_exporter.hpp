// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <memory>
#include <string>

#include "tollgate/config/config.hpp"
#include "tollgate/credentials/token_source.hpp"
#include "tollgate/exporters/exporter.hpp"
#include "tollgate/http/transport.hpp"

namespace tollgate::exporters::append_blob {

/// Append blobs in a container of Azure Blob Storage: a row is a line of JSON, a batch a block, an
/// hour a blob (blob_name.hpp). A row whose append was not answered is looked for in the blob
/// before it is sent again, also after a start in the same hour; it may stand there twice when that
/// hour ended before the start. The transport outlives the exporter.
std::unique_ptr<Exporter> make_exporter(const config::AppendBlob& settings, std::string gateway,
                                        http::Transport& transport,
                                        std::shared_ptr<credentials::TokenSource> tokens);

}  // namespace tollgate::exporters::append_blob
