# games_tables(OUT_STEPS OUT_GAMES): writes the tables of steps and of games, from the folders of common/games, and names
# the sources of each: a folder with a game.c is a game, one with a step.c brings a step.
#
# The browser's module and the golden traces are not built by CMake; they get the table of steps by
#
#     cmake -D STEPS_TABLE=FILE [-D GAMES_TABLE=FILE] -P cmake/Games.cmake
cmake_minimum_required(VERSION 3.25)
cmake_path(SET games_folder NORMALIZE ${CMAKE_CURRENT_LIST_DIR}/../common/games)

# The names of the folders that have such a file, in order.
function(games_with file names_out)
  if(CMAKE_SCRIPT_MODE_FILE)
    file(GLOB sources RELATIVE ${games_folder} ${games_folder}/*/${file})
  else()
    file(GLOB sources RELATIVE ${games_folder} CONFIGURE_DEPENDS ${games_folder}/*/${file})
  endif()
  list(TRANSFORM sources REPLACE "/${file}$" "")
  foreach(name ${sources})
    if(NOT name MATCHES "^[a-z][a-z0-9_]*$")
      message(FATAL_ERROR "common/games/${name}: a game's folder is called by small letters, digits and _ only")
    endif()
  endforeach()
  set(${names_out} ${sources} PARENT_SCOPE)
endfunction()

function(games_steps_table table)
  games_with(step.c names)
  set(externs "")
  set(lines "    {\"roam\", sim_step},\n    {\"still\", step_still},\n")
  foreach(name ${names})
    string(APPEND externs
           "void step_${name}(sim_body *body, uint32_t buttons, const sim_params *params, const sim_map *map);\n")
    string(APPEND lines "    {\"${name}\", step_${name}},\n")
  endforeach()
  file(CONFIGURE OUTPUT ${table} @ONLY CONTENT
"#include \"common/games/steps.h\"

@externs@
const named_step steps[] = {
@lines@};
const uint32_t step_count = sizeof steps / sizeof steps[0];
")
endfunction()

function(games_games_table table)
  games_with(game.c names)
  set(externs "")
  set(lines "")
  set(folders "")
  foreach(name ${names})
    file(STRINGS ${games_folder}/${name}/game.c found REGEX "game_rules game_${name}([^A-Za-z0-9_]|$)" LIMIT_COUNT 1)
    if(NOT found)
      message(FATAL_ERROR "common/games/${name}/game.c must define 'const game_rules game_${name}', as its folder is called")
    endif()
    string(APPEND externs "extern const game_rules game_${name};\n")
    string(APPEND lines "    &game_${name},\n")
    string(APPEND folders "    \"${name}\",\n")
  endforeach()
  file(CONFIGURE OUTPUT ${table} @ONLY CONTENT
"#include \"common/games/game.h\"

@externs@
const game_rules *const games[] = {
@lines@};
const char *const game_folders[] = {
@folders@};
const uint32_t game_count = sizeof games / sizeof games[0];
")
endfunction()

function(games_tables steps_out games_out)
  set(tables ${CMAKE_BINARY_DIR})
  games_steps_table(${tables}/steps_table.c)
  games_games_table(${tables}/games_table.c)
  games_with(step.c step_names)
  games_with(game.c game_names)
  list(TRANSFORM step_names REPLACE "(.+)" "${games_folder}/\\1/step.c")
  list(TRANSFORM game_names REPLACE "(.+)" "${games_folder}/\\1/game.c")
  set(${steps_out} ${step_names} ${tables}/steps_table.c PARENT_SCOPE)
  set(${games_out} ${game_names} ${tables}/games_table.c PARENT_SCOPE)
endfunction()

# The folders whose step the browser's module lacks, as script/wasm has not been run since.
function(games_steps_unknown_to_page names_out)
  set(module ${games_folder}/../../client-web/gen/replica.wasm.js)
  set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${module})
  file(STRINGS ${module} known REGEX "^// Games' steps:" LIMIT_COUNT 1)
  games_with(step.c names)
  foreach(name ${names})
    if("${known} " MATCHES " ${name} ")
      list(REMOVE_ITEM names ${name})
    endif()
  endforeach()
  list(JOIN names " " names)
  set(${names_out} "${names}" PARENT_SCOPE)
endfunction()

if(CMAKE_SCRIPT_MODE_FILE)
  games_steps_table(${STEPS_TABLE})
  if(GAMES_TABLE)
    games_games_table(${GAMES_TABLE})
  endif()
endif()
