// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include <boost/url/src.hpp>
