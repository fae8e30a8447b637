# SPDX-License-Identifier: Apache-2.0
# The network category: always there; what a strategy lacks on a machine it says when it runs.
list(APPEND problems
)
list(APPEND peers
)
list(APPEND category_sources
)
list(APPEND category_links
)
