// Parts of the screen that come in files of their own. They are fetched once the first page stands, so that what a
// person opens is there already, and is then painted at once.

import { type ComponentType, type ReactNode, Suspense, use, useState } from "react";

const fetches: (() => Promise<unknown>)[] = [];

/** A component in another file, with what stands in its place until that is there. */
export function later<Props extends object>(
  load: () => Promise<ComponentType<Props>>,
  Meanwhile: ComponentType<Props>,
): ComponentType<Props> {
  let there: ComponentType<Props> | null = null;
  let coming: Promise<ComponentType<Props>> | null = null;
  const fetch = () => {
    coming ??= load().then((loaded) => {
      there = loaded;
      return loaded;
    });
    return coming;
  };
  fetches.push(fetch);
  function Coming(props: Props): ReactNode {
    const Loaded = use(fetch());
    return <Loaded {...props} />;
  }
  return function Later(props: Props): ReactNode {
    // What is painted stays where it is in the tree, and so keeps its state.
    const [Loaded] = useState(() => there);
    if (Loaded) return <Loaded {...props} />;
    return (
      <Suspense fallback={<Meanwhile {...props} />}>
        <Coming {...props} />
      </Suspense>
    );
  };
}

/** The first page is painted by then. */
const PAUSE_MS = 300;

/** Fetches all of them, one after the other. */
export function fetchLater(): void {
  setTimeout(async () => {
    // One that does not come is missed where it is wanted, and the boundary of the page says so.
    for (const fetch of fetches) await fetch().catch(() => {});
  }, PAUSE_MS);
}
