// Search within a text: words, how many there are, and the way from one to the next.

import { ChevronDown, ChevronUp, Search } from "lucide-react";
import { useTranslation } from "react-i18next";
import { IconButton } from "../../parts/button";

interface FindProps {
  query: string;
  onQuery: (query: string) => void;
  count: number;
  at: number;
  onAt: (at: number) => void;
  /** What is searched, in words; this page unless it says otherwise. */
  label?: string;
}

export function Find({ query, onQuery, count, at, onAt, label }: FindProps) {
  const { t } = useTranslation();
  const name = label ?? t("passage.find");
  const move = (by: number) => count > 0 && onAt((at + by + count) % count);
  return (
    <search className="flex items-center gap-1 border-hairline border-b ps-3 pe-2">
      <Search size={14} strokeWidth={1.5} aria-hidden="true" className="shrink-0 text-text-3" />
      <input
        type="search"
        value={query}
        aria-label={name}
        placeholder={name}
        onChange={(change) => {
          onQuery(change.target.value);
          onAt(0);
        }}
        onKeyDown={(press) => {
          if (press.key === "Enter") move(press.shiftKey ? -1 : 1);
          if (press.key === "Escape" && query) {
            press.preventDefault();
            onQuery("");
          }
        }}
        className="min-h-8 min-w-0 flex-1 bg-transparent px-1 focus-visible:-outline-offset-2"
      />
      {query && (
        <>
          <span role="status" className="tabular text-label text-text-3">
            {count > 0 ? t("passage.hit", { at: at + 1, count }) : t("passage.no_hit")}
          </span>
          <IconButton
            icon={ChevronUp}
            label={t("passage.previous")}
            onClick={() => move(-1)}
            disabled={count === 0}
          />
          <IconButton
            icon={ChevronDown}
            label={t("passage.next")}
            onClick={() => move(1)}
            disabled={count === 0}
          />
        </>
      )}
    </search>
  );
}
