// Keys as they are written beside words.

import { shown } from "../keys/keys";

export function Keys({ strokes }: { strokes: readonly string[] }) {
  return (
    <span className="inline-flex flex-wrap justify-end gap-1">
      {strokes.map((stroke) => (
        <kbd
          key={stroke}
          className="inline-flex min-h-6 items-center rounded-[4px] border border-hairline bg-surface-2 px-1.5 font-ui text-label text-text-2"
        >
          {shown(stroke)}
        </kbd>
      ))}
    </span>
  );
}
