// The frame of every page: the title bar on top, the ribbon under it where there is one, and the page.

import type { ReactNode } from "react";
import { DeviceChip } from "./device_chip";

interface FrameProps {
  /** What stands in the title bar after Lucy's name. */
  title: ReactNode;
  /** What stands at the end of the title bar. */
  tools?: ReactNode;
  ribbon?: ReactNode;
  children: ReactNode;
}

export function Frame({ title, tools, ribbon, children }: FrameProps) {
  return (
    <div className="flex min-w-0 flex-1 flex-col">
      <header className="flex h-12 shrink-0 items-center gap-2 border-hairline border-b ps-4 pe-2 max-[899px]:ps-3">
        <div className="min-w-0 flex-1 truncate text-text-2">{title}</div>
        <DeviceChip />
        {tools}
      </header>
      {ribbon}
      <div className="flex min-h-0 flex-1 flex-col">{children}</div>
    </div>
  );
}
