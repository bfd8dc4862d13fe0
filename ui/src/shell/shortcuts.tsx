// The sheet of all keys.

import { useState } from "react";
import { useTranslation } from "react-i18next";
import { keysOf } from "../keys/keys";
import { actionName, GROUP_NAMES, GROUPS } from "../keys/names";
import { useAction } from "../keys/registry";
import { Button } from "../parts/button";
import { Dialog } from "../parts/dialog";
import { Keys } from "../parts/keys";
import { go } from "../state/router";
import { useSettings } from "../state/settings";

export function Shortcuts() {
  const { t } = useTranslation();
  const [open, setOpen] = useState(false);
  useAction("shortcuts", () => setOpen((before) => !before));
  return (
    <Dialog open={open} onOpenChange={setOpen} title={t("keys.sheet")} width="max-w-4xl">
      <Sheet
        onChange={() => {
          setOpen(false);
          go({ page: "settings", part: "keyboard" });
        }}
      />
    </Dialog>
  );
}

function Sheet({ onChange }: { onChange: () => void }) {
  const { t } = useTranslation();
  const bound = useSettings(({ settings }) => settings.shortcuts);
  return (
    <div data-testid="shortcuts" className="p-4">
      <div className="gap-8 min-[900px]:columns-2">
        {GROUP_NAMES.map((group) => (
          <section key={group} className="mb-4">
            <h3 className="break-after-avoid pb-1 text-label text-text-3">{t(`keys.${group}`)}</h3>
            <dl>
              {GROUPS[group].map((action) => (
                <div
                  key={action}
                  className="flex min-h-8 break-inside-avoid items-center justify-between gap-4 border-hairline border-b py-0.5"
                >
                  <dt>{actionName(t, action)}</dt>
                  <dd>
                    <Keys strokes={keysOf(action, bound)} />
                  </dd>
                </div>
              ))}
            </dl>
          </section>
        ))}
      </div>
      <Button onClick={onChange}>{t("keys.sheet_change")}</Button>
    </div>
  );
}
