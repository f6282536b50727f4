# cmake --install build/release --prefix PREFIX brings the program and what it needs to run its
# suite from any folder, the schemas that editors read, and the documents.
include(GNUInstallDirs)
set(data ${CMAKE_INSTALL_DATADIR}/draftproof)

if(TARGET draftproof_cli)
  install(TARGETS draftproof_cli RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR})
endif()
install(DIRECTORY scenarios/ DESTINATION ${data}/scenarios FILES_MATCHING PATTERN "*.json"
        PATTERN "*.md")
install(FILES sim/report/results.schema.json DESTINATION ${data}/schemas)
install(DIRECTORY docs/ DESTINATION ${CMAKE_INSTALL_DOCDIR} FILES_MATCHING PATTERN "*.md")
install(FILES README.md CHANGELOG.md LICENSE DESTINATION ${CMAKE_INSTALL_DOCDIR})
