// A dialog: a title, what it holds, and the way out.

import { X } from "lucide-react";
import { Dialog as Radix } from "radix-ui";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { IconButton } from "./button";

/** What had the focus when a dialog opened. */
const before = new WeakMap<EventTarget, Element | null>();

/** The focus goes to the first field, or to the dialog itself: not to the way out, which would show its tooltip. */
export function focusFirst(opened: Event): void {
  opened.preventDefault();
  const dialog = opened.currentTarget as HTMLElement;
  before.set(dialog, document.activeElement);
  const field = dialog.querySelector<HTMLElement>("input, textarea, select");
  (field ?? dialog).focus();
}

/** The focus goes to the dialog itself. */
export function focusDialog(opened: Event): void {
  opened.preventDefault();
  const dialog = opened.currentTarget as HTMLElement;
  before.set(dialog, document.activeElement);
  dialog.focus();
}

/** The focus goes back to where it was, or to the page if that is gone. Radix does so only for its own triggers. */
export function focusBack(closed: Event): void {
  closed.preventDefault();
  const dialog = closed.currentTarget as HTMLElement;
  // It has gone somewhere by a wish of the person.
  if (document.activeElement !== document.body && !dialog.contains(document.activeElement)) return;
  const old = before.get(dialog);
  const back = old instanceof HTMLElement && old.isConnected && old !== document.body ? old : null;
  (back ?? document.querySelector<HTMLElement>("main"))?.focus();
}

interface DialogProps {
  open: boolean;
  onOpenChange: (open: boolean) => void;
  title: string;
  /** Tailwind's width of the box. */
  width?: string;
  children: ReactNode;
}

export function Dialog({ open, onOpenChange, title, width = "max-w-xl", children }: DialogProps) {
  const { t } = useTranslation();
  return (
    <Radix.Root open={open} onOpenChange={onOpenChange}>
      <Radix.Portal>
        <Radix.Overlay className="fade-in fixed inset-0 z-40 bg-[var(--scrim)]" />
        <Radix.Content
          aria-describedby={undefined}
          onOpenAutoFocus={focusFirst}
          onCloseAutoFocus={focusBack}
          className={`fade-in fixed inset-x-3 top-[8vh] z-40 mx-auto flex max-h-[84vh] ${width} flex-col overflow-hidden rounded-floating border border-hairline bg-surface shadow-floating focus:outline-none`}
        >
          <header className="flex items-center justify-between border-hairline border-b py-2 ps-4 pe-2">
            <Radix.Title className="font-medium text-prose">{title}</Radix.Title>
            <Radix.Close asChild>
              <IconButton icon={X} label={t("app.close")} />
            </Radix.Close>
          </header>
          <div className="min-h-0 flex-1 overflow-y-auto">{children}</div>
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  );
}
