// Holds Kubernetes objects against Kubernetes' own schemas, which the npm package kubernetes-models carries as compiled
// validators. Objects come in on stdin as a JSON list; what is wrong goes out as one, of strings.
//
// The validators take fields that they do not know, which `kubectl apply` and the cluster refuse. So a validator is
// given an object that notes which of its fields are looked at: a field that no validator looks at is unknown.
"use strict";
const fs = require("fs");
const path = require("path");
const { createRequire } = require("module");
const load = createRequire(path.join(process.argv[2], "package.json"));

const PACKAGES = { "monitoring.coreos.com": "@kubernetes-models/prometheus-operator/monitoring.coreos.com" };

function modelOf({ apiVersion, kind }) {
  const [group, version] = apiVersion.includes("/") ? apiVersion.split("/") : ["", apiVersion];
  const base = PACKAGES[group] ?? (group ? `kubernetes-models/${group}` : "kubernetes-models");
  return load(`${base}/${version}/${kind}`)[kind];
}

function noting(value, at, unseen) {
  if (value === null || typeof value !== "object") return value;
  const wrapped = {};
  const note = (key) => {
    if (typeof key === "string") unseen.delete(`${at}.${key}`);
  };
  for (const key of Object.keys(value)) {
    unseen.add(`${at}.${key}`);
    wrapped[key] = noting(value[key], `${at}.${key}`, unseen);
  }
  const target = Array.isArray(value) ? Object.values(wrapped) : wrapped;
  return new Proxy(target, {
    get(object, key) {
      note(key);
      return object[key];
    },
  });
}

function problemsOf(object) {
  const name = `${object.kind}/${object.metadata?.name}`;
  let Model;
  try {
    Model = modelOf(object);
  } catch (error) {
    return [`${name}: there is no ${object.apiVersion} ${object.kind}`];
  }
  const unseen = new Set();
  try {
    Model.prototype.validate.call(noting(object, name, unseen));
  } catch (error) {
    return [`${name}: ${error.message}`];
  }
  return [...unseen].map((field) => `${field}: unknown field`);
}

const objects = JSON.parse(fs.readFileSync(0, "utf8"));
console.log(JSON.stringify(objects.flatMap(problemsOf)));
