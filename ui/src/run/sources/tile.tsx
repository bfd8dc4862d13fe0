// The square in front of a source: its number, or the first letter of its title. Nothing is fetched for it.

export function Tile({ number, title }: { number: number; title: string }) {
  return (
    <span
      aria-hidden="true"
      className="tabular mt-px inline-flex size-5 shrink-0 items-center justify-center rounded-[4px] bg-evidence-tint font-medium text-evidence text-label"
    >
      {number > 0 ? number : ([...title.trim()][0] ?? "·").toLocaleUpperCase()}
    </span>
  );
}
