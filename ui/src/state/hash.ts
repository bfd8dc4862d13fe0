// The SHA-256 of a text, by which two people can tell that they have the same one.

import { useEffect, useState } from "react";

/** In hex, of the text as UTF-8; null where the browser does not offer it: outside of secure contexts. */
export async function hashOf(text: string): Promise<string | null> {
  // The types say that it is always there.
  const subtle: SubtleCrypto | undefined = globalThis.crypto?.subtle;
  if (!subtle) return null;
  const digest = await subtle.digest("SHA-256", new TextEncoder().encode(text));
  return [...new Uint8Array(digest)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** The hash of a text, once it is known. */
export function useHash(text: string): string | null {
  const [known, setKnown] = useState<{ text: string; hash: string | null } | null>(null);
  useEffect(() => {
    let wanted = true;
    hashOf(text).then(
      (hash) => wanted && setKnown({ text, hash }),
      // It is left out then, as where there is none.
      () => wanted && setKnown(null),
    );
    return () => {
      wanted = false;
    };
  }, [text]);
  return known?.text === text ? known.hash : null;
}
