# oneDNN as one imported target: its matrix products of 16-bit numbers (--precision bf16).
find_path(MIXVAE_ONEDNN_INCLUDE oneapi/dnnl/dnnl.hpp REQUIRED)
find_library(MIXVAE_ONEDNN_LIBRARY dnnl REQUIRED)
add_library(mixvae_onednn INTERFACE)
target_include_directories(mixvae_onednn SYSTEM INTERFACE $<BUILD_INTERFACE:${MIXVAE_ONEDNN_INCLUDE}>)
target_link_libraries(mixvae_onednn INTERFACE ${MIXVAE_ONEDNN_LIBRARY})
install(TARGETS mixvae_onednn EXPORT mixvaeTargets)
