# ccache where there is one. Its absence changes nothing but time. The settings let two checkouts of the
# same tree share entries: paths below the source folder are hashed relative to it.
find_program(STEPSHAKE_CCACHE ccache)
mark_as_advanced(STEPSHAKE_CCACHE)
if(STEPSHAKE_CCACHE AND NOT CMAKE_CXX_COMPILER_LAUNCHER)
  set(CMAKE_CXX_COMPILER_LAUNCHER
      ${CMAKE_COMMAND} -E env
      CCACHE_BASEDIR=${PROJECT_SOURCE_DIR}
      CCACHE_NOHASHDIR=1
      CCACHE_SLOPPINESS=pch_defines,time_macros
      ${STEPSHAKE_CCACHE})
endif()
