// Creates a partner: create_partner ADDRESS [NAME]. Without a name the gateway says what is
// missing.
#include <iostream>

#include "odoo/contacts/v1/partner.grpc.pb.h"
#include "odoo_gateway/channel.h"
#include "odoo_gateway/error.h"

namespace contacts = odoo::contacts::v1;

int main(int argc, char** argv) {
  if (argc < 2) {
    std::cerr << "create_partner ADDRESS [NAME]\n";
    return 2;
  }
  const auto partners = contacts::PartnerService::NewStub(odoo_gateway::CreateChannel(argv[1]));
  contacts::CreatePartnerRequest request;
  if (argc > 2) request.mutable_values()->set_name(argv[2]);
  contacts::CreatePartnerResponse response;
  grpc::ClientContext context;
  const grpc::Status status = partners->CreatePartner(&context, request, &response);
  // [snippet]
  if (const auto error = odoo_gateway::OdooError::From(status)) {
    std::cerr << error->reason_name << ": " << error->message << "\n";
    for (const auto& violation : error->violations) {
      std::cerr << "  " << violation.path() << ": " << violation.message() << "\n";
    }
    return 1;
  }
  // [snippet]
  std::cout << "partner " << response.record().id() << "\n";
  return 0;
}
