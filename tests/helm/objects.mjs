// Reads Kubernetes objects as a JSON list and prints what is wrong with them, a line each: by Kubernetes' own schemas (types, required
// members, formats), and by the types made of them (members that do not exist, which kubectl refuses and schemas let pass).
// Usage: objects.mjs FOLDER < objects.json, where FOLDER holds node_modules.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";

const folder = path.resolve(process.argv[2]);
const require = createRequire(path.join(folder, "objects.js"));
const ts = require("typescript");

const PACKAGES = {
  "monitoring.coreos.com": "@kubernetes-models/prometheus-operator",
  "cert-manager.io": "@kubernetes-models/cert-manager",
};

function moduleOf(apiVersion) {
  return `${PACKAGES[apiVersion.split("/")[0]] ?? "kubernetes-models"}/${apiVersion}`;
}

function nameOf(object) {
  return `${object.kind} ${object.metadata.name}`;
}

function schemaProblems(object) {
  const models = require(moduleOf(object.apiVersion));
  try {
    new models[object.kind](object).validate();
    return [];
  } catch (error) {
    return [`${nameOf(object)}: ${error.message}`];
  }
}

// Literals, because only those are refused for members that their type lacks.
function typedSource(objects) {
  return objects
    .map((object, i) => `import type { I${object.kind} as T${i} } from ${JSON.stringify(moduleOf(object.apiVersion))};
const o${i}: T${i} = ${JSON.stringify(object)};`)
    .join("\n");
}

function compile(source) {
  const options = {
    strict: true,
    noEmit: true,
    skipLibCheck: true,
    types: [],
    target: ts.ScriptTarget.ES2022,
    module: ts.ModuleKind.ESNext,
    moduleResolution: ts.ModuleResolutionKind.Bundler,
  };
  const file = path.join(folder, "objects.ts");
  const host = ts.createCompilerHost(options);
  const { getSourceFile, fileExists } = host;
  host.getSourceFile = (name, ...rest) =>
    name === file ? ts.createSourceFile(name, source, options.target) : getSourceFile(name, ...rest);
  host.fileExists = (name) => name === file || fileExists(name);
  return ts.getPreEmitDiagnostics(ts.createProgram([file], options, host));
}

function typeProblems(objects) {
  return compile(typedSource(objects)).map((found) => {
    const line = found.file ? ts.getLineAndCharacterOfPosition(found.file, found.start).line : 0;
    const object = objects[Math.floor(line / 2)];
    return `${nameOf(object)}: ${ts.flattenDiagnosticMessageText(found.messageText, " ")}`;
  });
}

const objects = JSON.parse(readFileSync(0, "utf8"));
const problems = objects.flatMap(schemaProblems).concat(typeProblems(objects));
for (const problem of problems) console.log(problem);
