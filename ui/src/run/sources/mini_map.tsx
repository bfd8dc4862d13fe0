// A thin strip beside a long text that shows where its marks are.

import type { Range } from "../../state/ranges";

const COLOURS: Record<string, string> = { current: "bg-accent", hit: "bg-accent", mark: "bg-evidence" };

export function MiniMap({ length, ranges }: { length: number; ranges: readonly Range[] }) {
  return (
    <div aria-hidden="true" className="pointer-events-none absolute inset-y-0 end-0.5 w-1.5">
      {ranges
        .filter(({ name }) => name in COLOURS)
        .map(({ start, end, name }) => (
          <span
            key={`${name} ${start} ${end}`}
            className={`absolute end-0 h-0.5 w-full ${COLOURS[name]}`}
            style={{ insetBlockStart: `${(100 * start) / Math.max(1, length)}%` }}
          />
        ))}
    </div>
  );
}
