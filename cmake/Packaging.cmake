# Debian packages (scripts/package, or cpack -G DEB in the build folder): mixvae, the program, and libmixvae-dev, the library.
# Where the configuration has the Python package (MIXVAE_PYTHON), it goes into a third one, python3-mixvae.
set(CPACK_GENERATOR DEB)
set(CPACK_PACKAGE_NAME mixvae)
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY "types and states of cells, found without labels")
set(CPACK_PACKAGE_VENDOR "the mixvae authors")
set(CPACK_PACKAGE_CONTACT "the mixvae authors <mixvae@localhost>" CACHE STRING "Maintainer of packages: Name <address>")
set(CPACK_PACKAGE_DIRECTORY ${CMAKE_BINARY_DIR}/packages)
set(CPACK_PACKAGING_INSTALL_PREFIX /usr)
set(CPACK_STRIP_FILES ON)
set(CPACK_COMPONENTS_GROUPING IGNORE)
set(CPACK_COMPONENTS_ALL program development)
if(TARGET mixvae_python)
  list(APPEND CPACK_COMPONENTS_ALL python)
endif()
set(CPACK_PRE_BUILD_SCRIPTS ${CMAKE_SOURCE_DIR}/cmake/DebianFiles.cmake)

set(CPACK_DEB_COMPONENT_INSTALL ON)
set(CPACK_DEBIAN_PACKAGE_RELEASE 1)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_CONTROL_STRICT_PERMISSION ON)
set(CPACK_DEBIAN_COMPRESSION_TYPE xz)

# The libraries that the program loads are found by dpkg-shlibdeps; the BLAS is behind libtorch's, whose package is content
# with the slow reference one. Any OpenBLAS wins over that by itself (update-alternatives), so nothing is to do at installation.
set(CPACK_DEBIAN_PROGRAM_PACKAGE_NAME mixvae)
set(CPACK_DEBIAN_PROGRAM_PACKAGE_SECTION science)
set(CPACK_DEBIAN_PROGRAM_PACKAGE_SHLIBDEPS ON)
set(CPACK_DEBIAN_PROGRAM_PACKAGE_DEPENDS "libopenblas0-openmp | libopenblas0-pthread | libmkl-rt | libblis4-openmp")
set(CPACK_DEBIAN_PROGRAM_PACKAGE_RECOMMENDS "fonts-dejavu-core, librsvg2-bin")
set(CPACK_COMPONENT_PROGRAM_DESCRIPTION "The program mixvae finds the types of cells, and continuous states within
each type, in single-cell, cytometry and image data, by variational
autoencoders that learn without labels.")

set(CPACK_DEBIAN_DEVELOPMENT_PACKAGE_NAME libmixvae-dev)
set(CPACK_DEBIAN_DEVELOPMENT_PACKAGE_SECTION libdevel)
string(JOIN ", " CPACK_DEBIAN_DEVELOPMENT_PACKAGE_DEPENDS
  libblosc-dev libcli11-dev libcpp-httplib-dev libeigen3-dev libfmt-dev libhdf5-dev liblz4-dev libpng-dev libtomlplusplus-dev
  libtorch-dev libzstd-dev nlohmann-json3-dev zlib1g-dev)
if(MIXVAE_IGRAPH)
  string(APPEND CPACK_DEBIAN_DEVELOPMENT_PACKAGE_DEPENDS ", libigraph-dev")
endif()
if(MIXVAE_ONEDNN)
  string(APPEND CPACK_DEBIAN_DEVELOPMENT_PACKAGE_DEPENDS ", libdnnl-dev")
endif()
set(CPACK_DEBIAN_DEVELOPMENT_PACKAGE_RECOMMENDS libopenblas0-openmp)
set(CPACK_COMPONENT_DEVELOPMENT_DESCRIPTION "Headers and static libraries of mixvae for programs in C++, found by CMake's
find_package(mixvae).")

# python3-mixvae: the versions of Python that load the module, and libraries as for the program. Data of the recommended
# packages are read, and some results are theirs; the rest does without them.
if(TARGET mixvae_python)
  math(EXPR next_minor "${MIXVAE_PYTHON_MINOR} + 1")
  string(JOIN ", " CPACK_DEBIAN_PYTHON_PACKAGE_DEPENDS
    "python3 (>= ${MIXVAE_PYTHON_MAJOR}.${MIXVAE_PYTHON_MINOR})" "python3 (<< ${MIXVAE_PYTHON_MAJOR}.${next_minor})"
    python3-numpy "${CPACK_DEBIAN_PROGRAM_PACKAGE_DEPENDS}")
endif()
set(CPACK_DEBIAN_PYTHON_PACKAGE_NAME python3-mixvae)
set(CPACK_DEBIAN_PYTHON_PACKAGE_SECTION python)
set(CPACK_DEBIAN_PYTHON_PACKAGE_SHLIBDEPS ON)
set(CPACK_DEBIAN_PYTHON_PACKAGE_RECOMMENDS "python3-anndata, python3-pandas, python3-scipy, python3-sklearn")
set(CPACK_COMPONENT_PYTHON_DESCRIPTION "The mixvae library as a module of Python.")

include(CPack)
