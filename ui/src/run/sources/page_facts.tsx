// What is known of the stored text of a page: when it was read, how long it is, and its hash.

import { Copy } from "lucide-react";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { IconButton } from "../../parts/button";
import { note } from "../../parts/toast";
import { useHash } from "../../state/hash";
import { readAtOf } from "../../state/sources";
import { wordCount } from "../../state/text";
import { bytes, day, duration, number } from "../format";
import { useRun } from "../view";

/** As many characters of a hash as one compares by eye. */
const SHORT = 8;

export function PageFacts({ url, text }: { url: string; text: string }) {
  const { t } = useTranslation();
  const { state } = useRun();
  const hash = useHash(text);
  const at = readAtOf(state.log, url);
  const words = wordCount(text);
  const copy = async () => {
    await navigator.clipboard.writeText(hash ?? "");
    note(t("passage.hash_copied"));
  };
  return (
    <dl data-testid="page-facts" className="tabular flex flex-wrap gap-x-3 text-label text-text-2">
      {at !== null && (
        <Fact name={t("passage.read")}>
          <span title={t("passage.read_why")}>
            {t("passage.read_at", { day: day(state.transcript.date), time: duration(at) })}
          </span>
        </Fact>
      )}
      <Fact name={t("passage.size")} plain>
        {t("passage.words", { count: words, total: number(words) })}, {bytes(new Blob([text]).size)}
      </Fact>
      {hash && (
        <Fact name="SHA-256">
          <code className="font-tool" title={hash}>
            {hash.slice(0, SHORT)}
          </code>
          <IconButton icon={Copy} label={t("passage.copy_hash")} onClick={copy} className="size-6" />
        </Fact>
      )}
    </dl>
  );
}

/** One of them; `plain` if it is known by itself what it is. */
function Fact({ name, plain = false, children }: { name: string; plain?: boolean; children: ReactNode }) {
  return (
    <div className="flex min-h-6 items-center gap-1.5">
      <dt className={plain ? "sr-only" : "shrink-0 text-text-3"}>{name}</dt>
      <dd className="flex min-w-0 items-center gap-0.5">{children}</dd>
    </div>
  );
}
