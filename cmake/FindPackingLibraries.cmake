# zstd, lz4 and blosc as one imported target: how chunks of Zarr stores are packed.
add_library(mixvae_packing INTERFACE)
foreach(name zstd lz4 blosc)
  find_path(MIXVAE_${name}_INCLUDE ${name}.h REQUIRED)
  find_library(MIXVAE_${name}_LIBRARY ${name} REQUIRED)
  target_include_directories(mixvae_packing SYSTEM INTERFACE $<BUILD_INTERFACE:${MIXVAE_${name}_INCLUDE}>)
  target_link_libraries(mixvae_packing INTERFACE ${MIXVAE_${name}_LIBRARY})
endforeach()
install(TARGETS mixvae_packing EXPORT mixvaeTargets)
