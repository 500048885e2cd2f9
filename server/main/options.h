// Settings -> what the rooms inside want to know.
#pragma once

#include "config/config.h"
#include "contract/catalog.h"
#include "engine/instance.h"

namespace gateway {

engine::InstanceOptions InstanceOptionsOf(const config::Config& config,
                                          const contract::Catalog& catalog);

}  // namespace gateway
