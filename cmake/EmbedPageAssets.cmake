# Writes FOLDER/page_assets.cpp, which holds .css and .js of the pages in FOLDER, report and explorer (src/report/page_assets.hpp).
function(literal path out)
  file(READ ${path} text)
  if(text MATCHES "\\)MIXVAE\"")
    message(FATAL_ERROR "${path} holds the sign that ends a text in C++")
  endif()
  # A literal may not be too long for a compiler: it is cut into pieces.
  set(pieces "")
  string(LENGTH "${text}" length)
  set(begin 0)
  while(begin LESS length)
    string(SUBSTRING "${text}" ${begin} 8000 piece)
    string(APPEND pieces "R\"MIXVAE(${piece})MIXVAE\"\n")
    math(EXPR begin "${begin} + 8000")
  endwhile()
  set(${out} "${pieces}" PARENT_SCOPE)
endfunction()

set(functions "")
foreach(page report explorer)
  literal(${FOLDER}/${page}.css css)
  literal(${FOLDER}/${page}.js script)
  string(APPEND functions "
std::string_view ${page}_css() {
  static constexpr std::string_view kText =
${css};
  return kText;
}

std::string_view ${page}_script() {
  static constexpr std::string_view kText =
${script};
  return kText;
}
")
endforeach()
file(WRITE ${FOLDER}/page_assets.cpp "#include \"report/page_assets.hpp\"

namespace mixvae::report {
${functions}
}  // namespace mixvae::report
")
