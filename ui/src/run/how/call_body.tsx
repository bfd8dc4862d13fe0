// What a call gave: ranked results, the text of a page as the model read it, or the answer of another tool.

import { useTranslation } from "react-i18next";
import type { Source } from "../../api/bindings";
import { useLink } from "../../state/link";
import { type CallRow, cutOf, pageText } from "../../state/rows";
import { screen } from "../../state/screen";
import { number } from "../format";
import { PlaceName } from "../sources/place_name";
import { Tile } from "../sources/tile";

export function CallBody({ row, open }: { row: CallRow; open: boolean }) {
  const cut = row.result ? cutOf(row.result.content) : null;
  return (
    <>
      {cut && <Cut kept={cut.kept} total={cut.total} />}
      {open && <Detail row={row} />}
    </>
  );
}

/** A bar that shows how much of a page the model was given. */
function Cut({ kept, total }: { kept: number; total: number }) {
  const { t } = useTranslation();
  return (
    <div className="pb-1">
      <div aria-hidden="true" className="h-1 max-w-48 overflow-hidden rounded-full bg-surface-2">
        <div className="h-full bg-warn" style={{ inlineSize: `${(100 * kept) / total}%` }} />
      </div>
      <p className="pt-1 text-label text-warn">
        {t("how.cut", { kept: number(kept), total: number(total) })}
      </p>
    </div>
  );
}

function Detail({ row }: { row: CallRow }) {
  const { t } = useTranslation();
  const { result } = row;
  if (row.kind === "search" && result && !result.is_error) {
    if (result.sources.length === 0) return <p className="pb-1 text-text-3">{t("how.nothing_found")}</p>;
    return (
      <ol className="pb-1">
        {result.sources.map((source) => (
          <Found key={source.url} source={source} />
        ))}
      </ol>
    );
  }
  if (row.kind === "read" && result && !result.is_error) {
    return (
      <p
        dir="auto"
        className="mb-1 max-h-56 overflow-y-auto whitespace-pre-wrap rounded-control border border-hairline bg-surface p-2 font-reading text-text-2 text-prose"
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a text that scrolls must be reachable by keyboard
        tabIndex={0}
      >
        {pageText(result.content)}
      </p>
    );
  }
  return <Raw row={row} />;
}

function Found({ source }: { source: Source }) {
  const lit = useLink((link) => link.lit.sources.has(source.url));
  return (
    <li>
      <button
        type="button"
        data-lit={lit}
        onClick={() => screen.openSource(source.url)}
        className="flex w-full items-start gap-2 rounded-control px-1 py-1 text-start hover:bg-surface-2 data-[lit=true]:bg-evidence-tint"
      >
        <Tile number={source.number} title={source.title} />
        <span className="min-w-0">
          <span dir="auto" className="block font-medium">
            {source.title}
          </span>
          <span className="block text-label text-text-3">
            <PlaceName url={source.url} />
          </span>
          <span dir="auto" className="line-clamp-2 block text-label text-text-2">
            {source.preview}
          </span>
        </span>
      </button>
    </li>
  );
}

/** Arguments as names and values, and the answer as text. */
function Raw({ row }: { row: CallRow }) {
  const entries = Object.entries(row.call.arguments);
  return (
    <div className="mb-1 overflow-x-auto rounded-control bg-surface-2 p-2 font-tool text-tool">
      <dl>
        {entries.map(([name, value]) => (
          <div key={name} className="flex gap-2">
            <dt className="text-text-3">{name}</dt>
            <dd dir="auto" className="break-all">
              {typeof value === "string" ? value : JSON.stringify(value)}
            </dd>
          </div>
        ))}
      </dl>
      {row.result && (
        <p dir="auto" className="whitespace-pre-wrap pt-1 text-text-2">
          {row.result.content}
        </p>
      )}
    </div>
  );
}
