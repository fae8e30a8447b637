#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The tables of goals in docs/measurements.md, from one run: benchmarks/goals.py results.json

A goal is a ratio that a strategy is to reach over the naive baseline at some sizes, a loss that is to be seen, or a
share of a limit that is to be reached. Prints Markdown; what is missed is marked, what was not measured says so.
"""
import json
import sys

ANY = 0, float("inf")

# goal, category/problem/strategy, sizes from .. to, least ratio
WINS = [
    ("flat map insert", "memory/maps_insert/boost_flat_map", (100_000, ANY[1]), 4),
    ("arena against new/delete", "memory/allocation/arena", ANY, 4),
    ("packed scan, 10-bit values", "memory/columns_narrow/packed", (1_000_000, ANY[1]), 4),
    ("SIMD filter", "cpu/filter_sum/simd", (100_000, ANY[1]), 20),
    ("vqsort", "cpu/sort/vqsort", (10_000, ANY[1]), 7),
    ("dynamic on 2 cores", "cpu/skewed/dynamic", ANY, 1.9),
    ("lines", "io/lines/line_reader", ANY, 15),
    ("buffered writes", "io/records/buffered_writer", (100_000, ANY[1]), 5),
    ("io_uring random reads", "io/random_reads/io_uring_64", ANY, 3),
    ("", "io/random_reads/io_uring_256", ANY, 3),
    ("keep-alive up to 4 KiB", "network/requests/keep_alive", (0, 4096), 1.9),
    ("batched messages of 256 B", "network/messages/batched", (256, 256), 35),
    ("batch and zstd, 64 KiB, 10 ms 100 Mbit", "network/transfer_office/batched_zstd", (65536, 65536), 18),
    ("one SQLite transaction", "database/sqlite_insert/transaction", (1000, ANY[1]), 250),
    ("", "database/sqlite_insert/bulk_writer", (1000, ANY[1]), 250),
    ("binary COPY", "database/postgres_insert/copy_binary", ANY, 12),
    ("connection pool", "database/connections/pool", ANY, 50),
    ("join against N+1", "database/join/join", ANY, 2.5),
    ("dynamic over ranks, skewed", "distributed/partition_skewed/dynamic", ANY, 1.85),
    ("dynamic over ranks, a straggler", "distributed/partition_straggler/dynamic", ANY, 1.4),
    ("batched messages between ranks", "distributed/messages/batched", (10_000, ANY[1]), 10),
]

# goal, category/problem/strategy, sizes: it is to lose at some of them
LOSSES = [
    ("pmr pool", "memory/allocation/pmr_pool", ANY),
    ("zstd on random data", "memory/columns_random/zstd", ANY),
    ("parallel sum of 1K", "cpu/parallel_sum/pool", (0, 1000)),
    ("vqsort of 16", "cpu/sort/vqsort", (0, 16)),
    ("mmap of a small file", "io/mapping/mmap", ANY),
    ("LRU over its working set", "io/lru/lru", ANY),
    ("a thread per item", "cpu/skewed/thread_per_item", ANY),
    ("zstd on a fast link, against batches alone", "network/transfer_loopback/batched_zstd", ANY),
    ("Redis at low hit rates", "database/cache_uniform/redis", ANY),
    ("an index for a few queries", "database/index_pays/build_index", ANY),
    ("scatter of cheap work", "distributed/scatter_cheap/scatter", ANY),
]

# what, category/problem/strategy, least share
LIMITS = [
    ("plain scan", "memory/columns_random/plain", 0.9),
    ("packed scan", "memory/columns_narrow/packed", 0.9),
    ("SIMD filter", "cpu/filter_sum/simd", None),
    ("skewed work", "cpu/skewed/dynamic", 0.95),
    ("parallel sum", "cpu/parallel_sum/pool", None),
    ("pipeline", "cpu/stages/pipeline", None),
    ("random reads", "io/random_reads/io_uring_256", None),
    ("even work over ranks", "distributed/partition_even/dynamic", 0.95),
    ("skewed work over ranks", "distributed/partition_skewed/dynamic", 0.95),
]


def variants(suite, name, sizes=ANY):
    """(size, variant) of a strategy at the sizes within, ascending."""
    category, problem, strategy = name.split("/")
    found = []
    for case in suite["cases"]:
        if (case["category"], case["problem"]) != (category, problem) or not sizes[0] <= case["size"] <= sizes[1]:
            continue
        found += [(case["size"], v) for v in case["variants"] if v["name"] == strategy and v["status"] == "ok"]
    return sorted(found, key=lambda pair: pair[0])


def row(*cells):
    print("| " + " | ".join(cells) + " |")


def figure(value):
    return f"{value:.3g}" if value < 1000 else f"{value:,.0f}"


def wins(suite):
    row("goal", "strategy", "sizes", "expected", "measured")
    row(*["---"] * 5)
    for goal, name, sizes, least in WINS:
        measured = [(size, v["summary"]["speedup"]) for size, v in variants(suite, name, sizes) if "speedup" in v["summary"]]
        cells = []
        for _, ratio in measured:
            reached = ratio["estimate"] >= least and ratio["low"] > 1
            cells.append(f"{figure(ratio['estimate'])} [{figure(ratio['low'])}, {figure(ratio['high'])}]" + ("" if reached else " **miss**"))
        row(goal, f"`{name}`", "; ".join(f"{size:,}" for size, _ in measured), f">= {least}", "; ".join(cells) or "not measured")


def losses(suite):
    row("goal", "strategy", "size: ratio")
    row(*["---"] * 3)
    for goal, name, sizes in LOSSES:
        cells = []
        for size, v in variants(suite, name, sizes):
            if "speedup" not in v["summary"]:
                continue
            cells.append(f"{size:,}: {v['summary']['speedup']['estimate']:.2f} ({v['summary']['verdict']})")
        row(goal, f"`{name}`", "; ".join(cells) or "not measured")


def limits(suite):
    row("what", "strategy", "limit", "expected", "measured")
    row(*["---"] * 5)
    for what, name, least in LIMITS:
        found = [(size, v) for size, v in variants(suite, name) if "limit_share" in v["summary"]]
        limit = found[0][1]["limit"]["limit"].replace("_", " ") if found else ""
        row(what, f"`{name}`", limit, f">= {least:.0%}" if least else "-",
            "; ".join(f"{size:,}: {v['summary']['limit_share']:.0%}" for size, v in found) or "not measured")


def main():
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    with open(sys.argv[1], encoding="utf-8") as file:
        suite = json.load(file)
    for print_table in (wins, losses, limits):
        print_table(suite)
        print()


main()
