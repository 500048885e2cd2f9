// Node, as client/ERRORS.md shows it: `node read_error.mjs NPM_FOLDER ADDRESS PROTO_FOLDER GOOGLE_RPC_FOLDER`.
import { createRequire } from "node:module";
import path from "node:path";

const [npm, address, protos, googleRpc] = process.argv.slice(2);
const require = createRequire(path.join(npm, "package.json"));
const grpc = require("@grpc/grpc-js");
const loader = require("@grpc/proto-loader");
const includeDirs = [protos, googleRpc];

// [snippet]
const files = ["google/rpc/status.proto", "google/rpc/error_details.proto", "odoo/error/v1/error.proto"];
const types = loader.loadSync(files, { keepCase: true, longs: Number, enums: String, includeDirs });

// The details of an error by the name of their type; empty where the gateway did not answer.
function readError(error) {
  const [packed] = error.metadata.get("grpc-status-details-bin");
  if (!packed) return {};
  const { details } = types["google.rpc.Status"].deserialize(packed);
  const named = details.map(({ type_url, value }) => [type_url.split("/").pop(), value]);
  return Object.fromEntries(named.map(([name, value]) => [name.split(".").pop(), types[name].deserialize(value)]));
}

function report(error) {
  const { ErrorInfo, Violations, RetryInfo } = readError(error);
  if (!ErrorInfo) return [grpc.status[error.code]];
  const lines = [ErrorInfo.reason];
  for (const field of Violations?.violations ?? []) lines.push(`${field.path}: ${field.message}`);
  if (RetryInfo) lines.push(`again in ${RetryInfo.retry_delay.seconds + RetryInfo.retry_delay.nanos / 1e9} s`);
  return lines;
}
// [snippet]

const load = (file) => grpc.loadPackageDefinition(loader.loadSync(file, { keepCase: true, includeDirs }));
const { PartnerService } = load("odoo/contacts/v1/partner.proto").odoo.contacts.v1;
const partners = new PartnerService(address, grpc.credentials.createInsecure());
const deadline = Date.now() + 20000;
partners.CreatePartner({ values: {} }, { deadline }, (error) => console.log(JSON.stringify(report(error))));
