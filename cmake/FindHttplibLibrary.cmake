# cpp-httplib as one imported target: HTTP for mixvae explore. Debian compiles it into a library, with these parts switched on.
find_path(MIXVAE_HTTPLIB_INCLUDE httplib.h REQUIRED)
find_library(MIXVAE_HTTPLIB_LIBRARY cpp-httplib REQUIRED)
add_library(mixvae_httplib INTERFACE)
target_include_directories(mixvae_httplib SYSTEM INTERFACE $<BUILD_INTERFACE:${MIXVAE_HTTPLIB_INCLUDE}>)
target_link_libraries(mixvae_httplib INTERFACE ${MIXVAE_HTTPLIB_LIBRARY})
# The layout of its classes depends on these.
target_compile_definitions(mixvae_httplib INTERFACE
  CPPHTTPLIB_OPENSSL_SUPPORT CPPHTTPLIB_ZLIB_SUPPORT CPPHTTPLIB_BROTLI_SUPPORT)
install(TARGETS mixvae_httplib EXPORT mixvaeTargets)
