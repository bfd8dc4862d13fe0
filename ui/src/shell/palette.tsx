// The command palette: everything that can be done now, every page, and the runs that fit the words.

import { Dialog as Radix } from "radix-ui";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useAction } from "../keys/registry";
import { focusBack, focusFirst } from "../parts/dialog";
import { later } from "../parts/later";

const Commands = later(() => import("./palette/commands").then((file) => file.Commands), Meanwhile);

/** As high as the line of words. */
function Meanwhile() {
  return <div className="h-11 border-hairline border-b" />;
}

export function Palette() {
  const { t } = useTranslation();
  const [open, setOpen] = useState(false);
  useAction("palette", () => setOpen((before) => !before));
  return (
    <Radix.Root open={open} onOpenChange={setOpen}>
      <Radix.Portal>
        <Radix.Overlay className="fade-in fixed inset-0 z-40 bg-[var(--scrim)]" />
        <Radix.Content
          aria-describedby={undefined}
          onOpenAutoFocus={focusFirst}
          onCloseAutoFocus={focusBack}
          data-testid="palette"
          className="fade-in fixed inset-x-3 top-[12vh] z-40 mx-auto max-w-xl overflow-hidden rounded-floating border border-hairline bg-surface shadow-floating focus:outline-none"
        >
          <Radix.Title className="sr-only">{t("palette.name")}</Radix.Title>
          <Commands onClose={() => setOpen(false)} />
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  );
}
