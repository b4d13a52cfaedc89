# igraph as one imported target. Its own CMake file names the development files of every library that igraph itself was built
# with (ARPACK, GLPK, ...), which its users do not need.
find_path(MIXVAE_IGRAPH_INCLUDE igraph.h PATH_SUFFIXES igraph REQUIRED)
find_library(MIXVAE_IGRAPH_LIBRARY igraph REQUIRED)
add_library(mixvae_igraph INTERFACE)
target_include_directories(mixvae_igraph SYSTEM INTERFACE $<BUILD_INTERFACE:${MIXVAE_IGRAPH_INCLUDE}>)
target_link_libraries(mixvae_igraph INTERFACE ${MIXVAE_IGRAPH_LIBRARY})
install(TARGETS mixvae_igraph EXPORT mixvaeTargets)
