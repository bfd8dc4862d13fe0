// Buttons: with words, or with an icon alone that then has a tooltip.

import type { LucideIcon } from "lucide-react";
import { Tooltip } from "radix-ui";
import type { ComponentProps, ReactNode } from "react";

type Look = "main" | "plain" | "quiet" | "danger";

const LOOKS: Record<Look, string> = {
  main: "bg-accent text-on-accent border-accent hover:opacity-90",
  plain: "bg-surface text-text border-control hover:bg-surface-2",
  quiet: "bg-transparent text-text-2 border-transparent hover:bg-surface-2 hover:text-text",
  danger: "bg-surface text-danger border-danger hover:bg-danger-tint",
};

interface ButtonProps extends ComponentProps<"button"> {
  look?: Look;
  icon?: LucideIcon;
  /** Keys that do the same, shown after the words. */
  hint?: string;
  children: ReactNode;
}

export function Button({ look = "plain", icon: Icon, hint, children, className = "", ...rest }: ButtonProps) {
  return (
    <button
      type="button"
      className={`inline-flex min-h-7 items-center justify-center gap-1.5 rounded-control border px-2.5 py-1 font-medium text-ui disabled:opacity-50 ${LOOKS[look]} ${className}`}
      {...rest}
    >
      {Icon && <Icon size={16} strokeWidth={1.5} aria-hidden="true" className="shrink-0" />}
      <span>{children}</span>
      {hint && <kbd className="font-ui text-label opacity-70">{hint}</kbd>}
    </button>
  );
}

interface IconButtonProps extends ComponentProps<"button"> {
  icon: LucideIcon;
  label: string;
  hint?: string;
  side?: "top" | "right" | "bottom" | "left";
  size?: "small" | "large";
}

export function IconButton({
  icon: Icon,
  label,
  hint,
  side = "bottom",
  size = "small",
  className = "",
  ...rest
}: IconButtonProps) {
  const box = size === "large" ? "size-10" : "size-7";
  return (
    <Tip words={hint ? `${label} · ${hint}` : label} side={side}>
      <button
        type="button"
        aria-label={label}
        className={`inline-flex ${box} shrink-0 items-center justify-center rounded-control text-text-2 hover:bg-surface-2 hover:text-text disabled:opacity-50 ${className}`}
        {...rest}
      >
        <Icon size={size === "large" ? 18 : 16} strokeWidth={1.5} aria-hidden="true" />
      </button>
    </Tip>
  );
}

/** A short text beside what it explains. */
export function Tip({
  words,
  side = "bottom",
  children,
}: {
  words: string;
  side?: "top" | "right" | "bottom" | "left";
  children: ReactNode;
}) {
  return (
    <Tooltip.Root delayDuration={400}>
      <Tooltip.Trigger asChild>{children}</Tooltip.Trigger>
      <Tooltip.Portal>
        <Tooltip.Content
          side={side}
          sideOffset={6}
          collisionPadding={8}
          className="z-50 max-w-80 rounded-control bg-text px-2 py-1 text-canvas text-label shadow-floating"
        >
          {words}
        </Tooltip.Content>
      </Tooltip.Portal>
    </Tooltip.Root>
  );
}
