// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include <boost/beast/src.hpp>
