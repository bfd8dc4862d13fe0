// How the sentences of an answer stand to what was read: in words, and as a bar.

import { useTranslation } from "react-i18next";
import type { Evidence, Verdict } from "../../api/bindings";
import { GLYPHS, worst } from "../verdict";
import { useRun } from "../view";

const BARS: Record<Verdict, string> = {
  quoted: "bg-ok",
  matches: "bg-ok",
  partly: "bg-warn",
  not_found: "bg-danger",
  unknown: "bg-danger",
};

export function Claims() {
  const { t } = useTranslation();
  const { evidence, evidenceProblem, citations, shown } = useRun();
  if (shown !== "answered") return null;
  if (evidenceProblem)
    return <p className="text-label text-warn">{t("claims.problem", { why: evidenceProblem })}</p>;
  if (!evidence)
    return (
      <p className="min-h-8 text-label text-text-3">{t("claims.checking", { count: citations.length })}</p>
    );
  const verdicts = verdictsOf(evidence);
  if (verdicts.length === 0) return <p className="min-h-8 text-label text-text-3">{t("claims.none")}</p>;
  const counts = (["partly", "not_found", "unknown"] as const)
    .map((verdict) => ({ verdict, count: verdicts.filter((other) => other === verdict).length }))
    .filter(({ count }) => count > 0)
    .map(({ verdict, count }) => `${count} ${GLYPHS[verdict]} ${t(`claims.${verdict}`)}`);
  const { found, total } = evidence.claims;
  return (
    <div className="min-h-8 text-label text-text-2">
      <p className="tabular">{[t("claims.found", { found, count: total }), ...counts].join(" · ")}</p>
      <div aria-hidden="true" className="mt-1.5 flex h-1 max-w-60 gap-0.5">
        {verdicts.map((verdict, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: the bar has one part for each claim, in order
          <span key={index} className={`flex-1 rounded-full ${BARS[verdict]}`} />
        ))}
      </div>
    </div>
  );
}

/** One verdict for each sentence that cites: its best, as one good source is enough. */
function verdictsOf({ sentences }: Evidence): Verdict[] {
  return sentences.flatMap(({ citations }) => {
    const all = citations.map((citation) => citation.verdict);
    const best = (["quoted", "matches", "partly", "not_found"] as const).find((verdict) =>
      all.includes(verdict),
    );
    return best ? [best] : (worst(all) ?? []);
  });
}
