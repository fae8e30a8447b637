# SPDX-License-Identifier: Apache-2.0
# The network category: always there; what a strategy lacks on a machine it says when it runs.
list(APPEND problems
  network/requests
  network/requests_region
  network/http
  network/messages
  network/file
  network/transfer_loopback
  network/transfer_lan
  network/transfer_region
  network/transfer_office
  network/transfer_wan
)
list(APPEND peers
  network/peer
)
list(APPEND category_sources
  network/connection.cpp
  network/control.cpp
  network/delivery.cpp
  network/emulator.cpp
  network/link.cpp
  network/loopback.cpp
  network/namespaces.cpp
  network/profile.cpp
  network/request_strategies.cpp
  network/server.cpp
  network/transfer.cpp
  network/web_server.cpp
)
list(APPEND category_links
  pkg::curl
)
