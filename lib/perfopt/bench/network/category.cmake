# SPDX-License-Identifier: Apache-2.0
# The network category: always there; what a strategy lacks on a machine it says when it runs.
list(APPEND problems
)
list(APPEND peers
  network/peer
)
list(APPEND category_sources
  network/connection.cpp
  network/control.cpp
  network/emulator.cpp
  network/link.cpp
  network/namespaces.cpp
  network/profile.cpp
  network/server.cpp
)
list(APPEND category_links
)
