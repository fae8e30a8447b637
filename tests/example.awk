# SPDX-License-Identifier: Apache-2.0
# awk -v path=perfopt/optim/x.hpp -v function=example_x -f example.awk x.hpp: the example in the header's comments as
# a C++ source. It stands between the lines `//   example:` and `//   end`; its #include lines, and those of the
# standard headers that examples use most, go to the top.
# Fails when the header has no example or an unfinished one.
/^\/\/ +example:/ { inside = 1; found = 1; next }
inside && /^\/\/ +end$/ { inside = 0; next }
inside && !/^\/\// { print path ":" FNR ": the example is not closed by a line `//   end`" >"/dev/stderr"; exit 1 }
inside {
  line = $0
  sub(/^\/\/ ? ? ?/, "", line)
  if (line ~ /^ *#include/) includes = includes line "\n"
  else body = body "#line " FNR " \"" path "\"\n  " line "\n"
}
BEGIN {
  split("algorithm array cassert cstdint cstdio cstdlib filesystem fstream memory numeric span stdexcept string " \
        "string_view thread vector", standard, " ")
}
END {
  if (!found) { print path ": no example (a comment from `//   example:` to `//   end`)" >"/dev/stderr"; exit 1 }
  if (inside) { print path ": the example is not closed by a line `//   end`" >"/dev/stderr"; exit 1 }
  for (i = 1; i in standard; ++i) includes = "#include <" standard[i] ">\n" includes
  print "#include \"" path "\"\n" includes "void " function "();\nvoid " function "() {\n" body "}"
}
