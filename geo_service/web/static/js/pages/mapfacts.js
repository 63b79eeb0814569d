// What a map in one file carries; tells the other modules which language it is read in.

/** @type {MapFacts} */
export const facts = JSON.parse(document.getElementById("facts")?.textContent ?? "");

/** Rising numbers are written as steps from the one before. @param {number[]} steps */
export function summed(steps) {
  let sum = 0;
  return steps.map((step) => {
    sum += step;
    return sum;
  });
}

for (const week of facts.rows) week.area = summed(week.area);

const asked = location.hash.slice(1);
const lang = Object.hasOwn(facts.phrases, asked) ? asked : facts.lang;

document.documentElement.lang = lang === "zh" ? "zh-CN" : lang;
document.body.className = "map-page";
document.title = facts.title[lang];
Object.assign(document.body.dataset, {
  ...{ lang, phrases: JSON.stringify(facts.phrases[lang]), icons: "" },
  ...{ zone: facts.timezone, today: facts.as_of, mayCases: "no" },
});
