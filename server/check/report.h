// Findings -> what is printed; pure. Much of a finding is Odoo's text, so all of it is made
// printable (base/printable.h): no text can look like a finding.
#pragma once

#include <string>
#include <vector>

#include "check/facts.h"
#include "check/finding.h"

namespace gateway::check {

// What was found out about one instance.
struct Report {
  // In the configuration.
  std::string instance;
  Facts facts;
  Findings findings;
};

struct Reports {
  // Of the gateway's own port and files.
  Findings gateway;
  std::vector<Report> instances;
};

// A line per finding, and below it what to do where there is something:
//
//   ok    database    prod: It is there.
//   warn  app         crm: This Odoo lacks crm.lead.
//                     -> Install the app `crm`, or do without LeadService.
std::string Text(const Findings& findings);
// Of several instances each under its name; of one alone just that.
std::string Text(const Reports& reports);

// One document on one line:
//
//   {"ok":true,
//    "gateway":[{"check":"tls","subject":"127.0.0.1:50051","status":"ok","message":"...",
//                "advice":""}],
//    "instances":[
//      {"instance":"default","ok":true,
//       "odoo":{"url":"...","database":"...","username":"...","version":"18.0",
//               "protocol":"jsonrpc","user_id":7,"company_id":1,"language":"en_US"},
//       "checks":[{"check":"app","subject":"crm","status":"warn","message":"...","advice":"..."}]}]}
//
// "ok": no check failed. What is not known is empty, or 0.
std::string JsonDocument(const Reports& reports);

bool AllPassed(const Reports& reports);

}  // namespace gateway::check
