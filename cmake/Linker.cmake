# SPDX-FileCopyrightText: Tollgate authors
# SPDX-License-Identifier: MIT
# mold where present: dozens of programs are linked, each from most of the libraries.
find_program(TOLLGATE_MOLD mold)
if(TOLLGATE_MOLD)
  add_link_options(-fuse-ld=mold)
endif()
