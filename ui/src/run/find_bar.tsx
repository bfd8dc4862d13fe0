// Finding words anywhere in the run that is shown. The browser marks what is found; nothing of the page is changed.

import { X } from "lucide-react";
import { useEffect, useLayoutEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { useAction } from "../keys/registry";
import { IconButton } from "../parts/button";
import { findAll } from "../state/text";
import { Find } from "./sources/find";

const NAME = "lucy-find";
const CURRENT = "lucy-find-current";

export function FindBar() {
  const { t } = useTranslation();
  const [open, setOpen] = useState(false);
  const [query, setQuery] = useState("");
  const [at, setAt] = useState(0);
  const [count, setCount] = useState(0);
  const bar = useRef<HTMLDivElement>(null);
  const show = () => {
    setOpen(true);
    bar.current?.querySelector("input")?.focus();
  };
  useLayoutEffect(() => {
    if (open) bar.current?.querySelector("input")?.focus();
  }, [open]);
  useAction("find", show);
  useEffect(() => {
    window.addEventListener(NAME, show);
    return () => window.removeEventListener(NAME, show);
  });
  useEffect(() => {
    const found = open ? rangesOf(query, bar.current) : [];
    setCount(found.length);
    mark(found, at);
    return () => mark([], 0);
  }, [open, query, at]);
  if (!open) return null;
  return (
    <div
      ref={bar}
      data-testid="find"
      className="fade-in absolute end-4 top-2 z-20 flex w-96 max-w-[calc(100%-2rem)] items-center rounded-floating border border-hairline bg-surface pe-1 shadow-floating"
    >
      <div className="min-w-0 flex-1">
        <Find
          query={query}
          onQuery={setQuery}
          count={count}
          at={Math.min(at, Math.max(0, count - 1))}
          onAt={setAt}
          label={t("run.find")}
        />
      </div>
      <IconButton icon={X} label={t("app.close")} onClick={() => setOpen(false)} />
    </div>
  );
}

/** Where the words stand in the columns of the page. */
function rangesOf(query: string, bar: HTMLElement | null): Range[] {
  const ranges: Range[] = [];
  for (const pane of document.querySelectorAll("[data-pane]")) {
    const walker = document.createTreeWalker(pane, NodeFilter.SHOW_TEXT);
    for (let node = walker.nextNode(); node; node = walker.nextNode()) {
      if (bar?.contains(node)) continue;
      for (const [start, end] of findAll(node.textContent ?? "", query)) {
        const range = new Range();
        range.setStart(node, start);
        range.setEnd(node, end);
        ranges.push(range);
      }
    }
  }
  return ranges;
}

/** Marks ranges, where the browser can, and brings the current one into view. */
function mark(found: Range[], at: number): void {
  const current = found[Math.min(at, found.length - 1)];
  current?.startContainer.parentElement?.scrollIntoView({ block: "center" });
  if (!("highlights" in CSS)) return;
  CSS.highlights.delete(NAME);
  CSS.highlights.delete(CURRENT);
  if (found.length > 0) CSS.highlights.set(NAME, new Highlight(...found));
  if (current) CSS.highlights.set(CURRENT, new Highlight(current));
}
