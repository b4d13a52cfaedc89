# ctest runs each suite of a googletest program as one test, in a process of its own: loading libtorch takes longer than most
# tests do.

# Adds the suites of the target as tests named <room>.<suite>. What suites there are is asked of the program when ctest starts.
function(add_suites_of target room)
  set(include_file ${CMAKE_CURRENT_BINARY_DIR}/${target}_suites.cmake)
  file(GENERATE OUTPUT ${include_file} CONTENT
    "include(\"${CMAKE_SOURCE_DIR}/cmake/ListSuites.cmake\")\nadd_suites(\"$<TARGET_FILE:${target}>\" ${room})\n")
  set_property(DIRECTORY APPEND PROPERTY TEST_INCLUDE_FILES ${include_file})
endfunction()
