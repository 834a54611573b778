# games_tables(OUT_STEPS OUT_GAMES): writes the tables of steps and of games, from the folders of common/games, and names
# the sources of each: a folder with a game.c is a game, one with a step.c brings a step. script/wasm does the same
# for the browser.
function(games_tables steps_out games_out)
  set(folder ${CMAKE_SOURCE_DIR}/common/games)
  file(GLOB game_sources CONFIGURE_DEPENDS ${folder}/*/game.c)
  file(GLOB step_sources CONFIGURE_DEPENDS ${folder}/*/step.c)
  set(game_lines "")
  set(game_externs "")
  foreach(source ${game_sources})
    cmake_path(GET source PARENT_PATH parent)
    cmake_path(GET parent FILENAME name)
    string(APPEND game_externs "extern const game_rules game_${name};\n")
    string(APPEND game_lines "    &game_${name},\n")
  endforeach()
  set(step_lines "    {\"roam\", sim_step},\n    {\"still\", step_still},\n")
  set(step_externs "")
  foreach(source ${step_sources})
    cmake_path(GET source PARENT_PATH parent)
    cmake_path(GET parent FILENAME name)
    string(APPEND step_externs
           "void step_${name}(sim_body *body, uint32_t buttons, const sim_params *params, const sim_map *map);\n")
    string(APPEND step_lines "    {\"${name}\", step_${name}},\n")
  endforeach()
  file(CONFIGURE OUTPUT ${CMAKE_BINARY_DIR}/games_table.c @ONLY CONTENT
"#include \"common/games/game.h\"

@game_externs@
const game_rules *const games[] = {
@game_lines@};
const uint32_t game_count = sizeof games / sizeof games[0];
")
  file(CONFIGURE OUTPUT ${CMAKE_BINARY_DIR}/steps_table.c @ONLY CONTENT
"#include \"common/games/steps.h\"

@step_externs@
const named_step steps[] = {
@step_lines@};
const uint32_t step_count = sizeof steps / sizeof steps[0];
")
  set(${steps_out} ${step_sources} ${CMAKE_BINARY_DIR}/steps_table.c PARENT_SCOPE)
  set(${games_out} ${game_sources} ${CMAKE_BINARY_DIR}/games_table.c PARENT_SCOPE)
endfunction()
