// The chip in the title bar that says what the model runs on, and how fast.

import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { wordsOf } from "../api/api";
import { useApi } from "../api/context";
import { Tip } from "../parts/button";
import { deviceReason } from "../parts/device";
import { useFollowed } from "../state/follow";
import { readModel, useModel } from "../state/model";
import { go } from "../state/router";

export function DeviceChip() {
  const { t } = useTranslation();
  const api = useApi();
  const { model, fault, askedAt } = useModel();
  const speed = useFollowed((followed) => followed.state.live.tokensPerSecond);
  const seconds = useSeconds(askedAt, !model && !fault);
  useEffect(() => {
    readModel(api);
  }, [api]);

  let words = seconds > 1 ? t("device.loading_for", { seconds }) : t("device.loading");
  let dot = "border-2 border-control bg-transparent";
  let why = t("device.about");
  if (fault) {
    words = t("device.not_loaded");
    dot = "bg-danger";
    why = wordsOf(fault);
  } else if (model) {
    const device = model.device;
    const slow = model.device_reason !== null;
    words = speed
      ? t("device.speed", { device, speed: Math.round(speed) })
      : slow
        ? t("device.slower", { device })
        : device;
    dot = slow ? "bg-warn" : "bg-ok";
    why = model.device_reason
      ? deviceReason(t, model.device_reason)
      : `${model.name} · ${model.quantisation}`;
  }
  return (
    <Tip words={why}>
      <button
        type="button"
        aria-label={`${t("device.about")}: ${words}`}
        onClick={() => go({ page: "models", part: null })}
        className="tabular inline-flex min-h-7 min-w-0 items-center gap-1.5 rounded-control px-2 text-label text-text-2 hover:bg-surface-2 hover:text-text"
      >
        <span aria-hidden="true" className={`size-2 shrink-0 rounded-full ${dot}`} />
        <span className="truncate">{words}</span>
      </button>
    </Tip>
  );
}

/** Whole seconds since then, while counting. */
function useSeconds(since: number, counting: boolean): number {
  const [seconds, setSeconds] = useState(0);
  useEffect(() => {
    if (!counting) return;
    const count = () => setSeconds(since ? Math.floor((performance.now() - since) / 1000) : 0);
    count();
    const timer = setInterval(count, 1000);
    return () => clearInterval(timer);
  }, [since, counting]);
  return seconds;
}
