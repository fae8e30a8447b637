# SPDX-License-Identifier: Apache-2.0
"""The tables of rates.py, in Markdown, from its records."""
import collections
import math

PERCENTS = (1, 2, 5)
CONFIDENCE = 0.95


def upper_bound(count, of):
    """One-sided upper 95 % bound of a share (Clopper, Pearson 1934)."""
    if count >= of:
        return 1.0
    low, high = count / of, 1.0
    for _ in range(50):
        share = (low + high) / 2
        if sum(math.comb(of, i) * share**i * (1 - share) ** (of - i) for i in range(count + 1)) > 1 - CONFIDENCE:
            low = share
        else:
            high = share
    return high


def quantile(values, q):
    values = sorted(values)
    return values[min(len(values) - 1, int(q * len(values)))] if values else math.nan


def row(*cells):
    print("| " + " | ".join(str(cell) for cell in cells) + " |")


def header(*cells):
    row(*cells)
    row(*["---"] * len(cells))


def count(records, *verdicts):
    return sum(record["verdict"] in verdicts for record in records)


def share(records, *verdicts):
    return f"{count(records, *verdicts)}/{len(records)}" if records else "-"


def judged(records):
    """What failed is no verdict, and must not count as a right one; a first session of two has none either."""
    return [record for record in records if record["verdict"] not in ("failed", "none")]


def bounded(records, *verdicts):
    """With the upper bound of the share."""
    if not records:
        return "-"
    return f"{share(records, *verdicts)} (<= {upper_bound(count(records, *verdicts), len(records)):.1%})"


def where(records, **fields):
    return [record for record in records if all(record[name] == value for name, value in fields.items())]


def median_seconds(records):
    seconds = [record["seconds"] for record in records if "seconds" in record]
    return f"{quantile(seconds, 0.5):.2f}" if seconds else "-"


def print_verdicts(records):
    header("verdict of", "A/A called slower", "A/A told apart", "of these with a neighbour",
           *(f"+{percent} % found" for percent in PERCENTS), "called faster", "failed", "seconds: median, 95 %")
    for judge in sorted({record["judge"] for record in records}):
        everything = where(records, judge=judge)
        own = judged(everything)
        same, changed = where(own, percent=0), [record for record in own if record["percent"]]
        seconds = [record["seconds"] for record in own if "seconds" in record]
        row(judge, bounded(same, "slower"), bounded(same, "slower", "faster"),
            share(where(same, neighbour=True), "slower", "faster"),
            *(share(where(own, percent=percent), "slower") for percent in PERCENTS), share(changed, "faster"),
            count(everything, "failed"), f"{quantile(seconds, 0.5):.2f}, {quantile(seconds, 0.95):.2f}")


def print_kernels(records):
    """perfbench alone, by what was compared. Seconds are medians; `in 2 s`: found, and not later."""
    for judge in sorted({record["judge"] for record in records if record["judge"].startswith("perfbench")}):
        own = judged(where(records, judge=judge))
        if judge == "perfbench files":
            continue
        print()
        header(judge, "A/A told apart", "same within 2 %", "same, neighbour", "s",
               *(cell for percent in PERCENTS for cell in (f"+{percent} %", "in 2 s", "s")))
        subjects = collections.Counter(str(record["subject"]) for record in own)
        for subject in [*subjects, "all"]:
            part = own if subject == "all" else [record for record in own if str(record["subject"]) == subject]
            same = where(part, percent=0)
            coarse = where(same, margin="2%")
            cells = [subject, share(same, "slower", "faster"), share(where(coarse, neighbour=False), "same"),
                     share(where(coarse, neighbour=True), "same"), median_seconds(coarse)]
            for percent in PERCENTS:
                planted = where(part, percent=percent)
                quick = [r for r in planted if r["verdict"] == "slower" and r["seconds"] <= 2]
                cells += [share(planted, "slower"), f"{len(quick)}/{len(planted)}" if planted else "-",
                          median_seconds(planted)]
            row(*cells)


def print_coverage(records):
    """On these fresh runs the ratio is known: that of the work."""
    print()
    header("intervals of", "plain 95 % holds the ratio", "sure holds it")
    for judge in sorted({record["judge"] for record in records if "ratio" in record}):
        cells = [judge]
        for interval in ("ratio", "sure"):
            told = [record for record in where(records, judge=judge) if interval in record]
            held = sum(record[interval][1] <= 1 + record["percent"] / 100 <= record[interval][2] for record in told)
            cells.append(f"{held}/{len(told)} = {held / len(told):.1%}" if told else "-")
        row(*cells)


def print_files(records):
    pairs = judged(where(records, judge="perfbench files"))
    if not pairs:
        return
    print()
    header("files of two sessions", "pairs", "with a benchmark called slower", "benchmarks called slower")
    for percent in (0, 30):
        part = where(pairs, percent=percent)
        verdicts = [verdict for record in part for verdict in record.get("verdicts", {}).values()]
        row("A/A" if percent == 0 else f"+{percent} %", len(part), count(part, "slower"),
            f"{verdicts.count('slower')}/{len(verdicts)}")


def print_failures(records):
    reasons = collections.Counter((r["judge"], r.get("reason", "")) for r in records if r["verdict"] == "failed")
    for (judge, reason), times in reasons.most_common(5):
        print(f"\n{times} x {judge} failed: {reason}")


def print_tables(records):
    print_verdicts(records)
    print_kernels(records)
    print_coverage(records)
    print_files(records)
    print_failures(records)
