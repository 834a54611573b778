# embed_files(TARGET NAME FOLDER FILES...): puts files into a program, as they are and compressed.
# FILES are relative to FOLDER. C sees `extern const embedded_folder NAME` of cmake/embedded.h.
set(EMBED_SCRIPT ${CMAKE_CURRENT_LIST_DIR}/embed_write.cmake)
find_program(EMBED_GZIP gzip REQUIRED)

function(embed_files target name folder)
  list(SORT ARGN)
  set(out ${CMAKE_CURRENT_BINARY_DIR}/embedded/${name})
  list(TRANSFORM ARGN PREPEND ${folder}/ OUTPUT_VARIABLE paths)
  # The list has a file of its own, so that a file that comes or goes is noticed.
  file(CONFIGURE OUTPUT ${out}/list.txt CONTENT "${ARGN}" @ONLY)
  add_custom_command(
    OUTPUT ${out}/bytes.S ${out}/table.c
    COMMAND ${CMAKE_COMMAND} -D NAME=${name} -D FOLDER=${folder} -D OUT=${out} -D GZIP=${EMBED_GZIP} -P ${EMBED_SCRIPT}
    DEPENDS ${paths} ${out}/list.txt ${EMBED_SCRIPT}
    COMMENT "Embedding ${name}"
    VERBATIM)
  target_sources(${target} PRIVATE ${out}/bytes.S ${out}/table.c)
endfunction()
