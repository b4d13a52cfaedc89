# Writes FILE, a C++ source with the git commit of the folder SOURCE (src/app/version.hpp), where it says something else by now.
set(commit "")
if(GIT)
  execute_process(COMMAND ${GIT} -C ${SOURCE} describe --always --dirty --exclude=* --abbrev=8
                  OUTPUT_VARIABLE commit OUTPUT_STRIP_TRAILING_WHITESPACE ERROR_QUIET)
endif()
file(CONFIGURE OUTPUT ${FILE} @ONLY CONTENT "#include \"app/version.hpp\"

std::string_view mixvae::app::commit() { return \"@commit@\"; }
")
