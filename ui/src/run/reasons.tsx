// Why a citation has its verdict: each thing that was looked for, and whether it is in the source.

import { useTranslation } from "react-i18next";
import type { CheckedCitation } from "../api/bindings";
import { GLYPHS, VERDICT_COLOURS } from "./verdict";

export function Reasons({ citation }: { citation: CheckedCitation }) {
  const { t } = useTranslation();
  const { verdict, reasons } = citation;
  return (
    <div className="text-label">
      <p className={`font-medium ${VERDICT_COLOURS[verdict]}`}>
        <span aria-hidden="true">{GLYPHS[verdict]}</span> {t(`verdict.${verdict}`)}
      </p>
      {reasons.length > 0 && (
        <ul className="flex flex-wrap gap-x-2.5 text-text-2">
          {reasons.map(({ what, value, found }) => (
            <li key={`${what} ${value}`}>
              <span className="text-text-3">{t(`reason.${what}`)}</span>{" "}
              <span
                dir="auto"
                className={found ? "" : "underline decoration-2 decoration-danger underline-offset-2"}
              >
                {value}
              </span>{" "}
              {found ? (
                <span className="text-ok">
                  <span aria-hidden="true">✓</span>
                  <span className="sr-only">{t("reason.found")}</span>
                </span>
              ) : (
                <span className="text-danger">{t("reason.missing")}</span>
              )}
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}
