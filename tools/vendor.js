// Copies what the pages need of npm packages: each module as it is, its imports by place. With
// `--check` it only tells whether the copies are what the lock names.

import { mkdirSync, readFileSync, writeFileSync } from "node:fs";

const FROM = new URL("../node_modules/", import.meta.url);
const TO = new URL("../geo_service/web/static/vendor/", import.meta.url);
const PACKAGES = ["@mapbox/vector-tile", "@mapbox/point-geometry", "pbf"];
const LICENCES = { "@mapbox/vector-tile": "LICENSE.txt" };

/** @type {(name: string) => string} */
const read = (name) => readFileSync(new URL(name, FROM), "utf-8");
/** @type {(name: string) => string} */
const placed = (name) =>
  `${name.split("/").at(-1)}-${JSON.parse(read(`${name}/package.json`)).version}`;

/** @type {(text: string) => string} */
function byPlace(text) {
  let found = text;
  for (const name of PACKAGES)
    found = found.replaceAll(`'${name}'`, `'../${placed(name)}/index.js'`);
  return found;
}

let old = 0;
for (const name of PACKAGES) {
  const folder = new URL(`${placed(name)}/`, TO);
  const files = {
    "index.js": byPlace(read(`${name}/index.js`)),
    "index.d.ts": byPlace(read(`${name}/index.d.ts`)),
    LICENSE: read(`${name}/${/** @type {any} */ (LICENCES)[name] ?? "LICENSE"}`),
  };
  for (const [file, text] of Object.entries(files)) {
    const place = new URL(file, folder);
    if (!process.argv.includes("--check")) {
      mkdirSync(folder, { recursive: true });
      writeFileSync(place, text);
    } else if (readFileSync(place, "utf-8") !== text) {
      console.error(`${place.pathname} is not what ${name} holds: node tools/vendor.js`);
      old += 1;
    }
  }
}
process.exitCode = old ? 1 : 0;
