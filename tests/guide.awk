# SPDX-License-Identifier: Apache-2.0
# awk -v want=before.cpp -f guide.awk guide.md: the block of code below the line `<!-- file: before.cpp -->`.
# Fails when there is none.
BEGIN { fence = sprintf("%c%c%c", 96, 96, 96) }
$0 == "<!-- file: " want " -->" { wanted = 1; next }
wanted && index($0, fence) == 1 {
  if (inside) exit
  inside = found = 1
  print "#line " FNR + 1 " \"" FILENAME "\""
  next
}
inside { print }
END {
  if (!found) {
    print FILENAME ": no block of code below <!-- file: " want " -->" >"/dev/stderr"
    exit 1
  }
}
