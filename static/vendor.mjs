// `make vendor`: fills static/vendor/ from npm. The result is committed, so running KamTrak needs no npm.
//
// - tabler.css: Tabler's reset and the few controls that kamtrak.css builds on; every other selector, and
//   every custom property that nothing reads any more, is cut (79 KB compressed become about 4).
// - icons.json: the Tabler outline icons that {% icon %} may draw, as the inner markup of their <svg>.
// Inter's two font files and its licence lie beside them as they were published.
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import postcss from "postcss";

const here = dirname(fileURLToPath(import.meta.url));
const packages = createRequire(import.meta.url).resolve("@tabler/core/package.json").replace(/@tabler.*/, "@tabler/");
const vendor = join(here, "vendor");
mkdirSync(vendor, { recursive: true });

const CLASSES = new Set(["btn", "form-control", "form-select", "form-check-input", "form-label", "is-invalid"]);
const ICONS = `
adjustments alert-circle alert-triangle archive archive-off arrow-back-up arrow-down arrow-left arrow-right
arrow-up arrows-diff arrows-exchange arrows-split ban bell bookmark briefcase building calendar calendar-dollar
calendar-event calendar-question chart-bar check chevron-down chevron-left chevron-right chevron-up
chevrons-left chevrons-right circle circle-check circle-x clipboard clock coins columns-3 copy
corner-down-right currency-dollar currency-euro currency-pound currency-won currency-yen database
device-desktop device-mobile dots download equal external-link eye eye-off file file-certificate file-check
file-plus file-spreadsheet file-text file-type-csv file-type-pdf file-x filter fingerprint flag git-compare
git-merge help-circle history home info-circle key layout-dashboard link link-off list lock lock-open login
logout mail math-function menu-2 minus moon package paperclip pencil percentage player-stop plus printer
question-mark receipt refresh rotate-clockwise rubber-stamp search selector send settings shield-check
shield-lock sun sun-moon table table-export table-import tag target trash trending-up trophy unlink upload
user user-check user-plus users wash-dryclean world x
`.trim().split(/\s+/);

const classesOf = (selector) => [...selector.matchAll(/\.(-?[_a-zA-Z][\w-]*)/g)].map((match) => match[1]);
const foreign = (selector) => /:host|\[data-|\[dir|#[a-z]|::?-webkit-scrollbar/.test(selector);
const inUse = (selector) => !foreign(selector) && classesOf(selector).every((name) => CLASSES.has(name));

function cutSelectors(root) {
  root.walkRules((rule) => {
    if (rule.parent.type === "atrule" && /keyframes/.test(rule.parent.name)) return;
    const kept = rule.selectors.filter(inUse);
    if (kept.length) rule.selectors = kept;
    else rule.remove();
  });
}

function cutProperties(root, ownStyles) {
  const read = (text) => [...text.matchAll(/var\(\s*(--[\w-]+)/g)].map((match) => match[1]);
  for (let cut = 1; cut; ) {
    const used = new Set(read(ownStyles));
    root.walkDecls((declaration) => read(declaration.value).forEach((name) => used.add(name)));
    cut = 0;
    root.walkDecls(/^--/, (declaration) => {
      if (!used.has(declaration.prop)) (declaration.remove(), cut++);
    });
  }
}

function cutEmpty(root) {
  const animations = new Set();
  root.walkDecls(/^animation/, (declaration) => declaration.value.split(/\s+/).forEach((word) => animations.add(word)));
  root.walkAtRules(/keyframes$/, (rule) => void (animations.has(rule.params) || rule.remove()));
  root.walkAtRules("font-face", (rule) => void rule.remove());
  root.walkRules((rule) => void (rule.nodes.length || rule.remove()));
  root.walkAtRules((rule) => void (rule.nodes?.length === 0 && rule.remove()));
}

const tabler = postcss.parse(readFileSync(join(packages, "core/dist/css/tabler.min.css"), "utf8"));
cutSelectors(tabler);
cutProperties(tabler, readFileSync(join(here, "kamtrak.css"), "utf8"));
cutEmpty(tabler);
tabler.walkDecls((declaration) => void (declaration.raws.before = ""));
writeFileSync(join(vendor, "tabler.css"), tabler.toString().replace(/\/\*# source.*\*\//, "") + "\n");

const icons = {};
for (const name of ICONS) {
  const svg = readFileSync(join(packages, `icons/icons/outline/${name}.svg`), "utf8");
  icons[name] = [...svg.matchAll(/<path d="[^"]*" \/>/g)].map((match) => match[0].replace(" />", "/>")).join("");
}
writeFileSync(join(vendor, "icons.json"), JSON.stringify(icons, null, 0).replaceAll('","', '",\n"') + "\n");
const licence = readFileSync(join(packages, "icons/LICENSE"), "utf8");
writeFileSync(join(vendor, "LICENSE-Tabler.txt"), `Tabler (tabler.css) and Tabler Icons (icons.json)\n\n${licence}`);
