// The library: the bundled encyclopedia and the person's own folders, searched and read as the model does.

import { useTranslation } from "react-i18next";
import { Section, Sheet } from "../parts/section";
import { Folders } from "./library/folders";
import { LibraryPageView } from "./library/page";
import { LibrarySearch } from "./library/search";

/** `part` is the address of the page that is read. */
export function LibraryPage({ part }: { part: string | null }) {
  const { t } = useTranslation();
  if (part) return <LibraryPageView url={part} />;
  return (
    <Sheet title={t("app.library")}>
      <LibrarySearch />
      <Section id="library-folders" title={t("library.folders")}>
        <Folders />
      </Section>
    </Sheet>
  );
}
