# The rooms of the house: one static library per folder of src/, linked only to the rooms below it.
# A room's external libraries stand in its own list here, so that the layering can be read in one place.

# Every room with the rooms right below it, in order. This is the one list of rooms.
set(MIXVAE_ROOMS base data metrics cluster nn objectives models training fit analysis mixvae report app)
set(MIXVAE_BELOW_base "")
set(MIXVAE_BELOW_data base)
set(MIXVAE_BELOW_metrics data)
set(MIXVAE_BELOW_cluster data)
set(MIXVAE_BELOW_nn data)
set(MIXVAE_BELOW_objectives nn)
set(MIXVAE_BELOW_models objectives)
set(MIXVAE_BELOW_training models)
set(MIXVAE_BELOW_fit training metrics cluster)
set(MIXVAE_BELOW_analysis fit)
set(MIXVAE_BELOW_mixvae analysis)
set(MIXVAE_BELOW_report analysis)
set(MIXVAE_BELOW_app report)
# Rooms that are compiled several units at a time.
set(MIXVAE_UNITY_ROOMS base data metrics cluster nn objectives models training fit analysis mixvae report app)
set(MIXVAE_UNITY_BATCH 12)
# Rooms whose units read libtorch's headers, and those that a core-only build keeps.
set(MIXVAE_TENSOR_ROOMS nn objectives models training fit analysis mixvae report app)
set(MIXVAE_CORE_ROOMS base data nn objectives models training)

# The rooms that this configuration builds.
set(MIXVAE_BUILT_ROOMS ${MIXVAE_ROOMS})
if(MIXVAE_CORE_ONLY)
  set(MIXVAE_BUILT_ROOMS ${MIXVAE_CORE_ROOMS})
endif()
if(MIXVAE_SANITIZE)
  list(REMOVE_ITEM MIXVAE_BUILT_ROOMS ${MIXVAE_TENSOR_ROOMS})
endif()

find_package(Threads REQUIRED)
find_package(OpenMP REQUIRED)

add_library(mixvae_flags INTERFACE)
target_compile_features(mixvae_flags INTERFACE cxx_std_20)
target_compile_options(mixvae_flags INTERFACE
  -Wall -Wextra -Wpedantic -Wshadow -Wnon-virtual-dtor -Woverloaded-virtual $<$<BOOL:${MIXVAE_WERROR}>:-Werror>
  -ffp-contract=off)
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU" AND CMAKE_CXX_COMPILER_VERSION VERSION_LESS 13)
  # All three see ghosts in "text" + std::string (GCC bug 105651, mended in 13).
  target_compile_options(mixvae_flags INTERFACE -Wno-restrict -Wno-stringop-overflow -Wno-array-bounds)
