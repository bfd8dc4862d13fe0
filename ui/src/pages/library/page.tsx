// A page of the library, as text.

import { ArrowLeft } from "lucide-react";
import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { Problem } from "../../api/api";
import type { LibraryPage } from "../../api/bindings";
import { useApi } from "../../api/context";
import { Button } from "../../parts/button";
import { Trouble } from "../../parts/field";
import { PageText } from "../../run/sources/page_text";
import { PlaceName } from "../../run/sources/place_name";
import { Frame } from "../../shell/frame";
import { go } from "../../state/router";

export function LibraryPageView({ url }: { url: string }) {
  const { t } = useTranslation();
  const api = useApi();
  const [page, setPage] = useState<LibraryPage | null>(null);
  const [problem, setProblem] = useState<string | null>(null);
  useEffect(() => {
    let wanted = true;
    setPage(null);
    setProblem(null);
    api
      .request({ request: "library_page", url })
      .then((answer) => wanted && setPage(answer))
      .catch((thrown) => wanted && setProblem(Problem.of(thrown).message));
    return () => {
      wanted = false;
    };
  }, [api, url]);
  return (
    <Frame title={t("app.library")}>
      <main tabIndex={-1} className="min-h-0 flex-1 overflow-y-auto outline-none">
        <div className="mx-auto w-full max-w-[68ch] px-6 pt-6 pb-24 font-reading text-reading max-[899px]:px-4">
          <div className="-ms-2.5 font-ui text-ui">
            <Button look="quiet" icon={ArrowLeft} onClick={() => go({ page: "library", part: null })}>
              {t("library.back")}
            </Button>
          </div>
          <h1 dir="auto" className="pt-2 font-reading text-question">
            {page?.title ?? t("app.library")}
          </h1>
          <div className="font-ui text-ui">
            <Trouble>{problem}</Trouble>
          </div>
          {page && (
            <article data-testid="library-page">
              <p className="pb-4 font-ui text-label text-text-3">
                <PlaceName url={page.url} />
              </p>
              <PageText text={page.text} ranges={NO_RANGES} />
            </article>
          )}
        </div>
      </main>
    </Frame>
  );
}

const NO_RANGES = [] as const;
