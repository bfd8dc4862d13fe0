// The frame of a page that is read from top to bottom, and its parts.

import type { ReactNode } from "react";
import { Frame } from "../shell/frame";

/** A page with a title and one column. */
export function Sheet({ title, children }: { title: string; children: ReactNode }) {
  return (
    <Frame title={title}>
      <main tabIndex={-1} className="min-h-0 flex-1 overflow-y-auto outline-none">
        <div className="mx-auto w-full max-w-3xl px-6 pt-6 pb-24 max-[899px]:px-4">
          <h1 className="pb-2 font-reading text-question">{title}</h1>
          {children}
        </div>
      </main>
    </Frame>
  );
}

/** A part of it, with a name. */
export function Section({ id, title, children }: { id: string; title: string; children: ReactNode }) {
  return (
    <section aria-labelledby={id} className="pt-6">
      <h2 id={id} className="border-hairline border-b pb-1 font-medium text-title">
        {title}
      </h2>
      {children}
    </section>
  );
}
