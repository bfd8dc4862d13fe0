// A step in the linear page: its name, and its whole text.

import type { Row } from "../state/rows";
import { useSummary } from "./how/summary";

export function StepText({ row, title }: { row: Row; title: string }) {
  const { head } = useSummary(row, title);
  const text = row.kind === "thought" || row.kind === "note" || row.kind === "said" ? row.text : "";
  return (
    <li className="pb-3">
      <p dir="auto" className="text-text-2">
        {head}
      </p>
      {text && (
        <p dir="auto" className="whitespace-pre-line font-reading text-prose italic">
          {text.trim()}
        </p>
      )}
    </li>
  );
}