elseif(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  # Sees a ghost wherever a function takes a name by reference and returns a reference to something else.
  target_compile_options(mixvae_flags INTERFACE -Wno-dangling-reference)
endif()
if(MIXVAE_SANITIZE)
  target_compile_options(mixvae_flags INTERFACE -fsanitize=${MIXVAE_SANITIZE} -fno-omit-frame-pointer
                         -fno-sanitize-recover=all)
  target_link_options(mixvae_flags INTERFACE -fsanitize=${MIXVAE_SANITIZE})
endif()

# The external libraries of each room (besides those of the rooms below it).
function(room_libraries room out)
  set(libs "")
  if(room STREQUAL "base")
    set(libs Threads::Threads OpenMP::OpenMP_CXX ${CMAKE_DL_LIBS})
  elseif(room STREQUAL "data" AND NOT MIXVAE_CORE_ONLY)
    find_package(HDF5 REQUIRED COMPONENTS C)
    find_package(PNG REQUIRED)
    find_package(ZLIB REQUIRED)
    find_package(Eigen3 REQUIRED NO_MODULE)
    if(NOT TARGET mixvae_hdf5)
      add_library(mixvae_hdf5 INTERFACE)
      target_include_directories(mixvae_hdf5 SYSTEM INTERFACE ${HDF5_INCLUDE_DIRS})
      target_link_libraries(mixvae_hdf5 INTERFACE ${HDF5_C_LIBRARIES})
      install(TARGETS mixvae_hdf5 EXPORT mixvaeTargets)
    endif()
    if(NOT TARGET mixvae_packing)
      include(FindPackingLibraries)
    endif()
    find_package(fmt REQUIRED)
    find_package(nlohmann_json REQUIRED)
    set(libs mixvae_hdf5 mixvae_packing PNG::PNG ZLIB::ZLIB fmt::fmt nlohmann_json::nlohmann_json)
  elseif(room STREQUAL "metrics" OR room STREQUAL "cluster")
    find_package(Eigen3 REQUIRED NO_MODULE)
    set(libs Eigen3::Eigen)
    if(room STREQUAL "cluster" AND MIXVAE_IGRAPH)
      if(NOT TARGET mixvae_igraph)
        include(FindIgraphLibrary)
      endif()
      list(APPEND libs mixvae_igraph)
    endif()
  elseif(room STREQUAL "nn")
    if(NOT TARGET mixvae_torch)
      include(FindTorchLibrary)
    endif()
    set(libs mixvae_torch)
    if(MIXVAE_ONEDNN AND NOT MIXVAE_CORE_ONLY)
      if(NOT TARGET mixvae_onednn)
        include(FindOneDnnLibrary)
      endif()
      list(APPEND libs mixvae_onednn)
    endif()
  elseif(room STREQUAL "training" AND NOT MIXVAE_CORE_ONLY)
    find_package(nlohmann_json REQUIRED)
    set(libs nlohmann_json::nlohmann_json)
  elseif(room STREQUAL "report")
    find_package(ZLIB REQUIRED)
    set(libs ZLIB::ZLIB)
  elseif(room STREQUAL "app")
    find_package(CLI11 REQUIRED)
    find_package(tomlplusplus REQUIRED)
    if(NOT TARGET mixvae_httplib)
      include(FindHttplibLibrary)
    endif()
    set(libs CLI11::CLI11 tomlplusplus::tomlplusplus mixvae_httplib)
  endif()
  set(${out} ${libs} PARENT_SCOPE)
endfunction()

# Files of a room that a core-only build leaves out, because they need Debian packages.
function(drop_beyond_core room sources)
  if(MIXVAE_CORE_ONLY AND EXISTS ${CMAKE_SOURCE_DIR}/src/${room}/core_sources.txt)
    set_property(DIRECTORY ${CMAKE_SOURCE_DIR} APPEND PROPERTY
                 CMAKE_CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/src/${room}/core_sources.txt)
    file(STRINGS ${CMAKE_SOURCE_DIR}/src/${room}/core_sources.txt names)
    list(TRANSFORM names PREPEND ${CMAKE_SOURCE_DIR}/src/${room}/)
    set(${sources} ${names} PARENT_SCOPE)
  endif()
endfunction()

# Units that read Eigen's headers come first, so that few batches instantiate its decompositions.
function(eigen_first list)
  set(first "")
  set(rest "")
  foreach(source IN LISTS ${list})
    file(STRINGS ${source} eigen REGEX "#include \"cluster/eigen.hpp\"" LIMIT_COUNT 1)
    if(eigen)
      list(APPEND first ${source})
    else()
      list(APPEND rest ${source})
    endif()
  endforeach()
  set(${list} ${first} ${rest} PARENT_SCOPE)
endfunction()

# A room is one static library. Of a room above nn, the units that read no header of libtorch are compiled apart from the
# others, without libtorch's precompiled header, as <room>_plain.
function(add_room room)
  file(GLOB_RECURSE sources CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/src/${room}/*.cpp)
  list(REMOVE_ITEM sources ${CMAKE_SOURCE_DIR}/src/app/main.cpp)
  drop_beyond_core(${room} sources)
  eigen_first(sources)
  room_libraries(${room} libs)
  list(TRANSFORM MIXVAE_BELOW_${room} PREPEND mixvae_ OUTPUT_VARIABLE lower)

  set(parts mixvae_${room})
  split_by_libtorch("${sources}" tensor_sources plain_sources)
  if(tensor_sources AND plain_sources)
    add_library(mixvae_${room}_plain OBJECT ${plain_sources})
    target_include_directories(mixvae_${room}_plain PRIVATE ${CMAKE_SOURCE_DIR}/src)
    target_link_libraries(mixvae_${room}_plain PRIVATE ${libs} ${lower})
    list(APPEND parts mixvae_${room}_plain)
    set(sources ${tensor_sources} $<TARGET_OBJECTS:mixvae_${room}_plain>)
  endif()
  add_library(mixvae_${room} STATIC ${sources})
  add_library(mixvae::${room} ALIAS mixvae_${room})
  set_target_properties(mixvae_${room} PROPERTIES EXPORT_NAME ${room})
  target_include_directories(mixvae_${room} PUBLIC
    $<BUILD_INTERFACE:${CMAKE_SOURCE_DIR}/src> $<INSTALL_INTERFACE:${CMAKE_INSTALL_INCLUDEDIR}/mixvae>)
  target_compile_features(mixvae_${room} PUBLIC cxx_std_20)
  target_link_libraries(mixvae_${room} PUBLIC ${libs} ${lower})
  foreach(part IN LISTS parts)
    target_link_libraries(${part} PRIVATE $<BUILD_INTERFACE:mixvae_flags>)
    compile_in_batches(${part} ${room})
  endforeach()
  if(tensor_sources)
    use_libtorch_header(mixvae_${room})
  endif()

  if(room STREQUAL "nn")
    # Sums of products in the kernels may be fused, and errno is not read after a square root.
    file(GLOB kernels CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/src/nn/kernels/*.cpp)
    set_source_files_properties(${kernels} PROPERTIES
      COMPILE_OPTIONS "-ffp-contract=fast;-fno-math-errno;-Wno-psabi")
    if(TARGET mixvae_onednn)
      set_source_files_properties(${CMAKE_SOURCE_DIR}/src/nn/kernels/bf16_product.cpp PROPERTIES
        COMPILE_DEFINITIONS MIXVAE_WITH_ONEDNN)
    endif()
  elseif(room STREQUAL "models")
    # A model's own unit stands alone, so that an edit of it is built soon.
    file(GLOB models CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/src/models/*vae.cpp)
    set_source_files_properties(${models} PROPERTIES SKIP_UNITY_BUILD_INCLUSION ON)
  elseif(room STREQUAL "report")
    add_page_assets()
  elseif(room STREQUAL "app")
    # The one unit that reads httplib's header, which is long.
    set_source_files_properties(${CMAKE_SOURCE_DIR}/src/app/explorer/server.cpp PROPERTIES SKIP_UNITY_BUILD_INCLUSION ON)
    file(RELATIVE_PATH data_from_libexec ${CMAKE_INSTALL_FULL_LIBEXECDIR}/mixvae ${CMAKE_INSTALL_FULL_DATADIR}/mixvae)
    foreach(part IN LISTS parts)
      target_compile_definitions(${part} PRIVATE MIXVAE_VERSION="${PROJECT_VERSION}"
                                 MIXVAE_DATA_FROM_LIBEXEC="${data_from_libexec}")
    endforeach()
    add_commit()
  elseif(room STREQUAL "cluster" AND MIXVAE_IGRAPH)
    target_compile_definitions(mixvae_cluster PRIVATE MIXVAE_WITH_IGRAPH)
    # Its members are of types that no other unit sees, which GCC warns of in a batch.
    set_source_files_properties(${CMAKE_SOURCE_DIR}/src/cluster/communities.cpp PROPERTIES SKIP_UNITY_BUILD_INCLUSION ON)
  endif()
endfunction()

# Style and script of the report's page and of the explorer's: bundled from web/ and compiled into the room.
function(add_page_assets)
  set(folder ${CMAKE_BINARY_DIR}/web)
  file(GLOB sources CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/web/*.ts ${CMAKE_SOURCE_DIR}/web/*.css ${CMAKE_SOURCE_DIR}/web/*.txt)
  add_custom_command(
    OUTPUT ${folder}/report.js ${folder}/report.css ${folder}/explorer.js ${folder}/explorer.css
    COMMAND ${CMAKE_SOURCE_DIR}/web/build ${folder}
    DEPENDS ${sources} ${CMAKE_SOURCE_DIR}/web/build
    COMMENT "Bundling the scripts of the pages" VERBATIM)
  add_custom_command(
    OUTPUT ${folder}/page_assets.cpp
    COMMAND ${CMAKE_COMMAND} -DFOLDER=${folder} -P ${CMAKE_SOURCE_DIR}/cmake/EmbedPageAssets.cmake
    DEPENDS ${folder}/report.js ${folder}/report.css ${folder}/explorer.js ${folder}/explorer.css
            ${CMAKE_SOURCE_DIR}/cmake/EmbedPageAssets.cmake
    VERBATIM)
  set_source_files_properties(${folder}/page_assets.cpp PROPERTIES SKIP_UNITY_BUILD_INCLUSION ON
                              SKIP_PRECOMPILE_HEADERS ON)
  target_sources(mixvae_report PRIVATE ${folder}/page_assets.cpp)
endfunction()

# The commit of the sources, looked up in every build (src/app/version.hpp).
function(add_commit)
  find_package(Git QUIET)
  set(file ${CMAKE_BINARY_DIR}/app/commit.cpp)
  add_custom_target(mixvae_commit
    COMMAND ${CMAKE_COMMAND} -DGIT=${GIT_EXECUTABLE} -DSOURCE=${CMAKE_SOURCE_DIR} -DFILE=${file}
            -P ${CMAKE_SOURCE_DIR}/cmake/WriteCommit.cmake
    BYPRODUCTS ${file} VERBATIM)
  set_source_files_properties(${file} PROPERTIES GENERATED ON SKIP_UNITY_BUILD_INCLUSION ON SKIP_PRECOMPILE_HEADERS ON)
  target_sources(mixvae_app PRIVATE ${file})
  add_dependencies(mixvae_app mixvae_commit)
endfunction()

# Units of a target are compiled several at a time, so that what they all read is read once.
function(compile_in_batches target room)
  if(MIXVAE_UNITY AND room IN_LIST MIXVAE_UNITY_ROOMS)
    set_target_properties(${target} PROPERTIES UNITY_BUILD ON UNITY_BUILD_BATCH_SIZE ${MIXVAE_UNITY_BATCH})
  endif()
endfunction()

# The rooms share one precompiled header of libtorch, made by the first, whose parsing dominates their compile time.
function(use_libtorch_header target)
  if(target STREQUAL "mixvae_nn")
    target_precompile_headers(mixvae_nn PRIVATE ${CMAKE_SOURCE_DIR}/src/nn/torch.hpp)
  else()
    target_precompile_headers(${target} REUSE_FROM mixvae_nn)
  endif()
endfunction()

function(add_program)
  add_executable(mixvae-core ${CMAKE_SOURCE_DIR}/src/core/main.cpp)
  target_link_libraries(mixvae-core PRIVATE mixvae_training mixvae_flags)
  if(MIXVAE_CORE_ONLY)
    return()
  endif()
  set_target_properties(mixvae-core PROPERTIES EXCLUDE_FROM_ALL ON)
  # The main program writes its help texts whenever it has been linked: they are never those of another one.
  set(folder ${CMAKE_BINARY_DIR}/libexec/mixvae)
  add_executable(mixvae-main ${CMAKE_SOURCE_DIR}/src/app/main.cpp)
  set_target_properties(mixvae-main PROPERTIES OUTPUT_NAME mixvae RUNTIME_OUTPUT_DIRECTORY ${folder})
  target_link_libraries(mixvae-main PRIVATE mixvae_app mixvae_flags)
  add_custom_command(TARGET mixvae-main POST_BUILD COMMAND mixvae-main --write-answers ${folder}/answers
                     COMMAND mixvae-main --write-manuals ${CMAKE_BINARY_DIR}/share VERBATIM)
  install(TARGETS mixvae-main RUNTIME DESTINATION ${CMAKE_INSTALL_LIBEXECDIR}/mixvae COMPONENT program)
  install(FILES ${folder}/answers DESTINATION ${CMAKE_INSTALL_LIBEXECDIR}/mixvae COMPONENT program)

  # Man pages and completions, which the main program wrote.
  install(DIRECTORY ${CMAKE_BINARY_DIR}/share/man/man1 DESTINATION ${CMAKE_INSTALL_MANDIR} COMPONENT program)
  foreach(shell bash-completion zsh fish)
    install(DIRECTORY ${CMAKE_BINARY_DIR}/share/${shell} DESTINATION ${CMAKE_INSTALL_DATADIR} COMPONENT program)
  endforeach()

  # What people call, without libtorch (src/front/main.cpp says why).
  file(RELATIVE_PATH libexec_from_bin ${CMAKE_INSTALL_FULL_BINDIR} ${CMAKE_INSTALL_FULL_LIBEXECDIR})
  add_executable(mixvae ${CMAKE_SOURCE_DIR}/src/front/main.cpp ${CMAKE_SOURCE_DIR}/src/app/output.cpp)
  set_target_properties(mixvae PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR})
  target_compile_definitions(mixvae PRIVATE MIXVAE_LIBEXEC_FROM_BIN="${libexec_from_bin}")
  target_link_libraries(mixvae PRIVATE mixvae_base mixvae_flags)
  add_dependencies(mixvae mixvae-main)
  install(TARGETS mixvae RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR} COMPONENT program)

  # Tables of markers and sets of genes, beside the program as they are installed (src/app/shipped_tables.cpp).
  foreach(kind markers sets)
    file(GLOB tables CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/data/${kind}/*.csv)
    foreach(table IN LISTS tables)
      get_filename_component(name ${table} NAME)
      configure_file(${table} ${CMAKE_BINARY_DIR}/share/mixvae/${kind}/${name} COPYONLY)
    endforeach()
    install(FILES ${tables} DESTINATION ${CMAKE_INSTALL_DATADIR}/mixvae/${kind} COMPONENT program)
  endforeach()
endfunction()

function(install_rooms)
  foreach(room IN LISTS MIXVAE_ROOMS)
    install(TARGETS mixvae_${room} EXPORT mixvaeTargets
            ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR} COMPONENT development)
  endforeach()
  install(DIRECTORY ${CMAKE_SOURCE_DIR}/src/ DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}/mixvae COMPONENT development
          FILES_MATCHING PATTERN "*.hpp")
  install(EXPORT mixvaeTargets NAMESPACE mixvae:: DESTINATION ${CMAKE_INSTALL_LIBDIR}/cmake/mixvae
          COMPONENT development)
  include(CMakePackageConfigHelpers)
  write_basic_package_version_file(${CMAKE_BINARY_DIR}/mixvaeConfigVersion.cmake
                                   COMPATIBILITY SameMinorVersion)
  configure_package_config_file(${CMAKE_SOURCE_DIR}/cmake/mixvaeConfig.cmake.in
    ${CMAKE_BINARY_DIR}/mixvaeConfig.cmake
    INSTALL_DESTINATION ${CMAKE_INSTALL_LIBDIR}/cmake/mixvae)
  install(FILES ${CMAKE_BINARY_DIR}/mixvaeConfig.cmake ${CMAKE_BINARY_DIR}/mixvaeConfigVersion.cmake
          DESTINATION ${CMAKE_INSTALL_LIBDIR}/cmake/mixvae COMPONENT development)
endfunction()
