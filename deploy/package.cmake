# The Debian package: `cmake --build BUILD --target deb` leaves it in the build folder. Its dependencies are the libraries of the release
# that it is built on, which is therefore the release that it is for.
include(GNUInstallDirs)
set(ODOO_GATEWAY_MAINTAINER "odoo-gateway maintainers <odoo-gateway@example.com>" CACHE STRING "Maintainer of the Debian package")

# Places of the system, whatever the prefix: `cmake --install` leaves them alone.
function(odoo_gateway_system_files folder)
  install(FILES ${ARGN} DESTINATION ${folder} COMPONENT system EXCLUDE_FROM_ALL)
endfunction()
set(sbom ${PROJECT_BINARY_DIR}/odoo-gateway.cdx.json)
odoo_gateway_system_files(/usr/lib/systemd/system ${CMAKE_CURRENT_LIST_DIR}/systemd/odoo-gateway.service)
odoo_gateway_system_files(/etc/odoo-gateway ${CMAKE_CURRENT_LIST_DIR}/debian/gateway.yaml)
odoo_gateway_system_files(/usr/share/doc/odoo-gateway
  ${PROJECT_SOURCE_DIR}/README.md ${CMAKE_CURRENT_LIST_DIR}/METRICS.md ${CMAKE_CURRENT_LIST_DIR}/RUNBOOKS.md
  ${CMAKE_CURRENT_LIST_DIR}/debian/copyright ${sbom})
# The unit does not start where one of them is missing.
foreach(secrets credentials tls)
  install(DIRECTORY DESTINATION /etc/odoo-gateway/${secrets} COMPONENT system EXCLUDE_FROM_ALL
    DIRECTORY_PERMISSIONS OWNER_READ OWNER_WRITE OWNER_EXECUTE)
endforeach()

add_custom_target(sbom
  COMMAND /usr/bin/python3 ${CMAKE_CURRENT_LIST_DIR}/sbom.py --version ${PROJECT_VERSION} --output ${sbom}
          $<TARGET_FILE:odoo-gateway>
  VERBATIM)
add_dependencies(sbom odoo-gateway)
add_custom_target(deb
  COMMAND ${CMAKE_CPACK_COMMAND} -G DEB
  WORKING_DIRECTORY ${PROJECT_BINARY_DIR} VERBATIM)
add_dependencies(deb sbom)

set(CPACK_PACKAGE_NAME odoo-gateway)
set(CPACK_PACKAGE_CONTACT ${ODOO_GATEWAY_MAINTAINER})
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY "gRPC service in front of Odoo")
set(CPACK_PACKAGE_DESCRIPTION "Typed, checked operations on Odoo 18 and 19 over gRPC. Errors carry a
stable reason and the path of the field at fault.
The systemd unit is neither enabled nor started by the package:
fill in /etc/odoo-gateway/gateway.yaml first.")
set(CPACK_PACKAGING_INSTALL_PREFIX /usr)
set(CPACK_SET_DESTDIR ON)
set(CPACK_INSTALL_PREFIX /usr)
set(CPACK_COMPONENTS_ALL server system)
set(CPACK_COMPONENTS_GROUPING ALL_COMPONENTS_IN_ONE)
set(CPACK_DEB_COMPONENT_INSTALL ON)
set(CPACK_STRIP_FILES ON)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_COMPRESSION_TYPE xz)
set(CPACK_DEBIAN_PACKAGE_SECTION net)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
set(CPACK_DEBIAN_PACKAGE_DEPENDS ca-certificates)
set(CPACK_DEBIAN_PACKAGE_CONTROL_STRICT_PERMISSION ON)
set(CPACK_DEBIAN_PACKAGE_CONTROL_EXTRA
  ${CMAKE_CURRENT_LIST_DIR}/debian/conffiles
  ${CMAKE_CURRENT_LIST_DIR}/debian/postinst
  ${CMAKE_CURRENT_LIST_DIR}/debian/prerm
  ${CMAKE_CURRENT_LIST_DIR}/debian/postrm)
# What is packaged is what `deb` depends on, not all that can be built.
set(CMAKE_SKIP_INSTALL_ALL_DEPENDENCY ON)
include(CPack)
