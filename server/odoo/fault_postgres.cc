#include "odoo/fault_postgres.h"

#include <algorithm>
#include <array>
#include <cstddef>

#include "odoo/fault_template.h"

namespace gateway::odoo {
namespace {

using base::Reason;
using enum Reason;

// What the quoted names in a message are, in their order. `update or delete on table "a" violates
// foreign key constraint "c" on table "b"`: the third name tells where the constraint stands.
using Names = std::array<std::string_view SqlError::*, 3>;
constexpr Names kNothing = {};
constexpr Names kColumn = {&SqlError::column};
constexpr Names kColumnTable = {&SqlError::column, &SqlError::table};
constexpr Names kConstraint = {&SqlError::constraint};
constexpr Names kTableConstraint = {&SqlError::table, &SqlError::constraint, &SqlError::table};

struct SqlRow {
  // psycopg2's class without its module.
  std::string_view exception;
  std::string_view sqlstate;
  Reason reason;
  Names quoted;
  // Words that tell it where the class is lost; PostgreSQL's English.
  std::string_view words;
};

// The classes that Odoo lets through or wraps. Others go by the class of their SQLSTATE or by
// SERVER_ERROR.
constexpr std::array kSqlRows = {
    SqlRow{"NotNullViolation", "23502", kRequiredFieldMissing, kColumnTable,
           "violates not-null constraint"},
    SqlRow{"ForeignKeyViolation", "23503", kInvalidReference, kTableConstraint,
           "violates foreign key constraint"},
    SqlRow{"UniqueViolation", "23505", kUniqueViolation, kConstraint, "violates unique constraint"},
    SqlRow{"CheckViolation", "23514", kCheckViolation, kTableConstraint,
           "violates check constraint"},
    SqlRow{"ExclusionViolation", "23P01", kUniqueViolation, kConstraint,
           "violates exclusion constraint"},
    SqlRow{"RestrictViolation", "23001", kRecordInUse, kTableConstraint, ""},
    SqlRow{"IntegrityError", "", kValidationFailed, kNothing, ""},

    SqlRow{"StringDataRightTruncation", "22001", kInvalidFieldValue, kNothing,
           "value too long for type"},
    SqlRow{"NumericValueOutOfRange", "22003", kInvalidFieldValue, kNothing, "out of range"},
    SqlRow{"InvalidDatetimeFormat", "22007", kInvalidFieldValue, kNothing,
           "invalid input syntax for type date"},
    SqlRow{"DatetimeFieldOverflow", "22008", kInvalidFieldValue, kNothing,
           "date/time field value out of range"},
    SqlRow{"DivisionByZero", "22012", kInvalidFieldValue, kNothing, "division by zero"},
    SqlRow{"InvalidParameterValue", "22023", kInvalidFieldValue, kNothing, ""},
    SqlRow{"InvalidRegularExpression", "2201B", kInvalidDomain, kNothing,
           "invalid regular expression"},
    SqlRow{"InvalidRowCountInLimitClause", "2201W", kInvalidFieldValue, kNothing,
           "LIMIT must not be negative"},
    SqlRow{"InvalidRowCountInResultOffsetClause", "2201X", kInvalidFieldValue, kNothing,
           "OFFSET must not be negative"},
    SqlRow{"InvalidTextRepresentation", "22P02", kInvalidFieldValue, kNothing,
           "invalid input syntax for type"},
    SqlRow{"UntranslatableCharacter", "22P05", kInvalidFieldValue, kNothing,
           "unsupported Unicode escape sequence"},
    SqlRow{"DataError", "", kInvalidFieldValue, kNothing, ""},

    SqlRow{"SerializationFailure", "40001", kConcurrentUpdate, kNothing,
           "could not serialize access"},
    SqlRow{"DeadlockDetected", "40P01", kConcurrentUpdate, kNothing, "deadlock detected"},
    SqlRow{"LockNotAvailable", "55P03", kConcurrentUpdate, kNothing, "lock timeout"},
    SqlRow{"InFailedSqlTransaction", "25P02", kServerError, kNothing,
           "current transaction is aborted"},

    SqlRow{"DatatypeMismatch", "42804", kInvalidReference, kColumn, "but expression is of type"},
    SqlRow{"CannotCoerce", "42846", kInvalidFieldValue, kNothing, ""},
    SqlRow{"UndefinedFunction", "42883", kInvalidFieldValue, kNothing, "operator does not exist"},
    SqlRow{"UndefinedColumn", "42703", kServerError, kNothing, ""},
    SqlRow{"UndefinedTable", "42P01", kServerError, kNothing, ""},
    SqlRow{"InsufficientPrivilege", "42501", kDatabaseNotFound, kNothing, "permission denied for"},
    SqlRow{"InvalidCatalogName", "3D000", kDatabaseNotFound, kNothing, ""},

    SqlRow{"QueryCanceled", "57014", kTimeout, kNothing, "statement timeout"},
    SqlRow{"IdleInTransactionSessionTimeout", "25P03", kTimeout, kNothing, ""},
    SqlRow{"ReadOnlySqlTransaction", "25006", kUpstreamUnavailable, kNothing,
           "in a read-only transaction"},
    SqlRow{"AdminShutdown", "57P01", kUpstreamUnavailable, kNothing, "terminating connection"},
    SqlRow{"CrashShutdown", "57P02", kUpstreamUnavailable, kNothing, ""},
    SqlRow{"CannotConnectNow", "57P03", kUpstreamUnavailable, kNothing, ""},
    SqlRow{"TooManyConnections", "53300", kUpstreamUnavailable, kNothing,
           "too many clients already"},
    SqlRow{"DiskFull", "53100", kUpstreamUnavailable, kNothing, ""},
    SqlRow{"OutOfMemory", "53200", kUpstreamUnavailable, kNothing, ""},
    SqlRow{"OperationalError", "", kUpstreamUnavailable, kNothing, "connection to server"},
    SqlRow{"InterfaceError", "", kUpstreamUnavailable, kNothing, "connection already closed"},
    SqlRow{"PoolError", "", kUpstreamUnavailable, kNothing, "Connection Pool Is Full"},
    // `can't adapt type 'dict'`: only relational values reach psycopg2 unchecked.
    SqlRow{"ProgrammingError", "", kInvalidReference, kNothing, "can't adapt type"},
};

// PostgreSQL quotes as the language of its messages does.
struct Quotes {
  std::string_view open;
  std::string_view close;
};
constexpr std::array kQuotes = {Quotes{"\"", "\""}, Quotes{"« ", " »"}, Quotes{"«", "»"},
                                Quotes{"„", "“"}, Quotes{"“", "”"}};

std::vector<std::string_view> QuotedNames(std::string_view text) {
  std::vector<std::string_view> names;
  const auto used = std::find_if(kQuotes.begin(), kQuotes.end(), [&](const Quotes& quotes) {
    return text.find(quotes.open) != std::string_view::npos;
  });
  if (used == kQuotes.end()) return names;
  for (std::size_t at = text.find(used->open); at != std::string_view::npos && names.size() < 4;) {
    text.remove_prefix(at + used->open.size());
    const std::size_t end = text.find(used->close);
    if (end == std::string_view::npos) break;
    names.push_back(text.substr(0, end));
    text.remove_prefix(end + used->close.size());
    at = text.find(used->open);
  }
  return names;
}

void AssignNames(const Names& quoted, const std::vector<std::string_view>& names, SqlError& error) {
  for (std::size_t at = 0; at < std::min(names.size(), quoted.size()); ++at) {
    if (quoted[at] != nullptr && IsName(names[at])) error.*quoted[at] = names[at];
  }
}

std::vector<std::string_view> Split(std::string_view list) {
  constexpr std::string_view kComma = ", ";
  std::vector<std::string_view> parts;
  while (true) {
    const std::size_t end = list.find(kComma);
    parts.push_back(list.substr(0, end));
    if (end == std::string_view::npos) return parts;
    list.remove_prefix(end + kComma.size());
  }
}

// PostgreSQL's own limits, of a name and of a key.
constexpr std::size_t kMostNameBytes = 63;
constexpr std::size_t kMostColumns = 32;

// `(name ->> 'en_US'::text)` is about the column `name`.
std::string_view ColumnOf(std::string_view expression) {
  constexpr std::string_view kWord = "abcdefghijklmnopqrstuvwxyz_0123456789";
  const std::size_t first = expression.find_first_of(kWord);
  if (first == std::string_view::npos) return {};
  expression.remove_prefix(first);
  return expression.substr(0, std::min(kMostNameBytes, expression.find_first_not_of(kWord)));
}

// `Key (a, b)=(x, y) already exists.`: the words are translated, the brackets are not.
void ReadKey(std::string_view text, SqlError& error) {
  const std::size_t middle = text.find(")=(");
  if (middle == std::string_view::npos) return;
  const std::size_t line = text.rfind('\n', middle);
  const std::size_t open = text.find('(', line == std::string_view::npos ? 0 : line);
  if (open >= middle) return;
  error.key = Split(text.substr(open + 1, middle - open - 1));
  if (error.key.size() > kMostColumns) error.key.resize(kMostColumns);
  for (std::string_view& column : error.key) column = ColumnOf(column);
  std::string_view values = text.substr(middle + 3);
  values = values.substr(0, values.find('\n'));
  const std::size_t close = std::min(values.size(), values.rfind(')'));
  error.key_values = Split(values.substr(0, close));
  const auto tables = QuotedNames(values.substr(close));
  if (!tables.empty()) error.referenced = tables.front();
}

SqlError ReadAs(const SqlRow& row, std::string_view text) {
  SqlError error;
  error.reason = row.reason;
  error.sqlstate = row.sqlstate;
  const auto names = QuotedNames(WithoutSqlDetail(text));
  AssignNames(row.quoted, names, error);
  ReadKey(text, error);
  // Only the deletion of a record that another table needs names two tables.
  if (row.reason == kInvalidReference && names.size() > 2) error.reason = kRecordInUse;
  return error;
}

}  // namespace

std::optional<SqlError> ReadSqlError(const Raised& raised) {
  if (!raised.exception.starts_with("psycopg2.")) return std::nullopt;
  const std::string_view name = raised.exception.substr(raised.exception.rfind('.') + 1);
  for (const SqlRow& row : kSqlRows) {
    if (row.exception == name) return ReadAs(row, raised.text);
  }
  return SqlError{};
}

std::optional<SqlError> ReadSqlText(std::string_view text) {
  for (const SqlRow& row : kSqlRows) {
    if (!row.words.empty() && text.find(row.words) != std::string_view::npos) {
      return ReadAs(row, text);
    }
  }
  return std::nullopt;
}

std::string_view WithoutSqlDetail(std::string_view text) {
  // In the languages of PostgreSQL that Odoo servers run in.
  constexpr std::array<std::string_view, 12> kParts = {
      "\nDETAIL:", "\nDÉTAIL :", "\nDETALLE:", "\nDETTAGLI:", "\nDETALHE:", "\nLINE ",
      "\nLIGNE ",  "\nZEILE ",   "\nHINT:",    "\nCONTEXT:",  "\nKONTEXT:", "\nCONTEXTE :"};
  for (const std::string_view part : kParts) text = text.substr(0, text.find(part));
  return text;
}

}  // namespace gateway::odoo
