# A header as Doxygen reads it: a comment before a declaration is ///, one behind it on its line is ///<, and
# declarations that follow one comment without an empty line share it.

function count(text, what) { return gsub(what, what, text) }

# Ends the declarations since the last comment; a class or a namespace is told by its own comment alone.
function end_family(    is_family, i) {
  is_family = declarations > 1 && depth == 0 && !is_type
  if (is_family) print "///@{"
  for (i = 1; i <= lines; ++i) print line[i]
  if (is_family) print "///@}"
  lines = declarations = depth = is_type = 0
}

/^ *\/\/ / { sub(/ *NOLINT(NEXTLINE)?\([^)]*\).*/, "") }
{ sub(/ +\/\/ NOLINT.*/, "") }

/^ *\/\/( |$)/ {
  end_family()
  follows = 1
  indent = substr($0, 1, index($0, "/") - 1)
  text = substr($0, length(indent) + 3)
  if (NR == 1) print "/// \\file"
  if (text ~ /^   +/) {  # pictures of layouts keep their columns
    sub(/^ +/, "", text)
    text = " <pre>" text "</pre>"
  }
  print indent "///" text
  next
}

match($0, /[;,{] +\/\/ /) { $0 = substr($0, 1, RSTART) "  ///< " substr($0, RSTART + RLENGTH) }

/^ *$/ || /^ *(public|protected|private):/ || (/^ *\}/ && depth <= 0) {
  end_family()
  follows = 0
}
follows {
  if (/^ *(template <.*> *)?(class|struct|enum|union|namespace|concept|#) ?/) is_type = 1
  depth += count($0, "[{]") - count($0, "[}]")
  if (depth == 0 && /[;}] *(\/\/.*)?$/) ++declarations
  line[++lines] = $0
  next
}
{ print }
END { end_family() }
