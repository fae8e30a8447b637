# SPDX-License-Identifier: Apache-2.0
# The distributed category: MPI.
list(APPEND problems
)
list(APPEND peers
)
list(APPEND category_sources
)
list(APPEND category_links
)
