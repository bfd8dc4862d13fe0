// A menu that drops from a button.

import type { LucideIcon } from "lucide-react";
import { DropdownMenu } from "radix-ui";
import type { ReactNode } from "react";

export interface MenuItem {
  readonly label: string;
  readonly icon?: LucideIcon;
  readonly hint?: string;
  readonly danger?: boolean;
  readonly disabled?: boolean;
  readonly onSelect: () => void;
}

interface MenuProps {
  /** The button. */
  children: ReactNode;
  /** Groups, with lines between them. */
  groups: readonly (readonly MenuItem[])[];
  align?: "start" | "end";
}

export function Menu({ children, groups, align = "end" }: MenuProps) {
  return (
    <DropdownMenu.Root>
      <DropdownMenu.Trigger asChild>{children}</DropdownMenu.Trigger>
      <DropdownMenu.Portal>
        <DropdownMenu.Content
          align={align}
          sideOffset={4}
          collisionPadding={8}
          className="fade-in z-50 min-w-52 max-w-80 rounded-floating border border-hairline bg-surface p-1 shadow-floating"
        >
          {groups
            .filter((group) => group.length > 0)
            .map((group, index) => (
              <DropdownMenu.Group key={group[0]?.label}>
                {index > 0 && <DropdownMenu.Separator className="my-1 h-px bg-hairline" />}
                {group.map((item) => (
                  <Item key={item.label} item={item} />
                ))}
              </DropdownMenu.Group>
            ))}
        </DropdownMenu.Content>
      </DropdownMenu.Portal>
    </DropdownMenu.Root>
  );
}

function Item({ item }: { item: MenuItem }) {
  const Icon = item.icon;
  return (
    <DropdownMenu.Item
      disabled={item.disabled ?? false}
      onSelect={item.onSelect}
      className={`flex min-h-7 items-center gap-2 rounded-control px-2 py-1 text-ui outline-none data-[disabled]:opacity-50 data-[highlighted]:bg-surface-2 ${item.danger ? "text-danger" : ""}`}
    >
      {Icon && <Icon size={16} strokeWidth={1.5} aria-hidden="true" className="shrink-0" />}
      <span className="flex-1">{item.label}</span>
      {item.hint && <kbd className="font-ui text-label text-text-3">{item.hint}</kbd>}
    </DropdownMenu.Item>
  );
}
