// What an error of PostgreSQL says: its SQLSTATE from psycopg2's class, and the names it quotes.
//
// PostgreSQL's words follow the language of the server, so only the order of the quoted names is
// read, and `Key (a)=(b)`.
#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "base/reason.h"
#include "odoo/fault_traceback.h"

namespace gateway::odoo {

// Views into the traceback or message.
struct SqlError {
  base::Reason reason = base::Reason::kServerError;
  // `23505`; empty where psycopg2 gives a class without one.
  std::string_view sqlstate;
  std::string_view constraint;
  // Holds the constraint or the column.
  std::string_view table;
  std::string_view column;
  // Of `Key (a, b)=(x, y)`. Values never leave the process.
  std::vector<std::string_view> key;
  std::vector<std::string_view> key_values;
  // The table that lacks the key.
  std::string_view referenced;
};

// Reads an exception of psycopg2; nothing for any other.
std::optional<SqlError> ReadSqlError(const Raised& raised);

// The same for a message without its class, by PostgreSQL's English words.
std::optional<SqlError> ReadSqlText(std::string_view text);

// The part of PostgreSQL's message before DETAIL, HINT, LINE and CONTEXT.
std::string_view WithoutSqlDetail(std::string_view text);

}  // namespace gateway::odoo
