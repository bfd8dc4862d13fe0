// One row of HOW: a head that says what was done, and beneath it the detail, folded or not.

import {
  BookOpenText,
  CircleAlert,
  Copy,
  Ellipsis,
  ExternalLink,
  GitBranch,
  Lightbulb,
  type LucideIcon,
  MessageSquareText,
  PenLine,
  Search,
  Split,
  Wrench,
} from "lucide-react";
import { memo, useState } from "react";
import { useTranslation } from "react-i18next";
import { isWebAddress } from "../../api/api";
import { useApi } from "../../api/context";
import { IconButton } from "../../parts/button";
import { Menu, type MenuItem } from "../../parts/menu";
import { pin, point, useLink } from "../../state/link";
import { isCall, type Row } from "../../state/rows";
import { screen, useScreen } from "../../state/screen";
import { useSettings } from "../../state/settings";
import { duration } from "../format";
import { CallBody } from "./call_body";
import { SHOWN_MS, useSummary } from "./summary";

const ICONS: Record<Row["kind"], LucideIcon> = {
  thought: Lightbulb,
  answer: PenLine,
  note: MessageSquareText,
  search: Search,
  read: BookOpenText,
  tool: Wrench,
  said: MessageSquareText,
  asked: MessageSquareText,
  branched: GitBranch,
};

const COLOURS: Record<Row["kind"], string> = {
  thought: "text-thought",
  answer: "text-text",
  note: "text-text-2",
  search: "text-action",
  read: "text-action",
  tool: "text-action",
  said: "text-accent",
  asked: "text-accent",
  branched: "text-accent",
};

interface HowRowProps {
  row: Row;
  /** Whether it is the first row of its step, which carries the number. */
  first: boolean;
  going: boolean;
  /** The title of the page that is read, if it is known. */
  title: string;
}

export const HowRow = memo(function HowRow({ row, first, going, title }: HowRowProps) {
  const { t } = useTranslation();
  // A menu for each of hundreds of rows would make a long run slow to open: it comes when the row is pointed at.
  const [touched, setTouched] = useState(false);
  const lit = useLink((link) => link.lit.rows.has(row.id));
  const folded = useScreen(({ folds }) => folds.get(row.id));
  const setting = useSettings(({ settings }) => settings.reasoning);
  const { kind, words, name, failed } = useSummary(row, title);
  const Icon = failed ? CircleAlert : ICONS[row.kind];
  const foldable = row.kind === "thought" || row.kind === "note" || isCall(row);
  const usually = row.kind === "thought" && (going || setting === "open");
  const open = folded ?? usually;
  const colour = failed ? "text-danger" : COLOURS[row.kind];
  return (
    <li
      id={`row-${row.id}`}
      data-testid="step"
      data-kind={row.kind}
      data-lit={lit}
      className="group relative flex gap-1 py-1 pe-3 data-[lit=true]:bg-evidence-tint"
      onMouseEnter={() => {
        setTouched(true);
        point({ kind: "row", id: row.id });
      }}
      onFocus={() => setTouched(true)}
      onMouseLeave={() => point(null)}
    >
      <span
        aria-hidden="true"
        className="tabular w-7 shrink-0 pe-1 text-end text-label text-text-3 leading-7"
      >
        {first ? row.step : ""}
      </span>
      <span
        aria-hidden="true"
        className={`w-0.5 shrink-0 self-stretch bg-current ${colour} ${row.kind === "thought" ? "rounded-full" : ""}`}
      />
      <div className="min-w-0 flex-1 ps-2">
        <div className="flex items-start gap-1">
          <button
            type="button"
            data-row={row.id}
            aria-expanded={foldable ? open : undefined}
            aria-label={name}
            onClick={() => {
              pin({ kind: "row", id: row.id });
              if (foldable) screen.fold(row.id, !open);
            }}
            className="flex min-h-7 min-w-0 flex-1 items-start gap-1.5 rounded-control py-1 text-start"
          >
            <Icon size={16} strokeWidth={1.5} aria-hidden="true" className={`mt-px shrink-0 ${colour}`} />
            <span className={`min-w-0 flex-1 text-pretty ${open || kind === "" ? "" : "line-clamp-2"}`}>
              <span className={`font-medium ${colour} ${row.kind === "thought" ? "italic" : ""}`}>
                {kind}
              </span>{" "}
              <span className="text-text-2">{words}</span>
            </span>
          </button>
          <span className="relative flex h-7 min-w-7 shrink-0 items-center justify-end">
            <span className="tabular text-label text-text-3 group-focus-within:opacity-0 group-hover:opacity-0">
              {row.ms !== null && row.ms >= SHOWN_MS ? duration(row.ms) : going ? t("how.now") : ""}
            </span>
            {touched && <RowMenu row={row} />}
          </span>
        </div>
        <Body row={row} open={open} closed={setting === "closed" && !open} />
      </div>
    </li>
  );
});

function Body({ row, open, closed }: { row: Row; open: boolean; closed: boolean }) {
  if (row.kind === "thought" || row.kind === "note") {
    if (closed) return null;
    return (
      <p
        dir="auto"
        className={`mb-1 whitespace-pre-line pe-1 font-reading text-text-2 text-prose ${row.kind === "thought" ? "italic" : ""} ${open ? "" : "line-clamp-3"}`}
      >
        {row.text.trim()}
      </p>
    );
  }
  if (row.kind === "said") {
    return (
      <p dir="auto" className="whitespace-pre-wrap pb-1">
        {row.text}
      </p>
    );
  }
  return isCall(row) ? <CallBody row={row} open={open} /> : null;
}

function RowMenu({ row }: { row: Row }) {
  const { t } = useTranslation();
  const api = useApi();
  const text = "text" in row ? row.text : (row.result?.content ?? JSON.stringify(row.call.arguments));
  const address = row.kind === "read" ? row.about : "";
  const first: MenuItem[] = [
    { label: t("how.copy"), icon: Copy, onSelect: () => navigator.clipboard?.writeText(text) },
  ];
  if (row.kind === "read" && row.result && !row.result.is_error) {
    const url = row.result.sources[0]?.url ?? "";
    first.push({ label: t("how.open_passage"), icon: BookOpenText, onSelect: () => screen.openSource(url) });
  }
  if (isWebAddress(address)) {
    first.push({ label: t("sources.open_page"), icon: ExternalLink, onSelect: () => api.open(address) });
  }
  const second: MenuItem[] =
    row.step > 0 && !["said", "asked", "branched"].includes(row.kind)
      ? [{ label: t("how.branch"), icon: Split, hint: "B", onSelect: () => screen.branch(row.step) }]
      : [];
  return (
    <Menu groups={[first, second]}>
      <IconButton
        icon={Ellipsis}
        label={t("how.menu", { step: row.step })}
        className="absolute end-0 opacity-0 focus-visible:opacity-100 group-focus-within:opacity-100 group-hover:opacity-100 data-[state=open]:opacity-100"
      />
    </Menu>
  );
}
