// Coverage-adjusted beside raw, in words: fixes whose return nobody could have seen say nothing.

import { make } from "./dom.js";
import { number, percent, say } from "./say.js";

export function adjustedWords({ adjusted: facts }) {
  if (!facts?.closures) return [];
  const { closures: fixes, rebounds_30: back, p_observed_30: share, blind_rebounds: blind } = facts;
  const raw = say("adjusted_raw", { back: number(back ?? 0), fixes: number(fixes), share: percent((back ?? 0) / fixes) });
  const seen = share == null
    ? say("adjusted_few", { back: number(facts.observed_rebounds_30 ?? 0) })
    : say("adjusted_seen", {
      share: percent(share), back: number(facts.observed_rebounds_30 ?? 0),
      low: Math.round(facts.p_observed_30_low * 100), high: percent(facts.p_observed_30_high),
    });
  return [
    make("h3", {}, say("adjusted_title")),
    make("p", { "class": "quiet-text", "data-testid": "adjusted" }, raw, " ", seen, blind ? ` ${say("adjusted_blind", { blind: number(blind) })}` : ""),
  ];
}
