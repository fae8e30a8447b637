# SPDX-License-Identifier: Apache-2.0
# The distributed category: MPI.
list(APPEND problems
  distributed/partition_even
  distributed/partition_skewed
  distributed/partition_straggler
  distributed/scatter_heavy
  distributed/scatter_cheap
  distributed/reduction
  distributed/halo
  distributed/messages
  distributed/scaling
)
list(APPEND peers
  distributed/rank
)
list(APPEND category_sources
  distributed/rank_channel.cpp
  distributed/rank_crew.cpp
  distributed/rank_team.cpp
  distributed/team_workload.cpp
)
list(APPEND category_links
  Perfopt::distributed
)
