# Run by CPack on the files of every package before it is made: what Debian wants and an installation has no need of. The
# manual is compressed, zsh's completions go where Debian's zsh looks for those of packages, and each package has its licence
# and its changes.
file(GLOB packages ${CPACK_TEMPORARY_DIRECTORY}/*)
foreach(package IN LISTS packages)
  set(share ${package}/usr/share)
  if(NOT IS_DIRECTORY ${package}/usr)
    continue()
  endif()
  get_filename_component(component ${package} NAME)
  string(TOUPPER ${component} key)
  set(doc ${share}/doc/${CPACK_DEBIAN_${key}_PACKAGE_NAME})
  file(MAKE_DIRECTORY ${doc})
  configure_file(${CMAKE_CURRENT_LIST_DIR}/../LICENSE ${doc}/copyright COPYONLY)
  file(APPEND ${doc}/copyright "
The program of this package, where it links igraph (mixvae --version tells), is as a whole under igraph's licence, the GNU
General Public License, version 2 or later: /usr/share/common-licenses/GPL-2.
")
  configure_file(${CMAKE_CURRENT_LIST_DIR}/../CHANGELOG.md ${doc}/changelog COPYONLY)
  string(TIMESTAMP now "%a, %d %b %Y %H:%M:%S +0000" UTC)
  file(WRITE ${doc}/changelog.Debian
       "mixvae (${CPACK_PACKAGE_VERSION}-${CPACK_DEBIAN_PACKAGE_RELEASE}) bookworm; urgency=medium

  * Packaged by the project; its changes are in changelog.gz.

 -- ${CPACK_PACKAGE_CONTACT}  ${now}
")
  file(GLOB pages ${share}/man/man1/*.1)
  execute_process(COMMAND gzip -9n ${doc}/changelog ${doc}/changelog.Debian ${pages} COMMAND_ERROR_IS_FATAL ANY)
  if(IS_DIRECTORY ${share}/zsh/site-functions)
    file(RENAME ${share}/zsh/site-functions ${share}/zsh/vendor-completions)
  endif()
endforeach()
