// The tour with @grpc/grpc-js and @grpc/proto-loader: `node tour.mjs NPM_FOLDER ADDRESS PROTO_FOLDER GOOGLE_RPC_FOLDER`.
// Prints what it saw as JSON.
import { createRequire } from "node:module";
import path from "node:path";

const [npm, address, protos, googleRpc] = process.argv.slice(2);
const require = createRequire(path.join(npm, "package.json"));
const grpc = require("@grpc/grpc-js");
const loader = require("@grpc/proto-loader");

const options = { keepCase: true, longs: String, enums: String, defaults: false, oneofs: true, includeDirs: [protos, googleRpc] };
const load = (...files) => grpc.loadPackageDefinition(loader.loadSync(files, options));
const api = load("odoo/contacts/v1/partner.proto", "odoo/sale/v1/sale_order.proto").odoo;
// Messages of details, decoded by name.
const details = loader.loadSync(["google/rpc/status.proto", "google/rpc/error_details.proto", "odoo/error/v1/error.proto"], options);

const credentials = grpc.credentials.createInsecure();
const partners = new api.contacts.v1.PartnerService(address, credentials);
const orders = new api.sale.v1.SaleOrderService(address, credentials);

const call = (client, method, request) =>
  new Promise((resolve, reject) => {
    const deadline = Date.now() + 20000;
    client[method](request, { deadline }, (error, response) => (error ? reject(error) : resolve(response)));
  });

function decode(error) {
  const [packed] = error.metadata.get("grpc-status-details-bin");
  const status = details["google.rpc.Status"].deserialize(packed);
  const found = {};
  for (const detail of status.details) {
    const name = detail.type_url.split("/").pop();
    found[name] = details[name].deserialize(detail.value);
  }
  return { code: grpc.status[error.code], details: found };
}

const seen = {};
const created = await call(partners, "CreatePartner", {
  values: { name: "Node & Co", is_company: true, email: "", country_id: { external_id: "base.be" } },
  read_mask: { paths: ["name", "email", "country_id"] },
});
seen.partner = created.record;
const order = await call(orders, "CreateSaleOrder", {
  values: {
    partner_id: { id: created.record.id },
    client_order_ref: "node",
    validity_date: { year: 2030, month: 12, day: 31 },
    order_line: {
      rows: [
        { product_id: { external_id: "sandbox.product_desk" }, product_uom_qty: "2", price_unit: "99.90", tax_ids: { set: {} } },
        { product_id: { external_id: "sandbox.product_chair" } },
      ],
    },
  },
  read_mask: { paths: ["name", "state", "validity_date", "order_line.price_unit", "order_line.tax_ids", "order_line.product_uom_qty"] },
});
seen.order = order.record;
const found = await call(orders, "SearchSaleOrders", {
  filter: { client_order_ref: { equals: "node" }, state: ["SALE_ORDER_STATE_DRAFT"] },
  conditions: [{ path: "partner_id.country_id.code", op: "OPERATOR_EQUALS", value: { text_value: "BE" } }],
  read_mask: { paths: ["state"] },
  count_total: true,
});
seen.found = found.records;
seen.total = found.total_size;
const confirmed = await call(orders, "ConfirmSaleOrder", { id: order.record.id, read_mask: { paths: ["state"] } });
seen.confirmed = confirmed.record;
try {
  await call(orders, "CreateSaleOrder", {
    values: { order_line: { rows: [{ product_id: { id: 1 }, price_unit: "1e3" }] } },
  });
} catch (error) {
  seen.failure = decode(error);
}
partners.close();
orders.close();
console.log(JSON.stringify(seen));
