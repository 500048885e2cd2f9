// Findings -> what is printed; pure.
#pragma once

#include <string>

#include "check/facts.h"
#include "check/finding.h"

namespace gateway::check {

// A line per finding, and below it what to do where there is something:
//
//   ok    database    prod: It is there.
//   warn  app         crm: This Odoo lacks crm.lead.
//                     -> Install the app `crm`, or do without LeadService.
std::string Text(const Findings& findings);

// One document on one line:
//
//   {"ok":true,
//    "odoo":{"url":"...","database":"...","username":"...","version":"18.0","protocol":"jsonrpc",
//            "user_id":7,"company_id":1,"language":"en_US"},
//    "checks":[{"check":"app","subject":"crm","status":"warn","message":"...","advice":"..."}]}
//
// "ok": no check failed. What is not known is empty, or 0.
std::string JsonDocument(const Facts& facts, const Findings& findings);

}  // namespace gateway::check
