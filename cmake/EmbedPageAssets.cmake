# Writes FOLDER/page_assets.cpp, which holds FOLDER/report.css and FOLDER/report.js (src/report/page_assets.hpp).
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

literal(${FOLDER}/report.css css)
literal(${FOLDER}/report.js script)
file(WRITE ${FOLDER}/page_assets.cpp "#include \"report/page_assets.hpp\"

namespace mixvae::report {

std::string_view report_css() {
  static constexpr std::string_view kText =
${css};
  return kText;
}

std::string_view report_script() {
  static constexpr std::string_view kText =
${script};
  return kText;
}

}  // namespace mixvae::report
")
