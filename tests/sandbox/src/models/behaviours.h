// The behaviours that there are, one per file.
#pragma once

#include <memory>

#include "models/behaviour.h"

namespace sandbox {

std::unique_ptr<Behaviour> MakePartner();
std::unique_ptr<Behaviour> MakeCategory();
std::unique_ptr<Behaviour> MakeCountryState();
std::unique_ptr<Behaviour> MakeUser();
std::unique_ptr<Behaviour> MakeProduct();
std::unique_ptr<Behaviour> MakeProductTemplate();
std::unique_ptr<Behaviour> MakeSaleOrder();
std::unique_ptr<Behaviour> MakeSaleOrderLine();
std::unique_ptr<Behaviour> MakeAccountMove();
std::unique_ptr<Behaviour> MakeAccountMoveLine();
std::unique_ptr<Behaviour> MakePaymentRegister();
std::unique_ptr<Behaviour> MakeStockMove();

}  // namespace sandbox
