// What is pinned, with the way to unpin it.

import { X } from "lucide-react";
import { useTranslation } from "react-i18next";
import { IconButton } from "../parts/button";
import { pin, useLink } from "../state/link";
import { useRun } from "./view";

export function PinnedChip() {
  const { t } = useTranslation();
  const pinned = useLink((link) => link.pinned);
  const { state, rows } = useRun();
  if (!pinned) return null;
  const source =
    pinned.kind === "source" ? state.transcript.sources.find((other) => other.url === pinned.url) : null;
  const row = pinned.kind === "row" ? rows.find((other) => other.id === pinned.id) : null;
  const words =
    pinned.kind === "sentence"
      ? t("linked.sentence", { number: pinned.index + 1 })
      : source
        ? t("linked.source", { number: source.number })
        : t("linked.step", { number: row?.step ?? 0 });
  return (
    <div className="flex h-6 shrink-0 items-center rounded-control bg-evidence-tint ps-2 font-ui text-evidence text-label">
      {words}
      <IconButton
        icon={X}
        label={t("linked.clear")}
        hint="Esc"
        side="top"
        onClick={() => pin(null)}
        className="size-6 text-evidence"
      />
    </div>
  );
}
