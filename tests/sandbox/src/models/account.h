// What documents of accounting owe, and how that is settled.
#pragma once

#include "orm/env.h"

namespace sandbox {

// What a move still owes.
double ResidualOf(const Env& env, int64_t move);

// Takes `amount` off what a posted move owes.
void Settle(const Env& env, int64_t move, double amount);

// "INV/2026/00001": the next number of a kind of document in this year.
std::string NextDocument(const Env& env, const std::string& prefix);

}  // namespace sandbox
