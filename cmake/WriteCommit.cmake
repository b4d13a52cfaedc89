# Writes FILE, a C++ source with the git commit of the folder SOURCE and its day (src/app/version.hpp), where it says something
# else by now.
set(commit "")
set(date "")
if(GIT)
  execute_process(COMMAND ${GIT} -C ${SOURCE} describe --always --dirty --exclude=* --abbrev=8
                  OUTPUT_VARIABLE commit OUTPUT_STRIP_TRAILING_WHITESPACE ERROR_QUIET)
  execute_process(COMMAND ${GIT} -C ${SOURCE} log -1 --format=%cs
                  OUTPUT_VARIABLE date OUTPUT_STRIP_TRAILING_WHITESPACE ERROR_QUIET)
endif()
if(NOT date)
  string(TIMESTAMP date "%Y-%m-%d" UTC)
endif()
file(CONFIGURE OUTPUT ${FILE} @ONLY CONTENT "#include \"app/version.hpp\"

std::string_view mixvae::app::commit() { return \"@commit@\"; }
std::string_view mixvae::app::commit_date() { return \"@date@\"; }
")
