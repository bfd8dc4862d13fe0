// Searching the library. What was searched for is kept while a page is read.

import { useEffect } from "react";
import { useTranslation } from "react-i18next";
import { create } from "zustand";
import { type Api, Problem } from "../../api/api";
import type { LibraryHit } from "../../api/bindings";
import { useApi } from "../../api/context";
import { SearchField, Trouble } from "../../parts/field";
import { PlaceName } from "../../run/sources/place_name";
import { hashOf } from "../../state/router";

const SHOWN = 20;
const PAUSE_MS = 200;

interface Searched {
  readonly words: string;
  readonly hits: readonly LibraryHit[] | null;
  readonly problem: string | null;
}

const useSearched = create<Searched>(() => ({ words: "", hits: null, problem: null }));

async function search(api: Api, words: string): Promise<void> {
  const query = words.trim();
  const wanted = () => useSearched.getState().words === words;
  if (!query) return useSearched.setState({ hits: null, problem: null });
  try {
    const { hits } = await api.request({ request: "library_search", query, limit: SHOWN });
    if (wanted()) useSearched.setState({ hits, problem: null });
  } catch (thrown) {
    if (wanted()) useSearched.setState({ hits: null, problem: Problem.of(thrown).message });
  }
}

export function LibrarySearch() {
  const { t } = useTranslation();
  const api = useApi();
  const { words, hits, problem } = useSearched();
  useEffect(() => {
    const timer = setTimeout(() => search(api, words), PAUSE_MS);
    return () => clearTimeout(timer);
  }, [api, words]);
  return (
    <>
      <p className="max-w-[60ch] pb-3 text-text-2">{t("library.about")}</p>
      <search className="block">
        <SearchField
          value={words}
          aria-label={t("library.search")}
          placeholder={t("library.search")}
          data-testid="library-search"
          onChange={(change) => useSearched.setState({ words: change.target.value })}
        />
      </search>
      <Trouble>{problem}</Trouble>
      {hits && (
        <p role="status" className="pt-2 text-label text-text-3">
          {t("library.found", { count: hits.length })}
        </p>
      )}
      <ul aria-label={t("library.results")} data-testid="library-hits">
        {hits?.map((hit) => (
          <li key={hit.url} className="border-hairline border-b py-3">
            <a
              href={hashOf({ page: "library", part: hit.url })}
              dir="auto"
              className="font-medium text-prose text-text no-underline hover:underline"
            >
              {hit.title}
            </a>
            <p className="text-label text-text-3">
              <PlaceName url={hit.url} />
            </p>
            <p dir="auto" className="line-clamp-2 pt-0.5 text-text-2">
              {hit.preview}
            </p>
          </li>
        ))}
      </ul>
    </>
  );
}
