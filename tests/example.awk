# SPDX-License-Identifier: Apache-2.0
# awk -v path=perfopt/optim/x.hpp -v name=example_x -f example.awk x.hpp: the example in the header's comments as
# a C++ source. It stands between the lines `//   example:` and `//   end`; its #include lines, and those of the
# standard headers that examples use most, go to the top.
# Fails when the header has no example or an unfinished one.
function refuse(why) {
  print path ":" FNR ": " why >"/dev/stderr"
  refused = 1
  exit 1
}
/^\/\/ +example:/ { inside = found = 1; next }
/^\/\/ +end$/ { inside = 0; next }
inside && !/^\/\// { refuse("the example is not closed by a line `//   end`") }
inside {
  line = $0
  sub(/^\/\/ ? ? ?/, "", line)
  if (line ~ /^ *#include/) includes = includes line "\n"
  else body = body "#line " FNR " \"" path "\"\n  " line "\n"
}
END {
  if (refused) exit 1
  if (!found) refuse("no example (from `//   example:` to `//   end`), nor the line `//   internal`")
  n = split("algorithm array cassert cstdint cstdio cstdlib filesystem fstream memory numeric span stdexcept " \
            "string string_view thread vector", standard, " ")
  for (i = 1; i <= n; ++i) includes = includes "#include <" standard[i] ">\n"
  print "#include \"" path "\"\n" includes "void " name "();\nvoid " name "() {\n" body "}"
}
