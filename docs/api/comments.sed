# Comments as Doxygen reads them: a block before a declaration is ///, one behind it on its line is ///<.
s|^( *// .*) *NOLINT(NEXTLINE)?\([^)]*\).*|\1|
s| +// NOLINT.*||
1s|^// (.*)|/// \\file\n/// \1|
# Pictures of layouts keep their columns.
s|^( *)//   +(.*)|\1/// <pre>\2</pre>|
s|^( *)//( .*)?$|\1///\2|
s|([;,{]) +// (.*)|\1  ///< \2|
