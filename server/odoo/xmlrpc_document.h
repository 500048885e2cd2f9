// XML-RPC documents as JSON text: one parser, one view and one reader of faults serve every
// protocol.
#pragma once

#include <string>
#include <string_view>

namespace gateway::odoo {

//   <methodResponse> with a result   {"params": [...]}
//   <methodResponse> with a fault    {"fault": {"faultCode": ..., "faultString": ...}}
//   <methodCall>                     {"methodName": "...", "params": [...]}
//
// Empty where the text is none of them: broken XML, another document, a DOCTYPE, values of wrong
// form, a struct with a member twice, deep nesting. Entities are never expanded. That texts are
// UTF-8 is left to the parser of the JSON.
std::string JsonOfXmlRpc(std::string_view xml);

// Whether a text is loose enough to be read: elements take many times their bytes in memory.
bool FitsTree(std::string_view xml);

}  // namespace gateway::odoo
