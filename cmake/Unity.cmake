# Files of one target compiled some at a time. Half of what a file over gRPC, or a test, takes to compile is the headers
# that all of its neighbours include too: a batch reads them once. So what one file keeps to itself must have a name that
# no other file of its folder uses. The engine's own floors stay as they are: their headers are light, and clang-tidy looks
# at each of their files as it is compiled.
option(STEPSHAKE_UNITY "Compile tests, server and command line in batches; OFF: each file by itself, for work on one of them" ON)

# Six: under sanitizers a batch stays below 1.5 GB, and the longest piece does not keep one core alone at the end.
set(STEPSHAKE_UNITY_BATCH 6 CACHE STRING "Files in a batch; 0: all of a target")

function(stepshake_unity target)
  set_target_properties(${target} PROPERTIES
    UNITY_BUILD ${STEPSHAKE_UNITY}
    UNITY_BUILD_BATCH_SIZE ${STEPSHAKE_UNITY_BATCH})
endfunction()
