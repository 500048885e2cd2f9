// Text of one setting -> its value, or a failure whose message goes behind the setting's name
// ("--listen: ..."). Pure but for the functions that read files.
#pragma once

#include <chrono>
#include <cstddef>
#include <string>
#include <string_view>

#include "base/result.h"
#include "config/config.h"

namespace gateway::config {

base::Result<std::string> ParseText(std::string_view text);
// Empty stays empty.
base::Result<std::string> ParseAny(std::string_view text);

// `127.0.0.1:50051`, `[::1]:0`, `localhost:80`.
base::Result<std::string> ParseAddress(std::string_view text);
// Empty stays empty.
base::Result<std::string> ParseOptionalAddress(std::string_view text);

// `https://erp.example.com/prefix/` -> `https://erp.example.com/prefix`.
base::Result<std::string> ParseUrl(std::string_view text);

// `500ms`, `30s`, `2m`, `1h`: 1 ms to 24 h.
base::Result<std::chrono::milliseconds> ParseDuration(std::string_view text);

base::Result<std::size_t> ParseCount(std::string_view text, std::size_t min, std::size_t max);
// `512`, `64KiB`, `16MiB`, `1GiB`; limits in bytes.
base::Result<std::size_t> ParseSize(std::string_view text, std::size_t min, std::size_t max);

// `true`, `false`, `1`, `0`.
base::Result<bool> ParseBool(std::string_view text);
base::Result<Protocol> ParseProtocol(std::string_view text);
base::Result<Transport> ParseTransport(std::string_view text);
base::Result<LogLevel> ParseLogLevel(std::string_view text);
base::Result<ClientCertificate> ParseClientCertificate(std::string_view text);

// Line breaks at the end are dropped: files and Kubernetes secrets tend to have one.
base::Result<Secret> ParseSecret(std::string_view text);
// The secret in the file `path`.
base::Result<Secret> ReadSecret(std::string_view path);
// The secret in the variable `name`.
base::Result<Secret> ReadVariable(std::string_view name, const Getenv& getenv);

// The path of a file that can be opened.
base::Result<std::string> ParseReadableFile(std::string_view path);
// Empty stays empty.
base::Result<std::string> ParseOptionalFile(std::string_view path);

// Of instances and callers: `[a-z][a-z0-9_-]{0,62}`.
base::Result<std::string> ParseName(std::string_view text);
// Letters, digits and `_`, as fields, operations and RPCs are named.
base::Result<std::string> ParseIdentifier(std::string_view text);
// `name`, `order_line.product_id`.
base::Result<std::string> ParseFieldPath(std::string_view text);
// `sale.order`, `sale.*`.
base::Result<std::string> ParseModelPattern(std::string_view text);
// `sha256:` and 64 hexadecimal digits. The failure does not repeat the text: it may be a token.
base::Result<TokenHash> ParseTokenHash(std::string_view text);
// `uri:spiffe://prod/shop`, `dns:shop.internal`, `cn:shop`.
base::Result<CertificateName> ParseCertificateName(std::string_view text);
// `50/s`, `100/m`.
base::Result<Rate> ParseRate(std::string_view text);

}  // namespace gateway::config
