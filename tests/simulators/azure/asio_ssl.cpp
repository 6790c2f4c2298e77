// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
// Asio's TLS, compiled once; the gateway itself has its own (src/net).
#include <boost/asio/ssl/impl/src.hpp>
